/** Builds X.509 certificates (RFC 5280). Loaded on demand, because the libraries are large. */
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { BitString, Integer, OctetString, Utf8String } from 'asn1js';
import {
  AltName,
  AttributeTypeAndValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  Extension,
  ExtKeyUsage,
  GeneralName,
  GeneralSubtree,
  NameConstraints,
} from 'pkijs';

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** All runtimes support P-256, and it makes handshakes cheaper than RSA does. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const HASH = 'SHA-256';

const OID = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Bits of the key usage, with the number of unused bits after them. */
const DIGITAL_SIGNATURE = [0x80, 7] as const;
const CERTIFICATE_SIGN = [0x04, 2] as const;

/** Types of a general name. */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Issues a certificate authority that can vouch for a domain and its subdomains, and for nothing else. */
export async function issueAuthority(commonName: string, domain: string, validity: Validity): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await draft(commonName, validity, keys.publicKey);
  certificate.issuer = certificate.subject;
  certificate.extensions = [
    extension(OID.basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }).toSchema(), 'critical'),
    extension(OID.keyUsage, keyUsage(CERTIFICATE_SIGN), 'critical'),
    extension(OID.extendedKeyUsage, new ExtKeyUsage({ keyPurposes: [OID.serverAuth] }).toSchema()),
    extension(OID.nameConstraints, onlyDomain(domain).toSchema(), 'critical'),
    extension(OID.subjectKeyIdentifier, new OctetString({ valueHex: await certificate.getKeyHash() })),
  ];
  return sign(certificate, keys.privateKey, keys.privateKey);
}

/** Issues a server certificate for host names. */
export async function issueServer(authority: KeyPair, names: readonly string[], validity: Validity): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await draft(names[0] ?? '', validity, keys.publicKey);
  const issuer = Certificate.fromBER(new X509Certificate(authority.certificate).raw);
  certificate.issuer = issuer.subject;
  const issuerKey = new AuthorityKeyIdentifier({
    keyIdentifier: new OctetString({ valueHex: await issuer.getKeyHash() }),
  });
  const altNames = names.map((value) => new GeneralName({ type: DNS_NAME, value }));
  certificate.extensions = [
    extension(OID.basicConstraints, new BasicConstraints({ cA: false }).toSchema(), 'critical'),
    extension(OID.keyUsage, keyUsage(DIGITAL_SIGNATURE), 'critical'),
    extension(OID.extendedKeyUsage, new ExtKeyUsage({ keyPurposes: [OID.serverAuth] }).toSchema()),
    extension(OID.subjectAltName, new AltName({ altNames }).toSchema()),
    extension(OID.subjectKeyIdentifier, new OctetString({ valueHex: await certificate.getKeyHash() })),
    extension(OID.authorityKeyIdentifier, issuerKey.toSchema()),
  ];
  return sign(certificate, keys.privateKey, await importKey(authority.key));
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

/** A certificate without an issuer and extensions. */
async function draft(commonName: string, { from, to }: Validity, publicKey: webcrypto.CryptoKey): Promise<Certificate> {
  const certificate = new Certificate();
  // Version 3.
  certificate.version = 2;
  certificate.serialNumber = new Integer({ valueHex: randomSerial() });
  const value = new Utf8String({ value: commonName });
  certificate.subject.typesAndValues.push(new AttributeTypeAndValue({ type: OID.commonName, value }));
  certificate.notBefore.value = from;
  certificate.notAfter.value = to;
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  return certificate;
}

/** A positive number without leading zeros. */
function randomSerial(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.buffer;
}

async function sign(certificate: Certificate, own: webcrypto.CryptoKey, issuer: webcrypto.CryptoKey): Promise<KeyPair> {
  await certificate.sign(issuer, HASH);
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own));
  return {
    certificate: new X509Certificate(Buffer.from(certificate.toSchema(true).toBER())).toString(),
    key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extension(extnID: string, value: { toBER(): ArrayBuffer }, critical?: 'critical'): Extension {
  return new Extension({ extnID, critical: critical !== undefined, extnValue: value.toBER() });
}

function keyUsage([bits, unusedBits]: readonly [number, number]): BitString {
  return new BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits });
}

/** Permits one domain with its subdomains, and no IP address of either version. */
function onlyDomain(domain: string): NameConstraints {
  const everyAddress = [8, 32].map((length) => new OctetString({ valueHex: new ArrayBuffer(length) }));
  return new NameConstraints({
    permittedSubtrees: [new GeneralSubtree({ base: new GeneralName({ type: DNS_NAME, value: domain }) })],
    excludedSubtrees: everyAddress.map(
      (value) => new GeneralSubtree({ base: new GeneralName({ type: IP_ADDRESS, value }) }),
    ),
  });
}
