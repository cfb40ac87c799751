import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where Go looks for the system's CA certificates; the first that exists is taken. */
const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map(name => join(directory, name));
  } catch {
    return [];
  }
}

/**
 * The CA certificates (PEM) that nexd trusts, found as Go does: SSL_CERT_FILE stands in place of
 * the system's file, SSL_CERT_DIR adds directories. Undefined: Node's own list.
 */
export function trustedCertificates(env: Readonly<Record<string, string | undefined>>): string[] | undefined {
  const files = env['SSL_CERT_FILE'] ? [env['SSL_CERT_FILE']] : systemFiles;
  const first = files.map(tryRead).find(text => text !== undefined);
  const directories = env['SSL_CERT_DIR'] ? env['SSL_CERT_DIR'].split(':') : [];
  const more = directories.flatMap(filesIn).map(tryRead);
  const found = [first, ...more].filter(text => text?.includes('BEGIN CERTIFICATE')).map(String);
  return found.length === 0 ? undefined : found;
}
