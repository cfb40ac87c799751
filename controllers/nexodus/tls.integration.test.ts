/** Certificates of Nexodus are checked before anything secret is sent. */

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startServer } from '../../e2e/nexodus-sim/server/start.ts';
import { generateCertificates } from '../../e2e/nexodus-sim/server/tls/certificates.ts';
import { silentLog } from '../runtime/log.ts';
import { Transport } from './http.ts';
import { createNexodus, type Nexodus, type NexodusOptions } from './nexodus.ts';

const user = { username: 'nexlink', password: 'a secret word' };
let server: RunningServer;
let other: RunningServer;
let client: Nexodus | undefined;

beforeEach(async () => {
  [server, other] = await Promise.all([
    startServer({ accounts: [user] }),
    startServer({ accounts: [user], domain: 'elsewhere.test' }),
  ]);
});
afterEach(async () => {
  await client?.stop();
  await Promise.all([server.close(), other.close()]);
});

/** Logs in, and returns why it did not work, if it did not. */
async function logIn(options: Partial<NexodusOptions>): Promise<string | undefined> {
  await client?.stop();
  client = createNexodus({
    url: server.serviceUrl,
    lookup: server.lookup,
    log: silentLog,
    credentials: { current: () => user, onChange: () => {} },
    timing: { retryMs: 100, maxRetryMs: 500, graceMs: 100 },
    ...options,
  });
  client.start();
  const { directory } = client;
  for (let ms = 0; !directory.synced && !directory.failure; ms += 10) {
    if (ms > 20_000) throw new Error('neither a list nor a failure');
    await sleep(10);
  }
  return directory.failure?.message;
}

/** What reached a server. */
const heard = ({ control }: RunningServer) => control.requests.since(0).length;
const untrusted = /certificate|trusted/;

test('a server with a certificate that is known is talked to', async () => {
  expect(await logIn({ ca: server.ca })).toBeUndefined();
  expect(heard(server)).toBeGreaterThan(0);
});

test('a server of another authority gets nothing', async () => {
  expect(await logIn({ ca: other.ca })).toMatch(untrusted);
  expect(await logIn({ ca: undefined })).toMatch(untrusted);
  expect(heard(server)).toBe(0);
});

test('a certificate of another name gets nothing', async () => {
  // The name leads to a server whose authority is trusted, and which has another name.
  const astray: LookupFunction = (_name, options, callback) =>
    options.all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);
  const url = `https://nexodus.test:${other.ports.https}`;
  expect(await logIn({ url, ca: other.ca, lookup: astray })).toMatch(/certificate|name/);
  expect(heard(other)).toBe(0);
});

test('it is trusted when the settings say so', async () => {
  expect(await logIn({ ca: other.ca, insecureSkipTLSVerify: true })).toBeUndefined();
  expect(heard(server)).toBeGreaterThan(0);
});

test('a front that prefers HTTP/2 gets HTTP/1.1: a connection that is stuck must not hold up all requests', async () => {
  const { caCert, serverCert, serverKey } = generateCertificates(['localhost']);
  const front = createSecureServer(
    { cert: serverCert, key: serverKey, allowHTTP1: true },
    ({ httpVersion }, answer) => answer.end(httpVersion),
  );
  await once(front.listen(0), 'listening');
  const transport = new Transport({ ca: caCert });
  const origin = `https://localhost:${(front.address() as AddressInfo).port}`;
  try {
    expect(await transport.send({ method: 'GET', origin, path: '/' })).toMatchObject({ text: '1.1' });
  } finally {
    await transport.close();
    front.close();
  }
});
