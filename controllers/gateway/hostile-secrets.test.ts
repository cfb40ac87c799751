/** A gateway's Secret lies in its user's namespace: what somebody writes there must not reach devices of others. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Identity } from '../proxy/rules.ts';
import { childName, ordinalOf, podName } from '../runtime/names.ts';
import type { Pod, Secret } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aKeyPair, aNamespace, anExport, aService } from '../testing/builders.ts';
import { anyJSON, hostileText } from '../testing/hostile.ts';
import { World } from '../testing/world.ts';
import { identityData, parseIdentities } from './identity.ts';

/** Exports Services of a namespace, as its realm. */
function exported(world: World, namespace: string, ...names: string[]): void {
  const at = { namespace };
  if (!world.server.get(resources.namespaces, undefined, namespace))
    world.add(resources.namespaces, aNamespace(namespace));
  for (const name of names) {
    world.add(resources.services, { ...aService(name), metadata: { ...aService(name).metadata, ...at } });
    world.add(resources.exports, { ...anExport(name), metadata: { ...anExport(name).metadata, ...at } });
  }
}

const secretOf = (world: World, namespace: string): Secret =>
  world.server.get<Secret>(resources.secrets, namespace, childName(`export-${namespace}`))!;
const identitiesOf = (world: World, namespace: string): Identity[] => [
  ...parseIdentities(secretOf(world, namespace)).values(),
];
const idsOf = (world: World, namespace: string): string[] =>
  identitiesOf(world, namespace).map(({ deviceID }) => deviceID);

/** The pods of a namespace's gateway are made anew. */
async function replacePods(world: World, namespace: string): Promise<void> {
  for (const { metadata } of world.server.list(resources.pods) as Pod[])
    if (metadata.namespace === namespace && ordinalOf(metadata.name) !== undefined)
      world.server.delete({ resource: resources.pods, namespace, name: metadata.name });
  await world.settle();
}

/** What somebody does to the Secret of evil's gateway. */
function forge(world: World, data: { [key: string]: string }): void {
  const { namespace, name } = secretOf(world, 'evil').metadata;
  world.server.edit<Secret>({ resource: resources.secrets, namespace: namespace!, name }, secret => {
    secret.data = { ...secret.data, ...data };
  });
}

let world: World;
let victims: Identity[];
/** What belongs to the victim, in Nexodus. */
const state = () =>
  victims.map(({ deviceID, regKeyID }) => ({
    device: world.nexodus.devices.get(deviceID),
    metadata: world.nexodus.metadata.get(deviceID),
    key: world.nexodus.keys.get(regKeyID),
  }));

beforeEach(async () => {
  world = new World();
  exported(world, 'shop', 'web');
  exported(world, 'evil', 'bait');
  await world.settle();
  victims = identitiesOf(world, 'shop');
});

