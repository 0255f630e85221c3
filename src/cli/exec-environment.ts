import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrustFolder } from '../certificates/trust-folder.js';
import { isOtherTwilioHost, isTwilioHost } from '../core/twilio-hosts.js';
import { javaOptions } from './java-options.js';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Variables that name a file of certificates, each of some runtime or library. */
export const CA_VARIABLES = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'TWILIO_CA_BUNDLE',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  'DENO_CERT',
];

export interface Redirection {
  /** Origin of the understudy. */
  readonly url: string;
  readonly allowTwilio: readonly string[];
  /** URL of the intercepting proxy; undefined for programs that are hooked without one. */
  readonly proxyUrl: string | undefined;
  /** Origin for HTTPS, for hooks that use no proxy. */
  readonly tlsUrl: string | undefined;
  /** File of the certificate of the local authority. */
  readonly caFile: string;
  readonly trust: TrustFolder;
}

/** The environment of a program whose calls to Twilio end here, whatever its runtime. */
export function environmentFor(inherited: Variables, redirection: Redirection): Variables {
  const { proxyUrl, trust } = redirection;
  return {
    ...inherited,
    ...hookVariables(inherited, redirection),
    ...Object.fromEntries(CA_VARIABLES.map((name) => [name, trust.bundle])),
    // An empty entry stands for the folder that PHP was built with.
    PHP_INI_SCAN_DIR: `${inherited['PHP_INI_SCAN_DIR'] ?? ''}${delimiter}${trust.phpIni}`,
    JAVA_TOOL_OPTIONS: javaOptions(inherited['JAVA_TOOL_OPTIONS'], proxyUrl, trust.javaTrustStore),
    ...(proxyUrl === undefined ? {} : proxyVariables(inherited, proxyUrl)),
  };
}

/** For the hooks of Node.js and Python, which need no proxy. */
function hookVariables(inherited: Variables, { url, allowTwilio, tlsUrl, caFile }: Redirection): Variables {
  const hook = JSON.stringify(fileURLToPath(new URL('register.cjs', import.meta.url)));
  const python = fileURLToPath(new URL('python', import.meta.url));
  return {
    UNDERSTUDY_URL: url,
    // Not an empty text, which is not a list of hosts.
    UNDERSTUDY_ALLOW_TWILIO: allowTwilio.length === 0 ? undefined : allowTwilio.join(','),
    UNDERSTUDY_CA_FILE: caFile,
    UNDERSTUDY_TLS_ADDRESS: tlsUrl === undefined ? undefined : new URL(tlsUrl).host,
    // `--import` would make Node load the program with its loader for ES modules, which breaks hooks such as ts-node.
    NODE_OPTIONS: `${inherited['NODE_OPTIONS'] ?? ''} --require=${hook}`.trim(),
    PYTHONPATH: [python, inherited['PYTHONPATH']].filter(Boolean).join(delimiter),
  };
}

function proxyVariables(inherited: Variables, proxyUrl: string): Variables {
  const noProxy = noProxyOf(inherited['no_proxy'] ?? inherited['NO_PROXY'] ?? '');
  // Programs read either case. curl reads only the lower case of `http_proxy`.
  return {
    HTTPS_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    HTTP_PROXY: proxyUrl,
    http_proxy: proxyUrl,
    NO_PROXY: noProxy,
    no_proxy: noProxy,
    NODE_USE_ENV_PROXY: '1',
  };
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

/** The hosts that are called directly: this machine and those of the user, except any that would include Twilio's. */
function noProxyOf(text: string): string {
  const own = text.split(/[\s,]+/).filter((entry) => entry !== '' && !includesTwilio(entry));
  return [...new Set([...own, ...LOOPBACK_HOSTS])].join(',');
}

function includesTwilio(entry: string): boolean {
  const name = entry.replace(/:\d+$/, '').replace(/^\*/, '').replace(/^\./, '').toLowerCase();
  return `conversations.twilio.com`.endsWith(name) || isTwilioHost(name) || isOtherTwilioHost(name);
}
