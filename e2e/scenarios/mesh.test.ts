/** A Service exposed to the mesh: a machine without Kubernetes reaches it at the tunnel addresses of its gateway. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ExportDevice, NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { type Machine, useMachines } from '../harness/machine.ts';
import { useSpace } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a } = env;
const space = 'e2e-mesh';
const startMachine = useMachines(env);
/** Far from those that Nexodus hands out by itself. */
const fixedAddress = '100.64.79.1';
const fixedPort = 8005;
const ports = { 'first IPv4': 8001, 'first IPv6': 8002, 'second IPv4': 8003, 'second IPv6': 8004 } as const;
let machine: Machine;
let devices: readonly ExportDevice[];

useSpace(env, space);

beforeAll(async () => {
  await Promise.all(['web-1', 'web-2'].map(name => a.web(space, name, name)));
  await a.kubectl('--namespace', space, 'label', 'pod', 'web-1', 'web-2', 'service=pair');
  await a.writer.apply<Service>(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'pair', namespace: space },
    spec: { selector: { service: 'pair' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  } as Service);
  await a.export(space, 'pair');
  await a.condition(resources.exports, space, 'pair', { type: 'Ready', status: 'True' });
  await a.scale(space, `export-${space}`, 2);
}, 360_000);

/** Waits until the machine has had the answers of both pods at a port of its own. */
async function bothAnswer(port: number): Promise<void> {
  const heard = new Set<string>();
  await until(
    `web-1 and web-2 answer the machine at its port ${port}`,
    async () => {
      heard.add(await machine.curl(`http://127.0.0.1:${port}/`));
      return heard.has('web-1') && heard.has('web-2');
    },
    {
      explain: async () => `heard: ${[...heard].join(', ')}\n${await a.overview(space)}`,
    },
  );
  expect([...heard].sort()).toEqual(['web-1', 'web-2']);
}

describe('a Service exposed to the mesh', () => {
  test('tells in its export where machines reach it', async () => {
    const { status } = await until(
      'both replicas of the gateway have their addresses',
      async () => {
        const nxe = await a.get<NexlinkExport>(resources.exports, space, 'pair');
        return nxe?.status?.devices?.filter(({ ipv4 }) => ipv4 !== undefined).length === 2 ? nxe : undefined;
      },
      { explain: () => a.kubectl('--namespace', space, 'get', 'nxe', 'pair', '-o', 'yaml') },
    );
    expect(status?.ports).toEqual([{ name: 'http', protocol: 'TCP', port: 80, devicePort: 80 }]);
    devices = status!.devices!;
    for (const { ipv4, ipv6 } of devices) {
      expect(ipv4).toMatch(/^\d+(\.\d+){3}$/);
      expect(ipv6).toContain(':');
    }
    const [first, second] = devices;
    machine = await startMachine('e2e-mesh-laptop', {
      egress: [
        `tcp:${ports['first IPv4']}:${first!.ipv4}:80`,
        `tcp:${ports['first IPv6']}:[${first!.ipv6}]:80`,
        `tcp:${ports['second IPv4']}:${second!.ipv4}:80`,
        `tcp:${ports['second IPv6']}:[${second!.ipv6}]:80`,
        `tcp:${fixedPort}:${fixedAddress}:80`,
      ],
    });
  }, 240_000);

  test.each(Object.entries(ports))(
    'answers a machine at the %s address, from both of its pods',
    (_, port) => bothAnswer(port),
    60_000,
  );

  test('answers at the address that its export asks for', async () => {
    await a.export(space, 'pair-at-address', { service: 'pair', tunnelIP: fixedAddress });
    await a.condition(resources.exports, space, 'pair-at-address', {
      type: 'AddressGranted',
      status: 'True',
    });
    await bothAnswer(fixedPort);
  }, 360_000);

  test('is closed to machines when its export ends', async () => {
    await a.remove(resources.exports, space, 'pair');
    let last = '';
    await Promise.all(
      Object.values(ports).map(port =>
        until(
          `nothing of it answers the machine at its port ${port}`,
          async () => {
            // One failure may be anything. Another device may have the address by now, and answer there.
            const asked = await Promise.allSettled(
              [1, 2, 3].map(() => machine.curl(`http://127.0.0.1:${port}/`)),
            );
            last = asked.map(answer => (answer.status === 'fulfilled' ? answer.value : 'nothing')).join(', ');
            return !last.includes('web-');
          },
          { timeoutMs: 30_000, explain: async () => `last: ${last}` },
        ),
      ),
    );
  }, 120_000);
});
