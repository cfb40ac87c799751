/** Tunnel addresses that exports and imports ask for: given, taken, and given once they are free. */

import { describe, expect, test } from '@jest/globals';
import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { leftovers } from '../harness/leftovers.ts';
import { useMachines } from '../harness/machine.ts';
import { NexodusUser } from '../harness/nexodus-user.ts';
import { useSpace } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-fixed-address';
const user = new NexodusUser(env);
const machine = useMachines(env);

/** Far from those that Nexodus hands out by itself. */
const exported = '100.64.77.9';
const imported = '100.64.77.10';
const taken = '100.64.77.11';
const first = '100.64.77.12';
const second = '100.64.77.13';
const outside = '192.0.2.9';
const gatewayOf = (direction: 'export' | 'import', address: string) =>
  `${direction}-${space}-${address.replaceAll('.', '-')}`;

const granted = { type: 'AddressGranted', status: 'True', reason: 'AddressGranted' } as const;
const refused = { type: 'AddressGranted', status: 'False', reason: 'AddressNotGranted' } as const;

useSpace(env, space);

describe('a tunnel address', () => {
  test('that an export asks for is its device’s, and the Service answers through it', async () => {
    await a.export(space, 'web', { tunnelIP: exported });
    await a.condition(resources.exports, space, 'web', granted, 90_000);
    await b.answers(space, 'http://web/', 'web of a', 60_000);
    const nxe = (await a.get<NexlinkExport>(resources.exports, space, 'web'))!;
    expect(nxe.status?.gateway).toBe(gatewayOf('export', exported));
    expect(nxe.status?.devices?.map(({ ipv4 }) => ipv4)).toEqual([exported]);
    await hasAddress(a, gatewayOf('export', exported), exported);
  }, 360_000);

  test('is shared by exports that ask for the same, and stays when the pod is replaced', async () => {
    await a.export(space, 'www', { service: 'web', name: 'www', tunnelIP: exported });
    await a.condition(resources.exports, space, 'www', granted);
    await b.answers(space, 'http://www/', 'web of a', 60_000);
    const gateway = gatewayOf('export', exported);
    const before = await a.gatewayPods(space, gateway);
    expect(before).toHaveLength(1);
    await a.remove(resources.pods, space, before[0]!.metadata.name);
    await until('another pod is there', async () => {
      const [pod] = await a.gatewayPods(space, gateway);
      return pod !== undefined && pod.metadata.uid !== before[0]!.metadata.uid;
    });
    await b.answers(space, 'http://www/', 'web of a', 90_000);
    await hasAddress(a, gateway, exported);
    await a.remove(resources.exports, space, 'www');
  }, 360_000);

  test('that an import asks for is its device’s, and the Service reaches the exporter', async () => {
    await b.import(space, 'ours', { name: 'web', tunnelIP: imported });
    await b.condition(resources.imports, space, 'ours', granted, 90_000);
    await b.answers(space, 'http://ours/', 'web of a', 60_000);
    await hasAddress(b, gatewayOf('import', imported), imported);
    await b.remove(resources.imports, space, 'ours');
  }, 360_000);

  test('that is taken is told of once, with who has it; bytes flow, and it is given when it is free', async () => {
    const holder = await machine('e2e-fixed-address-holder', { requestIP: taken });
    expect(holder.ipv4).toBe(taken);
    await a.export(space, 'late', { service: 'web', name: 'late', tunnelIP: taken });
    const condition = await a.condition(resources.exports, space, 'late', refused, 90_000);
    expect(condition.message).toMatch(/^Nexodus gave 100\.\d+\.\d+\.\d+ instead of 100\.64\.77\.11, which/);
    expect(condition.message).toContain(`device e2e-fixed-address-holder (${holder.id}) has`);
    await b.answers(space, 'http://late/', 'web of a', 60_000);
    await a.condition(resources.exports, space, 'late', { type: 'Ready', status: 'True' });
    await until('an event tells of it', async () => (await refusals('late')) > 0);

    const since = Date.now();
    await holder.remove();
    await a.condition(resources.exports, space, 'late', granted, 120_000);
    await hasAddress(a, gatewayOf('export', taken), taken);
    await b.answers(space, 'http://late/', 'web of a', 90_000);
    expect(await refusals('late')).toBe(1);
    await noFlood(since);
    await oneKeyFor(gatewayOf('export', taken));
  }, 360_000);

  test('that changes comes with another device, and nothing of the old one is left', async () => {
    await a.writer.apply<NexlinkGateway>(resources.gateways, {
      apiVersion,
      kind: 'NexlinkGateway',
      metadata: { name: 'mine', namespace: space },
      spec: { direction: 'Export', realm: space, tunnelIP: first },
    });
    await a.export(space, 'moving', { service: 'web', name: 'moving', gateway: 'mine' });
    await a.condition(resources.gateways, space, 'mine', granted, 90_000);
    await b.answers(space, 'http://moving/', 'web of a', 60_000);
    const before = (await a.gateway(space, 'mine'))!.status!.replicas![0]!.deviceID!;

    const since = Date.now();
    await a.kubectl('-n', space, 'patch', 'nxg', 'mine', '--type=merge', '-p', patch({ tunnelIP: second }));
    await a.condition(resources.gateways, space, 'mine', granted, 120_000);
    await b.answers(space, 'http://moving/', 'web of a', 90_000);
    await hasAddress(a, 'mine', second);
    await until('the old device is gone', async () => !(await user.device(before)));
    await oneKeyFor('mine');
    await noFlood(since);
  }, 300_000);

  test('that a gateway does not ask for is no reason to use it', async () => {
    await a.export(space, 'moving', { service: 'web', name: 'moving', gateway: 'mine', tunnelIP: first });
    const conflict = await a.condition(resources.exports, space, 'moving', {
      type: 'Conflict',
      status: 'True',
      reason: 'GatewayMismatch',
    });
    expect(conflict.message).toContain(`write ${first} in its spec.tunnelIP`);
    await a.condition(resources.exports, space, 'moving', { ...granted, status: 'False', reason: 'Pending' });
    await a.export(space, 'moving', { service: 'web', name: 'moving', gateway: 'mine', tunnelIP: second });
    await a.condition(resources.exports, space, 'moving', granted);
    await a.remove(resources.exports, space, 'moving');
    await a.remove(resources.gateways, space, 'mine');
    await a.gone(resources.gateways, space, 'mine');
  }, 360_000);

  test('that no device can have is told of, and not asked for again', async () => {
    await a.export(space, 'never', { service: 'web', name: 'never', tunnelIP: outside });
    const condition = await a.condition(resources.exports, space, 'never', refused, 90_000);
    expect(condition.message).toContain(`kubectl -n ${space} delete nxg ${gatewayOf('export', outside)}`);
    const before = await a.gatewayPods(space, gatewayOf('export', outside));
    await b.answers(space, 'http://never/', 'web of a', 60_000);
    const after = await a.gatewayPods(space, gatewayOf('export', outside));
    expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  }, 360_000);

  test('that is no longer asked for takes its gateway with it', async () => {
    for (const name of ['late', 'never', 'web']) await a.remove(resources.exports, space, name);
    for (const address of [taken, outside, exported])
      await a.gone(resources.gateways, space, gatewayOf('export', address));
    await b.gone(resources.gateways, space, gatewayOf('import', imported));
    await until('nothing of the gateways is left', async () => (await leftovers(env, space)).length === 0, {
      timeoutMs: 60_000,
      explain: async () => (await leftovers(env, space)).join('\n'),
    });
  }, 240_000);
});

