/** Ports: many, of one number, of both protocols, and with three numbers on the way. */

import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b, c } = env;
const space = 'e2e-ports';
const ready = { type: 'Ready', status: 'True' } as const;

useNamespaces(
  env,
  [
    [a, { [space]: {} }],
    [b, { [space]: { imports: true } }],
    // It has IPv4 and IPv6.
    [c, { [space]: {} }],
  ],
  async () => {
    await Promise.all([a.web(space, 'web', 'web of a'), b.clientPod(space), c.clientPod(space)]);
    await a.export(space, 'web');
    await b.answers(space, 'http://web/', 'web of a');
  },
);

describe('ports', () => {
  test('of one number are exported twice by one gateway, under different numbers of its devices', async () => {
    await a.web(space, 'shop', 'shop of a');
    await a.export(space, 'shop');
    await b.answers(space, 'http://shop/', 'shop of a', 30_000);
    expect(await b.curl(space, 'http://web/')).toBe('web of a');
    await eventually(async () => {
      const [web, shop] = await Promise.all(['web', 'shop'].map(devicePortsOf));
      expect(web).toEqual([80]);
      expect(shop).toHaveLength(1);
      expect(shop![0]).toBeGreaterThanOrEqual(20_000);
    });
    expect(await gatewayOf('shop')).toBe(await gatewayOf('web'));
    // What clients see has the number that the Service has.
    for (const name of ['web', 'shop'])
      expect((await imported(name)).spec?.ports?.map(({ port }) => port)).toEqual([80]);
  }, 180_000);

  test('of both protocols have one number: DNS by UDP and by TCP', async () => {
    await a.pod(
      space,
      'dns',
      [
        'bash',
        '-c',
        `printf %s "$ANSWER" >/tmp/answer
        socat -t 5 UDP-RECVFROM:5353,fork EXEC:'bash /tmp/answer udp' &
        exec socat -t 5 TCP-LISTEN:5353,fork,reuseaddr EXEC:'bash /tmp/answer tcp'`,
      ],
      { port: 5353, env: { ANSWER: answerDNS } },
    );
    await a.podReady(space, 'dns');
    await a.service(space, 'dns', [
      { name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 5353, protocol: 'TCP' },
    ]);
    await a.export(space, 'dns');
    const { spec } = await b.condition(resources.imports, space, 'dns', ready).then(() => imported('dns'));
    expect(spec?.ports?.map(({ name, port, protocol }) => `${name} ${port} ${protocol}`).sort()).toEqual([
      'dns 53 UDP',
      'dns-tcp 53 TCP',
    ]);

    const server = spec!.clusterIP!;
    let said = '';
    const explain = async () => `it said: ${said}\n${await b.overview(space)}`;
    await until(
      'a name is resolved by UDP',
      async () => {
        said = await b.exec(
          space,
          'client',
          'bash',
          '-c',
          `busybox nslookup -type=a udp.example.test ${server} 2>&1 || true`,
        );
        return said.includes('192.0.2.17');
      },
      { timeoutMs: 30_000, explain },
    );
    await until(
      'a name is resolved by TCP',
      async () => {
        said = await b.exec(space, 'client', 'bash', '-c', askDNSByTCP('dns'));
        return said.includes('c0000206');
      },
      { timeoutMs: 30_000, explain },
    );
  }, 240_000);

  test('thirty of one Service are carried, each to its own', async () => {
    const numbers = Array.from({ length: 30 }, (_, at) => 9001 + at);
    await a.pod(
      space,
      'thirty',
      [
        'bash',
        '-c',
        `for port in ${numbers.join(' ')}; do
          mkdir -p /tmp/$port; echo "port $port" >/tmp/$port/index.html; busybox httpd -p $port -h /tmp/$port
        done
        exec sleep infinity`,
      ],
      { port: numbers.at(-1)! },
    );
    await a.podReady(space, 'thirty');
    await a.service(
      space,
      'thirty',
      numbers.map(port => ({ name: `p${port}`, port, targetPort: port })),
    );
    await a.export(space, 'thirty');
    await b.condition(resources.imports, space, 'thirty', ready);
    await b.answers(space, `http://thirty:${numbers.at(-1)}/`, `port ${numbers.at(-1)}`, 30_000);
    const all = `for port in ${numbers.join(' ')}; do
      echo "$port: $(curl --silent --connect-timeout 3 --max-time 10 http://thirty:$port/)"; done`;
    const answers = (await b.exec(space, 'client', 'bash', '-c', all)).trim().split('\n');
    expect(answers).toEqual(numbers.map(port => `${port}: port ${port}`));
    expect((await imported('thirty')).spec?.ports?.map(({ name, port }) => ({ name, port }))).toEqual(
      numbers.map(port => ({ name: `p${port}`, port })),
    );
    await eventually(async () => expect(new Set(await devicePortsOf('thirty')).size).toBe(30));

    // Half of them go, and the rest stays what it is.
    const left = numbers.filter(port => port % 2 === 0);
    await a.service(
      space,
      'thirty',
      left.map(port => ({ name: `p${port}`, port, targetPort: port })),
    );
    await until(
      'the Service has the ports that are left',
      async () => {
        const { spec } = await imported('thirty');
        return JSON.stringify(spec?.ports?.map(({ port }) => port)) === JSON.stringify(left);
      },
      { timeoutMs: 30_000, explain: () => b.overview(space) },
    );
    // kube-proxy takes them up a second later.
    const wanted = left.map(port => `${port}: port ${port}`);
    let again: string[] = [];
    await until(
      'only these answer',
      async () => {
        const lines = (await b.exec(space, 'client', 'bash', '-c', all)).trim().split('\n');
        again = lines.filter(line => line.includes('port'));
        return JSON.stringify(again) === JSON.stringify(wanted);
      },
      { timeoutMs: 30_000, explain: async () => again.join('; ') },
    );
  }, 300_000);

  test('are led from the number of the export by that of the Service to that of the pod, by names too', async () => {
    await a.pod(
      space,
      'maze',
      [
        'bash',
        '-c',
        `for name in front back; do
        mkdir -p /tmp/$name; echo "$name of maze" >/tmp/$name/index.html; done
        busybox httpd -p 9090 -h /tmp/back; exec busybox httpd -f -p 8080 -h /tmp/front`,
      ],
      { port: 8080, ports: { inner: 8080, other: 9090 } },
    );
    await a.podReady(space, 'maze');
    await a.service(space, 'maze', [
      { name: 'front', port: 5000, targetPort: 'inner' },
      { name: 'back', port: 5001, targetPort: 'other' },
      { name: 'hidden', port: 5002, targetPort: 'inner' },
    ]);
    await a.export(space, 'maze', {
      ports: [
        { name: 'way-in', port: 7000, targetPort: 'front' },
        // The name of the Service's port, where the export gives none.
        { port: 7001, targetPort: 5001 },
      ],
    });
    await b.answers(space, 'http://maze:7000/', 'front of maze');
    await b.answers(space, 'http://maze:7001/', 'back of maze', 30_000);
    expect((await imported('maze')).spec?.ports?.map(({ name, port }) => `${name} ${port}`)).toEqual([
      'way-in 7000',
      'back 7001',
    ]);
    for (const port of [5000, 5002, 8080])
      await expect(b.curl(space, `http://maze:${port}/`)).rejects.toThrow();

    // The Service's own number changes: clients have nothing to do.
    await a.service(space, 'maze', [
      { name: 'front', port: 6000, targetPort: 'other' },
      { name: 'back', port: 5001, targetPort: 'inner' },
    ]);
    await b.answers(space, 'http://maze:7000/', 'back of maze', 30_000);
    await b.answers(space, 'http://maze:7001/', 'front of maze', 30_000);
  }, 300_000);

  test('say what they speak, and their Service how long a client stays, in the importing cluster too', async () => {
    const ports = [{ name: 'h2', port: 80, targetPort: 8080, appProtocol: 'kubernetes.io/h2c' }];
    await a.web(space, 'talk', 'talk of a');
    const affinity = (timeoutSeconds: number) => ({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds } },
    });
    await a.service(space, 'talk', ports, {}, affinity(600));
    await a.export(space, 'talk');
    await importedLike('talk', {
      ...affinity(600),
      ports: [{ name: 'h2', port: 80, appProtocol: 'kubernetes.io/h2c' }],
    });
    await b.answers(space, 'http://talk/', 'talk of a', 30_000);

    // An import may want it otherwise.
    await b.import(space, 'short', {
      name: 'talk',
      service: {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 30 } },
      },
    });
    await b.import(space, 'none', { name: 'talk', service: { sessionAffinity: 'None' } });
    await importedLike('short', affinity(30));
    await importedLike('none', { sessionAffinity: 'None' });
    for (const name of ['short', 'none']) await b.answers(space, `http://${name}/`, 'talk of a', 30_000);

    // The exporter changes its mind.
    await a.service(space, 'talk', [{ ...ports[0]!, appProtocol: 'http' }], {}, { sessionAffinity: 'None' });
    await importedLike('talk', { sessionAffinity: 'None', ports: [{ name: 'h2', appProtocol: 'http' }] });
    await importedLike('short', { ...affinity(30), ports: [{ name: 'h2', appProtocol: 'http' }] });
    // What the export says of a port wins over the Service.
    await a.export(space, 'talk', { ports: [{ port: 80, appProtocol: 'example.com/talk' }] });
    await importedLike('talk', { ports: [{ name: 'h2', appProtocol: 'example.com/talk' }] });
    expect(await b.curl(space, 'http://talk/')).toBe('talk of a');
  }, 240_000);

  test('answer on both families of addresses where the cluster has both, and are dialled on either', async () => {
    await c.import(space, 'web');
    await c.answers(space, 'http://web/', 'web of a');
    const { spec } = (await c.get<Service>(resources.services, space, 'web'))!;
    expect(spec?.clusterIPs?.map(isIP).sort()).toEqual([4, 6]);
    for (const address of spec!.clusterIPs!)
      await c.answers(space, `http://${isIP(address) === 6 ? `[${address}]` : address}/`, 'web of a', 30_000);

    // The other way: a Service that has an IPv6 address only.
    await c.web(space, 'six', 'six of c');
    await c.remove(resources.services, space, 'six');
    const six = await c.service(
      space,
      'six',
      [{ name: 'http', port: 80, targetPort: 8080 }],
      {},
      {
        ipFamilies: ['IPv6'],
        ipFamilyPolicy: 'SingleStack',
      },
    );
    expect(six.spec?.clusterIPs?.map(isIP)).toEqual([6]);
    await c.export(space, 'six');
    await b.answers(space, 'http://six/', 'six of c');
  }, 360_000);
});

