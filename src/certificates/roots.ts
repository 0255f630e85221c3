import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** Where systems keep the roots that their programs trust, as one file of PEM. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/ssl/cert.pem',
];

/** The certificates that programs on this system trust, as PEM: the system's, or else those of Node.js. */
export function systemRoots(): string {
  for (const file of SYSTEM_BUNDLES) {
    const text = readPem(file);
    if (text !== undefined) return text;
  }
  return tls.rootCertificates.join('\n');
}

/** The text of a file with certificates; undefined if it cannot be read or has none. */
export function readPem(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return text.includes('-----BEGIN CERTIFICATE-----') ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Each certificate of a PEM text once, without comments. */
export function certificatesOf(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(blocks.map((block) => block.replaceAll('\r\n', '\n')))];
}