const patch = (spec: object) => JSON.stringify({ spec });

/** Waits until Nexodus has this address for the one device of the gateway. */
async function hasAddress(cluster: Cluster, name: string, address: string): Promise<void> {
  await until(
    `the device of ${name} has ${address}`,
    async () => {
      const [replica, ...more] = (await cluster.gateway(space, name))?.status?.replicas ?? [];
      const device = await user.device(replica?.deviceID ?? '');
      return more.length === 0 && device?.ipv4 === address && replica?.tunnelIPv4 === address;
    },
    { timeoutMs: 30_000, explain: () => cluster.overview(space) },
  );
}

/** How often an event told that the export did not get its address. */
async function refusals(name: string): Promise<number> {
  const events = await a.list<
    KubeObject & Partial<{ reason: string; regarding: { kind: string; name: string } }>
  >(resources.events, space);
  return events.filter(
    ({ reason, regarding }) =>
      reason === 'AddressNotGranted' && regarding?.kind === 'NexlinkExport' && regarding.name === name,
  ).length;
}

/** A nexd whose device is gone asks without a pause: none may have been without its device for long. */
async function noFlood(since: number): Promise<void> {
  const refused = (await env.sim?.requests(since))?.filter(({ status }) => status === 401) ?? [];
  expect(refused.length).toBeLessThan(200);
}

async function oneKeyFor(gateway: string): Promise<void> {
  const keys = async () =>
    (await leftovers(env, space)).filter(line => line.startsWith('key ') && line.includes(`/${gateway}/`));
  await until(`${gateway} has one key`, async () => (await keys()).length === 1, {
    explain: async () => (await keys()).join('\n'),
  });
}
