import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { formatAddress, parseAddress } from '../ipam/address.ts';
import {
  bitString,
  boolean,
  element,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

/** A private certificate authority and a server certificate from it, all PEM. */
export interface Certificates {
  readonly caCert: string;
  readonly serverCert: string;
  readonly serverKey: string;
}

const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const day = 24 * 60 * 60 * 1000;

const commonName = (name: string): Buffer =>
  sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))));

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value));

const publicBytes = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(publicBytes(key)).digest();

function addressBytes(ip: string): Buffer {
  const address = parseAddress(ip);
  if (address === undefined) throw new Error(`certificate: ${ip} is not an address`);
  if (isIPv4(ip)) return Buffer.from(formatAddress(address).split('.').map(Number));
  return Buffer.from(address.value.toString(16).padStart(32, '0'), 'hex');
}

/** subjectAltName with DNS names and addresses. */
function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map(name =>
    isIP(name) === 0 ? element(0x82, Buffer.from(name)) : element(0x87, addressBytes(name)),
  );
  return extension('2.5.29.17', false, sequence(...entries));
}

interface CertificateRequest {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly issuerPublicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly days: number;
}

/** keyUsage from its first eight bits; the unused ones at the end are counted, as DER wants. */
function keyUsage(bits: number): Buffer {
  const unused = 31 - Math.clz32(bits & -bits);
  return extension('2.5.29.15', true, element(0x03, Buffer.from([unused, bits])));
}

function certificate(request: CertificateRequest): string {
  const now = Date.now();
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName(request.issuer),
    sequence(time(new Date(now - day)), time(new Date(now + request.days * day))),
    commonName(request.subject),
    publicBytes(request.publicKey),
    explicit(
      3,
      sequence(
        extension('2.5.29.14', false, octetString(keyIdentifier(request.publicKey))),
        extension('2.5.29.35', false, sequence(element(0x80, keyIdentifier(request.issuerPublicKey)))),
        ...request.extensions,
      ),
    ),
  );
  const signature = sign('sha256', body, request.issuerKey);
  const text = sequence(body, ecdsaWithSha256, bitString(signature)).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

/** Makes a certificate authority and a server certificate for the names; P-256, no files, no openssl. */
export function generateCertificates(names: readonly string[], days = 3650): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = 'nexodus-sim private CA';
  const issuedBy = { issuer, issuerKey: authority.privateKey, issuerPublicKey: authority.publicKey, days };
  return {
    caCert: certificate({
      ...issuedBy,
      subject: issuer,
      publicKey: authority.publicKey,
      extensions: [extension('2.5.29.19', true, sequence(boolean(true))), keyUsage(0x06)],
    }),
    serverCert: certificate({
      ...issuedBy,
      subject: names[0] ?? 'nexodus-sim',
      publicKey: server.publicKey,
      extensions: [
        extension('2.5.29.19', true, sequence()),
        keyUsage(0x80),
        extension('2.5.29.37', false, sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))),
        alternativeNames(names),
      ],
    }),
    serverKey: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The names a server for this domain answers to. */
export function serverNames(domain: string): string[] {
  return [domain, `api.${domain}`, `auth.${domain}`, 'localhost', '127.0.0.1', '::1'];
}
