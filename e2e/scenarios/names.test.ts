/** Names: as long as Kubernetes takes them, the same in several places, alike in their beginnings, beside any text. */

import { describe, expect, test } from '@jest/globals';
import { realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const long = (start: string) => start.padEnd(63, 'x');
const space = 'e2e-names';
const realm = long('e2e-names-realm-');
const [one, two, other] = [`${space}-one`, `${space}-two`, `${space}-other`];
const ready = { type: 'Ready', status: 'True' } as const;
const ofRealm = (name: string) => ({ labels: { [realmLabel]: name } });

/** Emoji with joiners, right-to-left text, combining characters, and what editors like to break. */
const unicode = {
  'example.com/emoji': '👩‍💻 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇺🇳 ☃️',
  'example.com/right-to-left': 'שלום \u202eعالم\u202c',
  'example.com/combining': 'Z\u0351\u036ba\u0300\u0316lgo e\u0301 é ﬁ',
  'example.com/controls': 'tab\tline\nzero\u200bwidth\u00a0nbsp\ufeff',
  'example.com/json': '{"a": "\\u0000", \'b\': `${c}`, "d": "</script>"}',
};

useNamespaces(
  env,
  [
    [
      a,
      {
        [space]: { ...ofRealm(realm), annotations: unicode },
        [one]: ofRealm(space),
        [two]: ofRealm(space),
        [other]: {},
      },
    ],
    [
      b,
      {
        [space]: { imports: true, ...ofRealm(realm), annotations: unicode },
        [one]: { imports: true, ...ofRealm(space) },
      },
    ],
  ],
  async () => {
    await Promise.all([b.clientPod(space), b.clientPod(one)]);
  },
);

describe('names', () => {
  test('of 63 characters: Service, exported name, realm, its port; and 15 of a pod’s port', async () => {
    const service = long('service-');
    const name = long('exported-');
    const port = long('port-');
    const serve = `echo long of a >/tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp`;
    await a.pod(space, service, ['sh', '-c', serve], { port: 8080, ports: { 'fifteen-letters': 8080 } });
    await a.podReady(space, service);
    await a.service(space, service, [{ name: port, port: 80, targetPort: 'fifteen-letters' }]);
    await a.export(space, service, { name });
    await b.answers(space, `http://${name}/`, 'long of a');
    await b.condition(resources.imports, space, name, ready);

    const nxe = (await a.get<NexlinkExport>(resources.exports, space, service))!;
    expect(nxe.status).toMatchObject({ realm, name });
    expect(nxe.status!.gateway!.length).toBeLessThanOrEqual(40);
    const imported = (await b.get<Service>(resources.services, space, name))!;
    expect(imported.spec?.ports).toMatchObject([{ name: port, port: 80, protocol: 'TCP' }]);
  }, 240_000);

  test('of 253 characters, with dots, of the objects themselves', async () => {
    const name = `${'a.'.repeat(95)}${'z'.repeat(63)}`;
    expect(name).toHaveLength(253);
    await a.web(space, 'named', 'named by hand');
    await a.export(space, name, { service: 'named' });
    await b.import(space, name, { name: 'named', service: { name: 'by-hand' } });
    await b.answers(space, 'http://named/', 'named by hand');
    await b.answers(space, 'http://by-hand/', 'named by hand', 30_000);
    await b.condition(resources.imports, space, name, ready);
    await a.condition(resources.exports, space, name, ready);
    // Its Service is known again when it gets another name.
    await b.import(space, name, { name: 'named', service: { name: 'anew' } });
    await b.answers(space, 'http://anew/', 'named by hand', 30_000);
    await b.gone(resources.services, space, 'by-hand', 30_000);
  }, 240_000);

  test('of Services in several namespaces, in one realm: both are used', async () => {
    for (const namespace of [one, two]) await a.web(namespace, 'web', `web of ${namespace}`);
    for (const namespace of [one, two]) await a.export(namespace, 'web');
    await bothAnswer(['web of e2e-names-one', 'web of e2e-names-two']);
    await eventually(
      async () => {
        const nxi = (await b.get<NexlinkImport>(resources.imports, one, 'web'))!;
        expect(nxi.status?.conditions).toContainEqual(
          expect.objectContaining({ type: 'Conflict', status: 'False', reason: 'NoConflicts' }),
        );
        // All devices of both gateways.
        const exports = await Promise.all(
          [one, two].map(namespace => a.get<NexlinkExport>(resources.exports, namespace, 'web')),
        );
        const devices = exports.flatMap(nxe => nxe!.status!.devices!.map(({ ipv4 }) => ipv4!));
        expect(nxi.status?.exporters?.map(({ address }) => address).sort()).toEqual(devices.sort());
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );

    // The one that is left carries all when the other goes.
    await a.remove(resources.exports, one, 'web');
    await bothAnswer(['web of e2e-names-two']);
    await b.condition(resources.imports, one, 'web', ready);
  }, 360_000);

  test('of a Service in a namespace of another realm: it is not used', async () => {
    await a.web(other, 'web', 'web of another realm');
    await a.export(other, 'web');
    await a.condition(resources.exports, other, 'web', { ...ready, reason: 'Exported' });
    // An import of a name that comes later tells that b has seen the record of the other realm.
    await a.export(one, 'later', { service: 'web', name: 'later' });
    await b.condition(resources.imports, one, 'later', ready);
    await a.remove(resources.exports, one, 'later');
    await b.condition(resources.imports, one, 'web', ready);
    await bothAnswer(['web of e2e-names-two']);
    await a.remove(resources.exports, other, 'web');
  }, 240_000);

  test('of realms that begin with the same 40 characters: each has a gateway of its own', async () => {
    const start = 'e2e-names-one-beginning-of-forty-letters';
    const realms = [`${start}-first`, `${start}-second`];
    expect(start).toHaveLength(40);
    await Promise.all([a.web(two, 'first', 'the first'), a.web(two, 'second', 'the second')]);
    await a.export(two, 'first', { name: 'alike', realm: realms[0]! });
    await a.export(two, 'second', { name: 'alike', realm: realms[1]! });
    await b.import(one, 'first', { name: 'alike', realm: realms[0]! });
    await b.import(one, 'second', { name: 'alike', realm: realms[1]! });
    await b.answers(one, 'http://first/', 'the first');
    await b.answers(one, 'http://second/', 'the second');

    const gateways = await Promise.all([
      ...['first', 'second'].map(name => gatewayOf(a, resources.exports, two, name)),
      ...['first', 'second'].map(name => gatewayOf(b, resources.imports, one, name)),
    ]);
    expect(new Set(gateways).size).toBe(4);
    for (const name of gateways) expect(name.length).toBeLessThanOrEqual(40);
    expect(gateways[0]!.slice(0, 31)).toBe(gateways[1]!.slice(0, 31));

    for (const name of ['first', 'second']) {
      await a.remove(resources.exports, two, name);
      await b.remove(resources.imports, one, name);
    }
    await Promise.all(
      gateways.map((name, at) =>
        at < 2 ? a.gone(resources.gateways, two, name) : b.gone(resources.gateways, one, name),
      ),
    );
  }, 360_000);

  test('may stand beside any text: annotations of namespaces, of Services, and of the Service that an import makes', async () => {
    await a.web(space, 'plain', 'plain of a');
    await a.kubectl('annotate', '-n', space, 'service', 'plain', ...pairs(unicode));
    await a.export(space, 'plain');
    // It was asked for with annotations before discovery had its turn, or after: it is the user's either way.
    await b.import(space, 'decorated', { name: 'plain', service: { annotations: unicode } });
    await b.answers(space, 'http://decorated/', 'plain of a');
    const service = await b.get<Service>(resources.services, space, 'decorated');
    expect(service?.metadata.annotations).toMatchObject(unicode);

    // What is applied once more is found to be equal: nothing is written again and again.
    const version = service!.metadata.resourceVersion;
    await b.import(space, 'decorated', {
      name: 'plain',
      service: { annotations: { ...unicode, 'example.com/more': '…' } },
    });
    const changed = await until(
      'the other annotation came',
      async () => {
        const found = await b.get<Service>(resources.services, space, 'decorated');
        return found?.metadata.annotations?.['example.com/more'] === '…' ? found : undefined;
      },
      { timeoutMs: 20_000 },
    );
    expect(changed.metadata.resourceVersion).not.toBe(version);
    await b.condition(resources.imports, space, 'decorated', ready);
    const after = await b.get<Service>(resources.services, space, 'decorated');
    expect(after?.metadata.resourceVersion).toBe(changed.metadata.resourceVersion);
    expect(after?.metadata.annotations).toMatchObject(unicode);
  }, 240_000);
});

const pairs = (texts: { readonly [key: string]: string }): string[] =>
  Object.entries(texts).map(([key, text]) => `${key}=${text}`);

/** Waits until connections to http://web/ are answered by exactly these. */
async function bothAnswer(texts: readonly string[]): Promise<void> {
  const loop =
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do curl -s --max-time 3 http://web/ || echo none; done';
  let last: string[] = [];
  await until(
    `http://web/ is answered by ${texts.join(' and ')}`,
    async () => {
      const said = await b.exec(one, 'client', 'bash', '-c', loop);
      last = [...new Set(said.trim().split('\n'))].sort();
      return JSON.stringify(last) === JSON.stringify(texts);
    },
    { explain: async () => `last answers: ${last.join(', ')}\n${await b.overview(one)}` },
  );
}

async function gatewayOf(
  cluster: typeof a,
  resource: typeof resources.exports,
  namespace: string,
  name: string,
): Promise<string> {
  const found = await cluster.get<NexlinkExport | NexlinkImport>(resource, namespace, name);
  return found!.status!.gateway!;
}