/**
 * A bash script that answers one DNS query, read from its input, with the address 192.0.2.17 by UDP and 192.0.2.6 by
 * TCP, where a length comes before each message.
 */
const answerDNS = `
if [ "$1" = tcp ]; then
  length=$((16#$(head -c 2 | busybox xxd -p)))
  query=$(head -c "$length" | busybox xxd -p | tr -d '\\n')
  address=c0000206
else
  query=$(busybox xxd -p | tr -d '\\n')
  address=c0000211
fi
at=24
while length=$((16#\${query:at:2})); [ "$length" -gt 0 ]; do at=$((at + 2 + 2 * length)); done
question=\${query:24:at-24+10}
# An address for who asks for one; anything else has no answer.
if [ "\${question: -8:4}" = 0001 ]; then
  reply=\${query:0:4}81800001000100000000$question
  reply+=c00c00010001000000000004$address
else
  reply=\${query:0:4}81800001000000000000$question
fi
if [ "$1" = tcp ]; then printf -v length %04x $((\${#reply} / 2)); reply=$length$reply; fi
busybox xxd -r -p <<<"$reply"
`;

/** Asks for the address of tcp.example.test; prints the answer in hexadecimal digits. */
const askDNSByTCP = (server: string): string => `
  exec 3<>/dev/tcp/${server}/53 || exit 0
  busybox xxd -r -p <<<0022abcd01000001000000000000${hex('\x03tcp\x07example\x04test\x00')}00010001 >&3
  timeout 3 head -c 52 <&3 | busybox xxd -p | tr -d '\\n'`;

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');

const imported = async (name: string): Promise<Service> =>
  (await b.get<Service>(resources.services, space, name))!;
const exported = async (name: string) => (await a.get<NexlinkExport>(resources.exports, space, name))!;
const devicePortsOf = async (name: string): Promise<number[]> =>
  (await exported(name)).status!.ports!.map(({ devicePort }) => devicePort);
const gatewayOf = async (name: string) => (await exported(name)).status?.gateway;

/** Waits until the spec of the Service in b has these fields. */
async function importedLike(name: string, wanted: object): Promise<void> {
  let last: unknown;
  await until(
    `the Service ${name} is like ${JSON.stringify(wanted)}`,
    async () => {
      last = (await b.get<Service>(resources.services, space, name))?.spec;
      return isLike(last, wanted);
    },
    { timeoutMs: 30_000, explain: async () => `it is ${JSON.stringify(last)}\n${await b.overview(space)}` },
  );
}

/** Whether a value has everything that the other has, and lists as long as its. */
function isLike(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(wanted) && (!Array.isArray(value) || value.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([field, item]) =>
    isLike((value as { [field: string]: unknown })[field], item),
  );
}
