import { basePath } from './surfaces/operations.js';
import type { RunningUnderstudy } from './understudy.js';

/** What a person needs to know once the servers listen: where everything is, and how to call it. */
export function bannerOf({ settings, capability, restUrl, mcpUrl }: RunningUnderstudy, version: string): string {
  const { defaultAccount, token, authToken, publicUrl } = settings;
  const origin = publicUrl ?? restUrl;
  const password = authToken !== undefined ? 'AUTH_TOKEN' : token !== undefined ? 'TOKEN' : 'any';
  const native = `${origin}${basePath(capability.operations)}`;
  const places = [
    ['twilio', `${native}/…  (for the SDKs)`],
    ['rest', `${origin}${basePath(capability.routes)}/…  (described at ${origin}/openapi.json)`],
    ['mcp', `${mcpUrl}/mcp`],
    ['control', `${origin}/__understudy/health`],
    ['account', `${defaultAccount}  (the world of callers that name none)`],
  ];
  return `understudy ${version} plays Twilio Conversations

${places.map(([name = '', place]) => `  ${name.padEnd(9)}${place}`).join('\n')}

  curl ${native}/Services -u ${defaultAccount}:${password} -d FriendlyName=Demo

  // the official Node SDK, sent here
  const httpClient = new twilio.RequestClient(), send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:..[^/]+/, '${origin}') });
  const client = twilio('${defaultAccount}', '${password}', { httpClient });

`;
}
