/** Another program of the same Nexodus user writes whatever it likes: what is good of it is used, the rest harms nobody. */

import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import type { ConfigMap, Pod, Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { system } from '../harness/controllers.ts';
import { environment } from '../harness/environment.ts';
import { NexodusUser } from '../harness/nexodus-user.ts';
import { useSpace } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-hostile';
const user = new NexodusUser(env);
const hostname = 'hostile $(reboot) 🏴‍☠️ \u202e';

let device: string;
let restarts: ReadonlyMap<string, number>;

useSpace(env, space, async () => {
  await a.export(space, 'web');
  await b.answers(space, 'http://web/', 'web of a');
  restarts = await restartsOfControllers();
  await user.deleteDevices(hostname);
  device = await user.registerDevice(hostname, randomBytes(32).toString('base64'));
});
afterAll(() => user.deleteDevice(device), 60_000);

const service = (name: unknown, more: object = {}) => ({ name, protocol: 'tcp', port: 80, ...more });
const names = (...all: unknown[]) => ({ services: all.map(name => service(name)), exports: all });
const ofPorts = (values: readonly unknown[], more: (value: unknown) => object) => ({
  services: values.map(value => service('port', more(value))),
});
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

interface BadRecord {
  readonly services?: readonly unknown[];
  readonly [field: string]: unknown;
}

/** Records that have to be read around, and how many faults they have. */
const bad: readonly [string, BadRecord, number][] = [
  ['commands of a shell', names('evil; rm -rf /', '$(reboot)', '`id`', "a' || 'b"), 8],
  ['flags', names('--flag', '-rf', '--egress=tcp:80:10.0.0.1:80'), 6],
  ['almost names', names('../../etc/passwd', 'a.b', 'a_b', 'A', '', ' ', '1a', 'a'.repeat(64)), 16],
  ['names of JavaScript', names('__proto__', 'hasOwnProperty', 'toString'), 6],
  ['any script of the world', names('🚀', '\u202elive', 'naïve', 'аpi', 'z\u0351\u036ba'), 10],
  [
    'ports that are none',
    ofPorts([0, 70_000, -1, 1.5, 1e300, '80', '80; reboot', null, true, [80], {}], port => ({ port })),
    11,
  ],
  ['numbers for clients that are none', ofPorts([0, 70_000, '80', {}], servicePort => ({ servicePort })), 4],
  [
    'protocols that are none',
    ofPorts(['sctp', 'tcp:0:10.0.0.1', '', null, 6, ['tcp']], protocol => ({ protocol })),
    6,
  ],
  [
    'other texts that are none',
    {
      services: [{ portName: '-x' }, { portName: 5 }, { namespace: 'a/b' }, { created: 'yesterday' }].map(
        more => service('text', more),
      ),
      cluster: 'a/b',
      gateway: '../..',
    },
    6,
  ],
  [
    'services of other types',
    { services: [null, 5, 'web', [], [service('web')], true, service({}), service(['web'])] },
    8,
  ],
  ['a list of exports that is none', { exports: { web: true } }, 1],
  [
    'depths',
    { exports: [nested(1000)], deep: nested(1000), services: [nested(1000), service(nested(1000))] },
    3,
  ],
  ['a name of a mebibyte', { services: [service('x'.repeat(1 << 20))] }, 1],
  // Twenty faults are told; the last says how many more there are.
  ['five thousand services', { services: Array.from({ length: 5000 }, (_, at) => service(`--${at}`)) }, 20],
];

describe('a record with', () => {
  let round = 0;
  test.each(bad)(
    '%s: only the good service of it is used, and its faults are counted',
    async (_what, record, faults) => {
      const good = `good-${round++}`;
      await user.putMetadata(device, {
        realm: space,
        ...record,
        services: [service(good, { port: 12_345, servicePort: 8080 }), ...(record.services ?? [])],
      });
      // The good one tells that this record was read; what the one before left is gone by then, or soon.
      await only(good, 'web');
      await until(
        `${faults} faults are counted`,
        async () => {
          const counts = await counted();
          return counts.length === 1 && counts[0] === faults;
        },
        { timeoutMs: 20_000, explain: async () => `counted: ${(await counted()).join(', ')}` },
      );
      expect((await b.get<NexlinkImport>(resources.imports, space, good))?.spec).toEqual({
        realm: space,
        gateway: 'default',
      });
      // The import is made before its rules are.
      await eventually(async () =>
        expect(await targets()).toEqual([12_345, ...(await portsOfWeb())].sort((x, y) => x - y)),
      );
    },
    90_000,
  );

  test('the same service again: the first one counts', async () => {
    const services = [7001, 7002, 7003].map(port => service('again', { port, servicePort: 80 }));
    await user.putMetadata(device, { realm: space, services });
    await only('again', 'web');
    await eventually(
      async () => expect(await targets()).toEqual([7001, ...(await portsOfWeb())].sort((x, y) => x - y)),
      { timeoutMs: 20_000 },
    );
  }, 120_000);

  test('what a good service says beside its ports: it is done without', async () => {
    const more = { appProtocol: '$(reboot)', affinitySeconds: -1 };
    await user.putMetadata(device, { realm: space, services: [service('bare', more)] });
    await only('bare', 'web');
    const { spec } = (await b.get<Service>(resources.services, space, 'bare'))!;
    expect(spec).toMatchObject({ sessionAffinity: 'None', ports: [{ port: 80 }] });
    expect(spec!.ports![0]).not.toHaveProperty('appProtocol');
    await until('two faults are counted', async () => (await counted()).join() === '2', {
      timeoutMs: 20_000,
    });
  }, 120_000);

  test('the name of the API server: discovery leaves it alone', async () => {
    await user.putMetadata(device, { realm: space, ...names('kubernetes', 'good') });
    await only('good', 'web');
  }, 120_000);

  test('what Nexodus may refuse: NUL and half characters', async () => {
    for (const name of ['nul\u0000', 'half\ud83d', '\udc00'])
      await user.putMetadata(device, { realm: space, ...names('good', name) }).catch((error: unknown) => {
        // It may refuse it; that is all it may do.
        expect(String(error)).toMatch(/: (400|500) /);
      });
    await user.putMetadata(device, { realm: space, ...names('good-again') });
    await only('good-again', 'web');
  }, 120_000);
});

describe('what is no record at all', () => {
  const none: readonly [string, unknown][] = [
    ['a list', [{ realm: space, ...names('web') }]],
    ['a text', JSON.stringify({ realm: space, ...names('web') })],
    ['a number', 5],
    ['nothing', null],
    ['a record of no realm', names('lost')],
    ['a record of the realm __proto__', { realm: '__proto__', ...names('lost') }],
    ['a record of several realms', { realm: [space, 'default'], ...names('lost') }],
    ['a record of a realm that begins like ours', { realm: `${space}\n`, ...names('lost') }],
  ];
  test.each(none)(
    '%s: nothing of it is used',
    async (_what, value) => {
      await user.putMetadata(device, { realm: space, ...names('before') });
      await only('before', 'web');
      await user.putMetadata(device, value);
      await only('web');
    },
    60_000,
  );
});

describe('it', () => {
  test('is told of, by its name in plain characters and its id', async () => {
    await user.putMetadata(device, { realm: space, ...names('good', 'evil; rm -rf /') });
    const event = await until(
      'an event tells of the device',
      async () => {
        const events = await b.list<KubeObject & { reason?: string; note?: string }>(
          resources.events,
          system,
        );
        return events.find(({ reason, note }) => reason === 'InvalidMetadata' && note?.includes(device));
      },
      { timeoutMs: 20_000 },
    );
    expect(event.note).toMatch(/^Device "hostile \$\(reboot\) [ -~]*" \([-0-9a-f]{36}\) publishes metadata/);
    // Nothing that a terminal would take for more than text.
    expect(event.note).toMatch(/^[ -~…]*$/);
  }, 120_000);

  test('cannot have the API server’s own Service replaced', async () => {
    const [place, name] = ['default', 'kubernetes'];
    await user.putMetadata(device, { realm: space, ...names(name) });
    const before = (await b.get<Service>(resources.services, place, name))!;
    try {
      await b.import(place, name, { realm: space });
      const conflict = await b.condition(resources.imports, place, name, {
        type: 'Conflict',
        status: 'True',
        reason: 'ServiceExists',
      });
      expect(conflict.message).toContain('Service default/kubernetes exists');
      // An address with the conflict resolved would need a gateway.
      expect(await b.gateway(place, `import-${space}`)).toBeUndefined();
    } finally {
      await b.remove(resources.imports, place, name);
      await b.gone(resources.imports, place, name);
    }
    expect(await b.get<Service>(resources.services, place, name)).toEqual(before);
  }, 120_000);

  test('cannot put its record in the place of a gateway’s for long', async () => {
    const gateway = (await a.gateway(space, `export-${space}`))!;
    const devices = gateway.status!.replicas!.map(({ deviceID }) => deviceID!);
    const before = await Promise.all(devices.map(id => user.metadata(id)));
    expect(before[0]).toMatchObject({ exports: ['web'] });
    for (const id of devices) await user.putMetadata(id, { realm: space, ...names('planted') });
    await until(
      'the gateway publishes what it exports again',
      async () => {
        const now = await Promise.all(devices.map(id => user.metadata(id)));
        return JSON.stringify(now) === JSON.stringify(before);
      },
      { timeoutMs: 30_000, explain: () => a.overview(space) },
    );
    await until(
      'the name that was planted is gone',
      async () => !(await namesIn(resources.imports)).includes('planted'),
      { timeoutMs: 30_000, explain: () => b.overview(space) },
    );
    await b.answers(space, 'http://web/', 'web of a', 30_000);
    await b.condition(resources.imports, space, 'web', { type: 'Ready', status: 'True' });
  }, 180_000);

  test('is forgotten when its record is good, and restarted no controller', async () => {
    await user.putMetadata(device, { realm: space, ...names('good') });
    await only('good', 'web');
    await until('no fault is counted any more', async () => (await counted()).length === 0, {
      timeoutMs: 20_000,
      explain: async () => `counted: ${(await counted()).join(', ')}`,
    });
    expect(await b.curl(space, 'http://web/')).toBe('web of a');
    for (const [pod, count] of await restartsOfControllers())
      expect([pod, count]).toEqual([pod, restarts.get(pod) ?? 0]);
  }, 120_000);
});

/** Waits until the imports of the namespace, and the Services, are exactly these. */
async function only(...wanted: string[]): Promise<void> {
  await until(
    `exactly ${wanted.join(' and ')} are imported`,
    async () => {
      const found = await Promise.all([namesIn(resources.imports), namesIn(resources.services)]);
      return found.every(list => JSON.stringify(list) === JSON.stringify([...wanted].sort()));
    },
    { timeoutMs: 30_000, explain: () => b.overview(space) },
  );
}

const namesIn = async (resource: typeof resources.imports): Promise<string[]> =>
  (await b.list(resource, space)).map(({ metadata }) => metadata.name).sort();

/** The far ends' ports that the import gateway's rules lead to. */
async function targets(): Promise<number[]> {
  const map = await b.get<ConfigMap>(resources.configMaps, space, `nexlink-import-${space}-rules`);
  const { egress } = JSON.parse(map!.data!['rules.json']!) as { egress: { targetPort: number }[] };
  return egress.map(({ targetPort }) => targetPort).sort((x, y) => x - y);
}

/** One for each device of the gateway in a. */
async function portsOfWeb(): Promise<number[]> {
  const nxi = await b.get<NexlinkImport>(resources.imports, space, 'web');
  return nxi!.status!.exporters!.map(() => 80);
}

/** What the controllers of b count of the device's faults; only the one that leads counts. */
async function counted(): Promise<number[]> {
  const pods = await controllerPods(b);
  const pages = await Promise.all(
    pods.map(({ metadata: { name } }) =>
      b.kubectl('get', '--raw', `/api/v1/namespaces/${system}/pods/${name}:8080/proxy/metrics`),
    ),
  );
  return pages.flatMap(page =>
    page
      .split('\n')
      .filter(line => line.startsWith('nexlink_directory_invalid_records{') && line.includes(`"${device}"`))
      .map(line => Number(line.split(' ').at(-1))),
  );
}

const controllerPods = (cluster: typeof a): Promise<Pod[]> =>
  cluster.list<Pod>(resources.pods, system, 'app.kubernetes.io/component=controller');

async function restartsOfControllers(): Promise<ReadonlyMap<string, number>> {
  const pods = (await Promise.all([a, b].map(controllerPods))).flat();
  return new Map(
    pods.map(({ metadata, status }) => [metadata.name, status?.containerStatuses?.[0]?.restartCount ?? 0]),
  );
}
