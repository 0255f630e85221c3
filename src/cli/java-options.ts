import { spawnSync } from 'node:child_process';
import { TRUST_STORE_PASSWORD } from '../certificates/java-trust-store.js';
import { environmentWith } from './environment.js';

/** Hands a password to keytool. Other users can read the command lines of programs, but not their environment. */
const PASSWORD_VARIABLE = 'UNDERSTUDY_TRUST_STORE_PASSWORD';

/**
 * The options that lead Java through a proxy and to a trust store. Java reads neither the variables of proxies nor files of
 * PEM. Later options win over earlier ones.
 */
export function javaOptions(inherited = '', proxyUrl: string | undefined, trustStore: string): string {
  const options = [
    `-Djavax.net.ssl.trustStore=${trustStore}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
    `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`,
  ];
  if (proxyUrl !== undefined) {
    const { hostname, port } = new URL(proxyUrl);
    for (const scheme of ['http', 'https'])
      options.push(`-D${scheme}.proxyHost=${hostname}`, `-D${scheme}.proxyPort=${port}`);
    options.push('-Dhttp.nonProxyHosts=localhost|127.*|[::1]');
  }
  const quoted = options.map((option) => (/\s/.test(option) ? `"${option}"` : option));
  return [inherited, ...quoted].filter((part) => part !== '').join(' ');
}

/** The certificates of the trust store that a user's own options for Java name, as PEM. */
export interface OwnTrustStore {
  readonly certificates: string;
  /** Why the store cannot be read, for the user. */
  readonly problem?: string | undefined;
}

/** Reads that trust store with the tool of Java, which knows every format; undefined if the options name none. */
export function readOwnTrustStore(options = ''): OwnTrustStore | undefined {
  const file = propertyOf(options, 'trustStore');
  if (file === undefined) return undefined;
  const password = propertyOf(options, 'trustStorePassword');
  const args = ['-list', '-rfc', '-keystore', file];
  if (password !== undefined) args.push('-storepass:env', PASSWORD_VARIABLE);
  const env = environmentWith({ [PASSWORD_VARIABLE]: password });
  const { error, status, stdout } = spawnSync('keytool', args, { encoding: 'utf8', input: '\n', env });
  if (error === undefined && status === 0) return { certificates: stdout };
  const reason = error === undefined ? 'keytool cannot read it' : `keytool cannot be started: ${error.message}`;
  const problem = `Java programs do not trust the certificates of ${file}, which JAVA_TOOL_OPTIONS names: ${reason}`;
  return { certificates: '', problem };
}

/** The last value of a property `javax.net.ssl.…`, which may be in quotes. */
function propertyOf(options: string, name: string): string | undefined {
  const pattern = new RegExp(String.raw`(?:^|\s)(["']?)-Djavax\.net\.ssl\.${name}=(.*?)(?:\1(?=\s|$))`, 'g');
  return Array.from(options.matchAll(pattern), ([, quote, value = '']) =>
    quote === '' ? (/^\S*/.exec(value)?.[0] ?? '') : value,
  ).at(-1);
}
