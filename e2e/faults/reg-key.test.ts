/** The registration key of a gateway's pod, for whoever gets hold of it. */

import { describe, expect, test } from '@jest/globals';
import { send } from '../nexodus-sim/contract/http-client.ts';
import { generatePrivateKey, publicKeyOf } from '../nexodus-sim/wgcrypto/keys.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { useLab } from './harness/use-lab.ts';
import { Nexd } from './harness/nexd.ts';
import { nxe, service } from './harness/scenarios.ts';
import type { World } from './harness/world.ts';

const lab = useLab();

async function exported(): Promise<World> {
  const world = await lab().world();
  await world.start();
  await world.create(resources.services, service());
  await world.create(resources.exports, nxe());
  await world.untilCondition(resources.exports, 'web', 'True Exported');
  return world;
}

const podOf = (world: World) => world.dataPlane.podsOf('export-shop')[0]!.inside;

/** Asks with the key, and returns the status. */
async function ask(world: World, method: string, path: string, body?: object): Promise<number> {
  const authorization = `Bearer ${podOf(world).identity!.regKey}`;
  const text = body && JSON.stringify(body);
  return (await send(world.nexodus, { host: 'api', method, path, authorization, body: text })).status;
}

/** nexd's first question. */
const isOpen = async (world: World) => (await ask(world, 'GET', '/api/reg-keys/me')) === 200;

async function untilClosed(world: World): Promise<void> {
  while (await isOpen(world)) await new Promise(resolve => setTimeout(resolve, 50));
}

describe('a registration key', () => {
  test('a key is closed once its pod works, and is good for nothing then', async () => {
    const world = await exported();
    await untilClosed(world);
    const { deviceID, regKey } = podOf(world).identity!;
    expect(await ask(world, 'GET', '/api/devices')).toBe(401);
    expect(await ask(world, 'GET', `/api/devices/${deviceID}`)).toBe(401);
    expect(await ask(world, 'PUT', `/api/devices/${deviceID}/metadata/nexlink`, { realm: 'x' })).toBe(401);
    const privateKey = generatePrivateKey();
    const keys = {
      privateKey: privateKey.toString('base64'),
      publicKey: publicKeyOf(privateKey).toString('base64'),
      regKey,
    };
    const address = { server: world.nexodus, lookup: world.nexodus.lookup };
    await expect(Nexd.start(address, 'thief', keys)).rejects.toThrow();
    expect(world.nexodusState.devices.some(({ hostname }) => hostname === 'thief')).toBe(false);
  }, 60_000);

  test('a key is open while its pod starts again', async () => {
    const world = await exported();
    await untilClosed(world);
    const { restarts } = podOf(world);
    podOf(world).crash();
    await world.until('nexd is back', () => podOf(world).restarts > restarts && podOf(world).isRunning);
    await untilClosed(world);
    expect(await ask(world, 'GET', '/api/devices')).toBe(401);
  }, 60_000);
});
