/** A Service of a cluster that reaches a machine outside, by NexlinkImport.spec.device. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportDevice, NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { type Machine, useMachines } from '../harness/machine.ts';
import { useSpace } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { b } = env;
const space = 'e2e-machine';
const hostname = 'e2e-machine-db';
const startMachine = useMachines(env);
const ready = { type: 'Ready', status: 'True' } as const;
const notReady = { type: 'Ready', status: 'False' } as const;
/** The imports by how they name the machine; the keys are their Services' names. */
const selectors: { [service: string]: () => ImportDevice } = {
  'db-by-hostname': () => ({ hostname: hostname.toUpperCase() }),
  'db-by-id': () => ({ id: machine.id }),
  'db-by-ipv4': () => ({ address: machine.ipv4 }),
  'db-by-ipv6': () => ({ address: machine.ipv6 }),
};
let machine: Machine;

useSpace(env, space);

/** A machine with a server of lines on TCP port 5432 and UDP port 5353, open to the mesh at other ports. */
const startServer = (name: string): Promise<Machine> =>
  startMachine(name, {
    hostname,
    ingress: ['tcp:15432:127.0.0.1:5432', 'udp:15353:127.0.0.1:5353'],
    shell: `echo 'while read -r line; do echo "${name} got $line"; done' >/tmp/answer
      socat TCP-LISTEN:5432,fork,reuseaddr EXEC:'bash /tmp/answer' &
      socat -T 60 UDP-LISTEN:5353,fork,reuseaddr EXEC:'bash /tmp/answer' &
      wait`,
  });

const importDevice = (service: string, device: ImportDevice): Promise<NexlinkImport> =>
  b.import(space, service, {
    device,
    ports: [
      { name: 'postgres', port: 5432, devicePort: 15432 },
      { name: 'echo', port: 53, devicePort: 15353, protocol: 'UDP' },
    ],
  });

/** Waits until a server has answered two lines of one connection, or of one UDP flow, of a pod. */
async function answers(protocol: 'tcp' | 'udp', service: string, port: number, by: string): Promise<void> {
  // head takes a datagram at once, where bash's read would take its first byte and lose the rest.
  const script = `exec 3<>/dev/${protocol}/${service}/${port}
    for line in one two; do echo "$line" >&3; timeout 3 head -n 1 <&3; done`;
  let last = '';
  await until(
    `${by} answers a pod at ${protocol} ${service}:${port}`,
    async () => {
      last = await b.exec(space, 'client', 'bash', '-c', script).catch((error: unknown) => String(error));
      return last.trim() === `${by} got one\n${by} got two`;
    },
    { timeoutMs: 30_000, explain: async () => `last answer: ${last}\n${await b.overview(space)}` },
  );
}

/** Seconds until all imports have the condition. */
async function secondsUntil(wanted: typeof ready | (typeof notReady & { reason: string })): Promise<number> {
  const began = Date.now();
  await Promise.all(
    Object.keys(selectors).map(name => b.condition(resources.imports, space, name, wanted, 90_000)),
  );
  return (Date.now() - began) / 1000;
}

beforeAll(async () => {
  machine = await startServer('e2e-machine-1');
}, 180_000);

describe('a Service for a machine outside', () => {
  test.each(Object.keys(selectors))(
    '%s leads pods to it, at ports of its own, TCP and UDP',
    async name => {
      await importDevice(name, selectors[name]!());
      await b.condition(resources.imports, space, name, ready);
      await answers('tcp', name, 5432, machine.name);
      await answers('udp', name, 53, machine.name);
      await eventually(async () => {
        const nxi = (await b.get<NexlinkImport>(resources.imports, space, name))!;
        expect(nxi.status?.exporters).toMatchObject([
          { deviceID: machine.id, hostname, address: machine.ipv4, state: 'Reachable' },
        ]);
      });
    },
    120_000,
  );

  test('waits for a machine that Nexodus does not know, and says so', async () => {
    await importDevice('nowhere', { hostname: 'no-such-machine' });
    const { message } = await b.condition(resources.imports, space, 'nowhere', {
      ...notReady,
      reason: 'DeviceNotFound',
    });
    expect(message).toContain('Nexodus has no device no-such-machine: start nexd on it');
  }, 120_000);

  test('is not ready while the machine is offline, and is again when it is back', async () => {
    await machine.stop();
    const down = await secondsUntil({ ...notReady, reason: 'NoExporter' });
    await machine.start();
    const up = await secondsUntil(ready);
    console.log(
      `machine offline → Ready=False/NoExporter: ${down.toFixed(1)} s; nexd started → Ready=True: ${up.toFixed(1)} s`,
    );
    for (const name of Object.keys(selectors)) await answers('tcp', name, 5432, machine.name);
    await answers('udp', 'db-by-id', 53, machine.name);
  }, 300_000);

  test('guesses nothing when a second machine has the same host name', async () => {
    const second = await startServer('e2e-machine-2');
    const { message } = await b.condition(
      resources.imports,
      space,
      'db-by-hostname',
      { ...notReady, reason: 'DeviceNotFound' },
      90_000,
    );
    for (const { id, ipv4 } of [machine, second]) expect(message).toContain(`${id} (${ipv4})`);
    await answers('tcp', 'db-by-id', 5432, machine.name);

    await importDevice('db-by-id', { id: second.id });
    await answers('tcp', 'db-by-id', 5432, second.name);
    await answers('udp', 'db-by-id', 53, second.name);

    await second.remove();
    await b.condition(resources.imports, space, 'db-by-hostname', ready, 90_000);
    await answers('tcp', 'db-by-hostname', 5432, machine.name);
  }, 300_000);
});
