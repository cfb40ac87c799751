import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ManualClock } from '../runtime/manual-clock.ts';
import { inCluster } from './incluster.ts';

const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };

describe('inCluster', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'service-account-'));
    await writeFile(path.join(folder, 'token'), 'first\n');
    await writeFile(path.join(folder, 'ca.crt'), 'CA');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const bearer = async (connection: ReturnType<typeof inCluster>) =>
    (await connection.credentials()).headers['authorization'];

  test('reads token and CA, and the token again after a while', async () => {
    const clock = new ManualClock();
    const connection = inCluster({ folder, env, clock });
    expect(connection.server).toBe('https://10.0.0.1:443');
    expect(await connection.credentials()).toEqual({
      headers: { authorization: 'Bearer first' },
      tls: { ca: 'CA' },
    });
    await writeFile(path.join(folder, 'token'), 'second');
    expect(await bearer(connection)).toBe('Bearer first');
    await clock.advance(30_000);
    expect(await bearer(connection)).toBe('Bearer second');
  });

  test('reads at once after a refusal, and keeps what it has while nothing is there', async () => {
    const connection = inCluster({ folder, env, clock: new ManualClock() });
    await bearer(connection);
    await writeFile(path.join(folder, 'token'), 'second');
    connection.renew();
    expect(await bearer(connection)).toBe('Bearer second');
    await writeFile(path.join(folder, 'token'), '');
    connection.renew();
    expect(await bearer(connection)).toBe('Bearer second');
  });

  test('an IPv6 address is bracketed', () => {
    expect(inCluster({ env: { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' } }).server).toBe(
      'https://[fd00::1]:443',
    );
  });

  test('says what is missing', async () => {
    expect(() => inCluster({ env: {} })).toThrow(/KUBERNETES_SERVICE_HOST.*give a kubeconfig/);
    await expect(inCluster({ folder: '/nowhere', env }).credentials()).rejects.toThrow(
      /\/nowhere.*automountServiceAccountToken/,
    );
  });
});
