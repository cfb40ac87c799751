/** A fixed source address per client: a machine outside tells two applications of one cluster apart by their tunnel addresses. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { type Machine, useMachines } from '../harness/machine.ts';
import { useNamespaces } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { b } = env;
const space = 'e2e-fixed-source';
const startMachine = useMachines(env);
/** Far from those that Nexodus hands out by itself. */
const addresses = {
  machine: '100.64.78.1',
  orders: '100.64.78.2',
  reports: '100.64.78.3',
  notify: '100.64.78.4',
};
type Application = 'orders' | 'reports';
const applications: readonly Application[] = ['orders', 'reports'];
/** What each sends in a test, so that they can be told apart by it. */
const kilobytes: { readonly [name in Application]: number } = { orders: 40, reports: 80 };
/**
 * The machine's UDP port for each. One socat for both would lose datagrams: what the second sends before the first is
 * given a process of its own goes to that process.
 */
const udpPorts: { readonly [name in Application]: number } = { orders: 5353, reports: 5354 };
const granted = { type: 'AddressGranted', status: 'True' } as const;
const ready = { type: 'Ready', status: 'True' } as const;
let machine: Machine;
/** The Service for an application; not its own name, which to its pod is the pod. */
const database = (application: Application): string => `db-of-${application}`;

useNamespaces(env, [[b, { [space]: {} }]], async () => {
  await Promise.all([
    ...[...applications, 'stranger'].map(name => b.clientPod(space, name)),
    b.web(space, 'notify', 'notify of b'),
  ]);
});

/** The machine answers each kilobyte, over TCP and UDP, and reaches the Service `notify` at a port of its own. */
beforeAll(async () => {
  machine = await startMachine('e2e-fixed-source-db', {
    requestIP: addresses.machine,
    ingress: [
      'tcp:5432:127.0.0.1:5432',
      ...Object.values(udpPorts).map(port => `udp:${port}:127.0.0.1:${port}`),
    ],
    egress: [`tcp:8080:${addresses.notify}:80`],
    shell: `echo 'while head -c 1000 >/dev/null; do echo got; done' >/tmp/answer
      socat TCP-LISTEN:5432,fork,reuseaddr EXEC:'bash /tmp/answer' &
      for port in ${Object.values(udpPorts).join(' ')}; do
        socat -T 60 UDP-LISTEN:$port,fork,reuseaddr EXEC:cat &
      done
      wait`,
  });
}, 180_000);

/**
 * Sends kilobytes from the pod of an application by the Service of its import; the machine has answered each. A
 * datagram may be lost on the way: two at most are sent again.
 */
async function send(application: Application, protocol: 'tcp' | 'udp'): Promise<void> {
  const port = protocol === 'tcp' ? 5432 : 53;
  const count = kilobytes[application];
  const again = protocol === 'tcp' ? 0 : 2;
  const script = `exec 3<>/dev/${protocol}/${database(application)}/${port}
    kilobyte=$(head -c 999 /dev/zero | tr '\\0' x)
    again=${again}
    for ((n = 0; n < ${count}; n++)); do
      until echo "$kilobyte" >&3; timeout 3 head -n 1 <&3 >/dev/null; do
        ((again-- > 0)) || { echo "no answer to kilobyte $n within 3 s" >&2; exit 1; }
      done
    done`;
  await b.exec(space, application, 'bash', '-c', script);
}

/** Waits until a connection of a pod to a Service opens, or finds no way. */
async function connects(pod: string, to: Application, wanted: 'open' | 'closed'): Promise<void> {
  const script = `exec 3<>/dev/tcp/${database(to)}/5432; head -c 1000 /dev/zero >&3; head -n 1 <&3`;
  let last = '';
  await until(
    `a connection of ${pod} to ${database(to)} is ${wanted}`,
    async () => {
      last = await b
        .exec(space, pod, 'timeout', '3', 'bash', '-c', script)
        .catch((error: unknown) => String(error));
      // A closed port is silent, so that timeout ends the script.
      return wanted === 'open' ? last.trim() === 'got' : /exit code 124/.test(last);
    },
    {
      timeoutMs: 60_000,
      explain: async () =>
        `last: ${last}\n(spec.clients takes a cluster that enforces NetworkPolicies, as those of hack/kind/up do)\n${await b.overview(space)}`,
    },
  );
}

/** Both applications send at once; the machine has had the bytes of each from its own address, and nothing else. */
async function bothAreSeen(protocol: 'tcp' | 'udp'): Promise<void> {
  const before = await machine.received();
  await Promise.all(applications.map(application => send(application, protocol)));
  const after = await machine.received();
  const seen = [...after].map(([address, bytes]) => {
    const application = applications.find(name => addresses[name] === address);
    const sent = application === undefined ? 0 : kilobytes[application] * 1000;
    const grown = bytes - (before.get(address) ?? 0);
    // Above the payload there are headers, handshakes, and probes of the tunnels.
    return { address, application, sent, grown, fits: grown >= sent && grown < sent * 1.5 + 10_000 };
  });
  expect(seen.filter(({ fits }) => !fits)).toEqual([]);
  expect(seen.filter(({ application }) => application !== undefined)).toHaveLength(applications.length);
}

describe('two applications that use one machine', () => {
  test.each(applications)(
    '%s: its import has a gateway with the address asked for',
    async application => {
      const name = database(application);
      await b.import(space, name, {
        device: { address: machine.ipv4 },
        ports: [
          { name: 'db', port: 5432 },
          { name: 'log', port: 53, devicePort: udpPorts[application], protocol: 'UDP' },
        ],
        tunnelIP: addresses[application],
        clients: [{ podSelector: { matchLabels: { app: application } } }],
      });
      await b.condition(resources.imports, space, name, granted, 90_000);
      await b.condition(resources.imports, space, name, ready, 90_000);
      await connects(application, application, 'open');
    },
    240_000,
  );

  test('are seen there with an address each, over TCP', () => bothAreSeen('tcp'), 120_000);

  test('are seen there with an address each, over UDP', () => bothAreSeen('udp'), 120_000);

  test('cannot use the address of the other, nor can any other pod', async () => {
    await Promise.all([
      connects('orders', 'reports', 'closed'),
      connects('reports', 'orders', 'closed'),
      ...applications.map(application => connects('stranger', application, 'closed')),
    ]);
    for (const application of applications) await connects(application, application, 'open');
  }, 360_000);

  test('keep it when the pod of a gateway is replaced', async () => {
    const gateway = `import-${space}-${addresses.orders.replaceAll('.', '-')}`;
    const [pod] = await b.gatewayPods(space, gateway);
    await b.remove(resources.pods, space, pod!.metadata.name);
    await until(
      'another pod is there',
      async () => {
        const [now] = await b.gatewayPods(space, gateway);
        return now !== undefined && now.metadata.uid !== pod!.metadata.uid;
      },
      { explain: () => b.overview(space) },
    );
    await connects('orders', 'orders', 'open');
    await bothAreSeen('tcp');
  }, 240_000);

  test('can be called back by the machine, at the address that their export asks for', async () => {
    await b.export(space, 'notify', { tunnelIP: addresses.notify });
    await b.condition(resources.exports, space, 'notify', granted, 90_000);
    let last = '';
    await until(
      'the machine reaches notify',
      async () => {
        last = await machine.curl('http://127.0.0.1:8080/').catch((error: unknown) => String(error));
        return last === 'notify of b';
      },
      { explain: async () => `last answer: ${last}\n${await b.overview(space)}` },
    );
  }, 360_000);
});
