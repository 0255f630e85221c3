import { basePath } from '../surfaces/http/operations.js';
import type { RunningUnderstudy } from '../app/create-understudy.js';

const ROLES = {
  simulate: 'plays Twilio Conversations',
  live: 'passes calls on to Twilio: messages reach people and cost money',
  record: 'passes calls on to Twilio and records its answers: messages reach people and cost money',
  replay: 'answers as Twilio did when it was recorded',
};

/** What a person needs to know once the servers listen: where everything is, and how to call it. */
export function bannerOf({ settings, capability, restUrl, mcpUrl }: RunningUnderstudy, version: string): string {
  const { defaultAccount, token, authToken, publicUrl, mode } = settings;
  const origin = publicUrl ?? restUrl;
  const password = authToken !== undefined ? 'AUTH_TOKEN' : token !== undefined ? 'TOKEN' : 'any';
  const native = `${origin}${basePath(capability.operations)}`;
  const places = [
    ['twilio', `${native}/…  (for the SDKs)`],
    ['rest', `${origin}${basePath(capability.routes)}/…  (described at ${origin}/openapi.json)`],
    ['mcp', `${mcpUrl}/mcp`],
    ['inspector', `${origin}/__understudy/  (what happens, in a browser)`],
    ['control', `${origin}/__understudy/…  (described at ${origin}/__understudy/openapi.json)`],
    ...(mode === 'simulate' ? [['account', `${defaultAccount}  (the world of callers that name none)`]] : []),
  ];
  // A line that is there to be copied must not write where it counts.
  const example = mode === 'simulate' ? ' -d FriendlyName=Demo' : '';
  return `understudy ${version} ${ROLES[mode]}

${places.map(([name = '', place]) => `  ${name.padEnd(11)}${place}`).join('\n')}

  curl ${native}/Services -u ${defaultAccount}:${password}${example}

  // the official Node SDK, sent here
  const httpClient = new twilio.RequestClient(), send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:..[^/]+/, '${origin}') });
  const client = twilio('${defaultAccount}', '${password}', { httpClient });

`;
}
