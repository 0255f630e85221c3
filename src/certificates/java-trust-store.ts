import { createHash } from 'node:crypto';

/** Java's conventional password. It protects nothing, because the file holds no secret. */
export const TRUST_STORE_PASSWORD = 'changeit';
const MAGIC = 0xfe_ed_fe_ed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/**
 * Writes certificates as a trust store of Java, in the format JKS: a header, the entries, and a digest over both and the
 * password. Unlike PKCS #12, Java reads its certificates without a password, so users need not configure one.
 */
export function javaTrustStore(certificates: readonly string[]): Buffer {
  const entries = certificates.map((pem, index) => entryOf(`understudy-${index}`, derOf(pem)));
  const content = Buffer.concat([uint32(MAGIC), uint32(VERSION), uint32(entries.length), ...entries]);
  const password = Buffer.from(TRUST_STORE_PASSWORD, 'utf16le').swap16();
  const digest = createHash('sha1').update(password).update('Mighty Aphrodite').update(content).digest();
  return Buffer.concat([content, digest]);
}

function entryOf(alias: string, der: Buffer): Buffer {
  // A fixed date: the same certificates give the same bytes.
  const created = Buffer.alloc(8);
  return Buffer.concat([uint32(TRUSTED_CERTIFICATE), text(alias), created, text('X.509'), uint32(der.length), der]);
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** ASCII text with its length, as `DataOutputStream.writeUTF` writes it. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'latin1')]);
}
