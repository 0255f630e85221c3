import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { badOption } from '../core/errors.js';
import { type Authority, DOMAIN } from './authority.js';
import type { KeyPair } from './issue.js';

/** The certificates that a TLS server presents. */
export interface ServerCertificates {
  /** For clients that give no name, and for names that have no certificate of their own. The same one until it is renewed. */
  readonly fallback: () => Promise<KeyPair>;
  /** For the name that a client gives (SNI). Undefined: the fallback is used. */
  readonly contextFor: (name: string) => Promise<SecureContext> | undefined;
  /** What to do about a client that does not trust them, for the log. */
  readonly remedy: string;
}

interface IssuedCertificate extends KeyPair {
  readonly context: SecureContext;
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
  const issued = new Map<string, { readonly at: number; readonly certificate: Promise<IssuedCertificate> }>();

  function certificateFor(names: readonly string[]): Promise<IssuedCertificate> {
    const name = names.join();
    const now = Date.now();
    const known = issued.get(name);
    if (known !== undefined && now - known.at < REISSUE) return known.certificate;
    if (issued.size >= MAX_NAMES) issued.clear();
    const certificate = issue(authority, names).then((pair) => ({ ...pair, context: contextOf(pair) }));
    issued.set(name, { at: now, certificate });
    // The next client tries again.
    certificate.catch(() => issued.delete(name));
    return certificate;
  }
  return {
    fallback: () => certificateFor(FALLBACK_NAMES),
    contextFor: (name) =>
      name.endsWith(`.${DOMAIN}`) ? certificateFor([name]).then(({ context }) => context) : undefined,
    remedy: `Start the program with \`understudy exec\`, or let it trust ${authority.file}`,
  };
}

async function issue(authority: Authority, names: readonly string[]): Promise<KeyPair> {
  const { issueServer } = await import('./issue.js');
  const now = Date.now();
  const to = new Date(Math.min(now + LIFETIME, authority.expires.getTime()));
  // A clock that is a little behind must not find the certificate invalid.
  const { certificate, key } = await issueServer(authority, names, { from: new Date(now - DAY), to });
  // With the authority's own, so that a browser can be told its key alone (`--ignore-certificate-errors-spki-list`).
  return { certificate: certificate + authority.certificate, key };
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
  const pair = Promise.resolve({ certificate, key });
  return {
    fallback: () => pair,
    contextFor: () => undefined,
    remedy: `Let it trust the issuer of --tls-cert ${certificateFile}`,
  };
}

function contextOf({ certificate, key }: KeyPair): SecureContext {
  return createSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
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
