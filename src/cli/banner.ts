import type { RunningUnderstudy } from '../app/understudy.js';
import { modes } from '../app/modes/index.js';
import { basePath } from '../surfaces/http/operation-routes.js';
import { packageVersion } from '../util/version.js';

/** The text that `serve` prints once the ports are open: where each surface is, and how to call it. */
export function formatBanner({ settings, capability, restUrl, mcpUrl }: RunningUnderstudy): string {
  const { defaultAccount, token, authToken, publicUrl, mode } = settings;
  const origin = publicUrl ?? restUrl;
  const password = authToken !== undefined ? 'AUTH_TOKEN' : token !== undefined ? 'TOKEN' : 'any';
  const twilioBase = `${origin}${basePath(capability.files[0].operations)}`;
  const rows = [
    ['twilio', `${twilioBase}/…  (for the SDKs)`],
    ['rest', `${origin}${basePath(capability.files[0].routes)}/…  (described at ${origin}/openapi.json)`],
    ['mcp', `${mcpUrl}/mcp`],
    ['inspector', `${origin}/__understudy/  (requests and conversations, in a browser)`],
    ['control', `${origin}/__understudy/…  (described at ${origin}/__understudy/openapi.json)`],
    ...(mode === 'simulate' ? [['account', `${defaultAccount}  (the default world)`]] : []),
  ];
  // People copy this line: it must not write to a real account.
  const example = mode === 'simulate' ? ' -d FriendlyName=Demo' : '';
  return `understudy ${packageVersion()} ${modes[mode].role}

${rows.map(([name = '', text]) => `  ${name.padEnd(11)}${text}`).join('\n')}

  curl ${twilioBase}/Services -u ${defaultAccount}:${password}${example}

  // the official Node SDK, pointed at this server
  const httpClient = new twilio.RequestClient(), send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:..[^/]+/, '${origin}') });
  const client = twilio('${defaultAccount}', '${password}', { httpClient });

`;
}
