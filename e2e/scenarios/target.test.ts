/** What is no Service is exported by NexlinkExport.spec.target: a server that pods of a cluster can reach. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExportTarget } from '../../api/v1alpha1/nexlinkexport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { type Cluster, tools } from '../harness/cluster.ts';
import { Container } from '../harness/container.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces, useSpace } from '../harness/space.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a, b, c } = env;
const space = 'e2e-target';
/** Servers next to the nodes, on which neither nexd nor Kubernetes runs. The host name is the first one's, then the second's. */
const [first, second] = ['e2e-target-1', 'e2e-target-2'].map(name => new Container(name)) as [
  Container,
  Container,
];
const hostname = 'legacy.e2e-target.test';

useSpace(env, space);
useNamespaces(env, [[c, { [space]: {} }]]);

/** A server that answers with its name: over HTTP at port 8080, and to datagrams at port 5353. */
const runServer = (server: Container): Promise<void> =>
  server.run(['--network', 'kind', '--network-alias', hostname, '--init'], tools, [
    'bash',
    '-c',
    `mkdir /tmp/www; echo ${server.name} >/tmp/www/index.html
     socat -T 60 UDP6-LISTEN:5353,fork,reuseaddr EXEC:'cat /tmp/www/index.html' &
     exec busybox httpd -f -p 8080 -h /tmp/www`,
  ]);

async function exportTarget(from: Cluster, name: string, target: ExportTarget): Promise<void> {
  await from.export(space, name, {
    target,
    ports: [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'name', port: 53, targetPort: 5353, protocol: 'UDP' },
    ],
  });
  const { message } = await from.condition(resources.exports, space, name, { type: 'Valid', status: 'True' });
  expect(message).toContain(target.address);
}

/** Waits until a pod of b has the answer of this server by TCP and by UDP. */
async function answers(service: string, { name }: Container): Promise<void> {
  await b.answers(space, `http://${service}/`, name, 60_000);
  const script = `exec 3<>/dev/udp/${service}/53; echo who >&3; timeout 3 head -n 1 <&3`;
  let last = '';
  await until(
    `${name} answers datagrams to ${service}`,
    async () => {
      last = await b.exec(space, 'client', 'bash', '-c', script).catch((error: unknown) => String(error));
      return last.trim() === name;
    },
    { explain: async () => `last answer: ${last}\n${await b.overview(space)}` },
  );
}

/** Changes when a gateway pod of a is replaced or a container of it restarted. */
const gatewayPods = () =>
  a.kubectl(
    ...['--namespace', space, 'get', 'pods', '--selector', `nexlink.nexodus.io/gateway=export-${space}`],
    ...[
      '--output',
      'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].containerID} {end}',
    ],
  );

beforeAll(() => runServer(first), 60_000);
afterAll(() => Promise.all([first, second].map(server => server.remove())), 60_000);

describe('a server outside the cluster', () => {
  test('is exported by its host name', async () => {
    await exportTarget(a, 'by-name', { address: hostname });
    await answers('by-name', first);
  }, 360_000);

  test('is exported by its IPv4 address', async () => {
    await exportTarget(a, 'by-ipv4', { address: await first.address(4) });
    await answers('by-ipv4', first);
  }, 360_000);

  test('is exported by its IPv6 address, from a cluster whose pods have IPv6', async () => {
    await exportTarget(c, 'by-ipv6', { address: await first.address(6) });
    await answers('by-ipv6', first);
  }, 360_000);

  test('may move: gateways follow its host name, and a change of its address, without a restart', async () => {
    // One pod is enough for what came before: others may still be starting.
    await a.scale(space, `export-${space}`, 2);
    const before = await gatewayPods();
    expect(before.trim().split(/\s+/)).toHaveLength(6);
    await runServer(second);
    await exportTarget(a, 'by-ipv4', { address: await second.address(4) });
    await answers('by-ipv4', second);
    await first.remove();
    await answers('by-name', second);
    expect(await gatewayPods()).toBe(before);
  }, 240_000);
});