describe('a Secret of another namespace that names the devices of a victim', () => {
  test.each<[string, (victim: Identity) => Partial<Identity>]>([
    ['with their public keys', () => ({ privateKey: 'x', regKeyID: 'x', regKey: 'x' })],
    ['with a key pair of its own', () => ({ ...aKeyPair('evil'), regKeyID: 'x', regKey: 'x' })],
    [
      'with their public keys and a private key of its own',
      () => ({ privateKey: aKeyPair('evil').privateKey, regKeyID: 'x', regKey: 'x' }),
    ],
    ['with all that their own Secret has', victim => victim],
    ['with all of that but the registration key', () => ({ regKeyID: 'x', regKey: 'x' })],
  ])('%s, changes nothing of theirs', async (_how, more) => {
    const before = state();
    forge(
      world,
      identityData(new Map(victims.map((victim, at) => [at, { ...victim, ...more(victim) }] as const))),
    );
    await world.settle();
    expect(state()).toEqual(before);
    await replacePods(world, 'evil');
    expect(state()).toEqual(before);
    await world.pass(300_000);
    expect(state()).toEqual(before);
    // Evil's gateway has devices of its own again.
    expect(idsOf(world, 'evil').filter(id => victims.some(({ deviceID }) => deviceID === id))).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test('nor does the end of that gateway', async () => {
    const before = state();
    forge(world, identityData(new Map(victims.map((victim, at) => [at, victim] as const))));
    world.server.delete({ resource: resources.exports, namespace: 'evil', name: 'bait' });
    await world.settle();
    await world.pass(300_000);
    expect(state()).toEqual(before);
  });
});

test('whatever a Secret says, only devices of its own gateway are written to', async () => {
  const untouched = (fork: World) =>
    victims.map(({ deviceID }) => [fork.nexodus.devices.get(deviceID), fork.nexodus.metadata.get(deviceID)]);
  const field = fc.oneof(
    hostileText,
    anyJSON,
    fc.constantFrom(...victims.flatMap(victim => Object.values(victim) as string[])),
  );
  const identity = fc.record(
    {
      privateKey: field,
      publicKey: field,
      deviceID: field,
      regKeyID: field,
      regKey: field,
      requestedIP: field,
      heldBy: field,
    },
    { requiredKeys: [] },
  );
  const key = fc.oneof(fc.constantFrom('0.json', '1.json', '2.json', '99.json'), hostileText);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(key, identity), { maxLength: 4 }), async entries => {
      const fork = world.fork();
      const before = untouched(fork);
      forge(
        fork,
        Object.fromEntries(
          entries.map(([name, value]) => [name, Buffer.from(JSON.stringify(value)).toString('base64')]),
        ),
      );
      await fork.settle();
      await replacePods(fork, 'evil');
      expect(untouched(fork)).toEqual(before);
      expect(fork.violations).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

describe('a Secret that was restored in another cluster', () => {
  const restored = (owners: boolean): Secret => {
    const { metadata, ...rest } = secretOf(world, 'shop');
    const { name, namespace, labels, annotations, ownerReferences } = metadata;
    const meta = { name, namespace: namespace!, labels: labels!, annotations: annotations! };
    return { ...rest, metadata: owners ? { ...meta, ownerReferences: ownerReferences! } : meta };
  };

  test.each([
    ['without its owner', false],
    ['with the owner of there', true],
  ])('%s, leads to devices of its own', async (_how, owners) => {
    const there = new World({}, undefined, world.nexodus, 'there');
    there.foreignDevices.clear();
    const before = state();
    const secret = restored(owners);
    there.add(resources.namespaces, aNamespace('shop'));
    there.add(resources.secrets, secret);
    exported(there, 'shop', 'web');
    await there.settle();
    expect(state()).toEqual(before);
    // The garbage collector removes what has no owner.
    if (owners)
      there.server.delete({ resource: resources.secrets, namespace: 'shop', name: secret.metadata.name });
    await there.pass(700_000);
    await replacePods(there, 'shop');
    await world.settle();
    expect(state()).toEqual(before);
    const ids = idsOf(there, 'shop');
    expect(ids).toHaveLength(victims.length);
    expect(ids.filter(id => victims.some(({ deviceID }) => deviceID === id))).toEqual([]);
    expect(ids.every(id => world.nexodus.devices.has(id))).toBe(true);
  });
});

test('a pod with the labels of a gateway, which its StatefulSet did not make, is none of its replicas', async () => {
  const name = podName('export-shop', 0);
  const { metadata, ...rest } = world.server.get<Pod>(resources.pods, 'shop', name)!;
  const copy = { ...rest, metadata: { name: 'debug-0', namespace: 'shop', labels: metadata.labels! } };
  world.add(resources.pods, copy);
  const before = state();
  await world.settle();
  await world.pass(300_000);
  expect(state()).toEqual(before);
  expect(
    world.server.get<Pod>(resources.pods, 'shop', 'debug-0')?.metadata.deletionTimestamp,
  ).toBeUndefined();
  expect(world.server.get<Pod>(resources.pods, 'shop', name)?.metadata.uid).toBe(metadata.uid);
});
