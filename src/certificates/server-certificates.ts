import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { badOption } from '../core/errors.js';
import { type Authority, DOMAIN } from './authority.js';
import type { KeyPair } from './issue.js';

/** The certificates that a TLS server presents. */
export interface ServerCertificates {
  /** For clients that give no name, and for names that have no certificate of their own. */
  readonly fallback: () => Promise<KeyPair>;
  /** For the name that a client gives (SNI). Undefined: the fallback is used. */
  readonly contextFor: (name: string) => Promise<SecureContext> | undefined;
  /** What to do about a client that does not trust them, for the log. */
  readonly remedy: string;
}

const DAY = 24 * 3_600_000;
/** Far below what any runtime accepts at most. */
const LIFETIME = 90 * DAY;
/** A server that runs for months renews its certificates. */
const REISSUE = 30 * DAY;
const MAX_NAMES = 200;
const FALLBACK_NAMES = [`conversations.${DOMAIN}`, `*.${DOMAIN}`];

/** Certificates of the local authority for hosts of Twilio. Each is issued on first use. */
export function issuedCertificates(authority: Authority): ServerCertificates {
  const issued = new Map<string, { readonly at: number; readonly context: Promise<SecureContext> }>();
  return {
    fallback: () => issue(authority, FALLBACK_NAMES),
    contextFor(name) {
      if (!name.endsWith(`.${DOMAIN}`)) return undefined;
      const now = Date.now();
      const known = issued.get(name);
      if (known !== undefined && now - known.at < REISSUE) return known.context;
      if (issued.size >= MAX_NAMES) issued.clear();
      const context = issue(authority, [name]).then(({ certificate, key }) => contextOf(certificate, key));
      issued.set(name, { at: now, context });
      // The next client tries again.
      context.catch(() => issued.delete(name));
      return context;
    },
    remedy: `Start the program with \`understudy exec\`, or let it trust ${authority.file}`,
  };
}

async function issue(authority: Authority, names: readonly string[]): Promise<KeyPair> {
  const { issueServer } = await import('./issue.js');
  const now = Date.now();
  const to = new Date(Math.min(now + LIFETIME, authority.expires.getTime()));
  // A clock that is a little behind must not find the certificate invalid.
  return issueServer(authority, names, { from: new Date(now - DAY), to });
}

/** The user's own certificate, for every name. @throws UnderstudyError if the files are not a certificate and its key */
export function ownCertificate(certificateFile: string, keyFile: string): ServerCertificates {
  const certificate = readOption(certificateFile, '--tls-cert');
  const key = readOption(keyFile, '--tls-key');
  const parsed = parseOption(certificateFile, '--tls-cert', 'a certificate', () => new X509Certificate(certificate));
  const parsedKey = parseOption(keyFile, '--tls-key', 'a private key without a passphrase', () =>
    createPrivateKey(key),
  );
  if (!parsed.checkPrivateKey(parsedKey))
    throw badOption(
      `the private key in --tls-key ${keyFile} does not belong to the certificate in --tls-cert ${certificateFile}`,
    );
  return {
    fallback: async () => ({ certificate, key }),
    contextFor: () => undefined,
    remedy: `Let it trust the issuer of --tls-cert ${certificateFile}`,
  };
}

function contextOf(cert: string, key: string): SecureContext {
  return createSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}

function readOption(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw badOption(`${flag} ${file} cannot be read: ${(error as Error).message}`);
  }
}

function parseOption<T>(file: string, flag: string, expected: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw badOption(`${flag} ${file} is not ${expected} in PEM`);
  }
}
