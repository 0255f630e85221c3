import type { RunningUnderstudy } from '../app/understudy.js';
import { modes } from '../app/modes/index.js';
import { basePath } from '../surfaces/http/operation-routes.js';
import { packageVersion } from '../util/version.js';
import type { Style } from './style.js';

export interface BannerOptions {
  readonly style: Style;
  /** The width of the terminal; without one, nothing is left out. */
  readonly columns?: number | undefined;
  /** Milliseconds from the start of the process. */
  readonly readyAfter: number;
}

/** The text that `serve` prints once the ports are open: where each surface is, and how to call it. */
export function formatBanner(
  { settings, capability, restUrl, mcpUrl, proxyUrl, tlsUrl }: RunningUnderstudy,
  { style, columns = Infinity, readyAfter }: BannerOptions,
): string {
  const { defaultAccount, token, authToken, publicUrl, mode } = settings;
  const origin = publicUrl ?? restUrl;
  const password = authToken !== undefined ? 'AUTH_TOKEN' : token !== undefined ? 'TOKEN' : 'any';
  const twilioBase = `${origin}${basePath(capability.files[0].operations)}`;
  const rows = [
    ['inspector', `${origin}/__understudy/`, 'conversations and requests, in a browser'],
    ['twilio', `${twilioBase}/…`, 'for the SDKs'],
    ['rest', `${origin}${basePath(capability.files[0].routes)}/…`, `described at ${origin}/openapi.json`],
    ['mcp', `${mcpUrl}/mcp`, 'for agents'],
    ['control', `${origin}/__understudy/…`, `described at ${origin}/__understudy/openapi.json`],
    ...(proxyUrl === undefined ? [] : [['proxy', proxyUrl, 'answers for *.twilio.com; set HTTPS_PROXY']]),
    ...(tlsUrl === undefined ? [] : [['tls', tlsUrl, 'for *.twilio.com in a hosts file']]),
    ...(mode === 'simulate' ? [['account', defaultAccount, 'the default world']] : []),
  ];
  const formatRow = ([name = '', address = '', hint = '']: readonly string[]): string => {
    const isWide = 2 + 11 + address.length + hint.length + 4 <= columns;
    return `  ${style('bold', name.padEnd(11))}${style('cyan', address)}${isWide ? style('dim', `  (${hint})`) : ''}`;
  };
  // People copy this line: it must not write to a real account.
  const example = mode === 'simulate' ? ' -d FriendlyName=Demo' : '';
  const url = origin === 'http://127.0.0.1:8080' ? '' : ` --url ${origin}`;
  const title = `${style(['bold', 'magenta'], 'understudy')} ${packageVersion()} ${modes[mode].role}`;
  return `${title}${style('dim', `, ready in ${formatDuration(readyAfter)}`)}

${rows.map(formatRow).join('\n')}

  ${style('dim', '# your app, unchanged')}
  npx twilio-understudy exec${url} -- node app.js

  curl ${twilioBase}/Services -u ${defaultAccount}:${password}${example}

  ${style('dim', '// the official Node SDK, pointed at this server')}
  const httpClient = new twilio.RequestClient(), send = httpClient.request.bind(httpClient);
  httpClient.request = (request) => send({ ...request, uri: request.uri.replace(/^https?:..[^/]+/, '${origin}') });
  const client = twilio('${defaultAccount}', '${password}', { httpClient });

`;
}

function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
