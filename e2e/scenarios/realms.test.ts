/** Realms: who finds whom, when several share a VPC, names and namespaces, and when a namespace goes to another one. */

import { describe, expect, test } from '@jest/globals';
import { realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { nexodusOf } from '../harness/leftovers.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const [red, blue, green] = ['e2e-realms-red', 'e2e-realms-blue', 'e2e-realms-green'];
/** In a; its realm is that of its label. */
const shop = 'e2e-realms-shop';
/** In b: one has its realm from its label, the other from its name. */
const [till, office] = ['e2e-realms-till', blue];
const ready = { type: 'Ready', status: 'True' } as const;
const ofRealm = (realm: string) => ({ labels: { [realmLabel]: realm } });

useNamespaces(
  env,
  [
    [a, { [shop]: ofRealm(red) }],
    [b, { [till]: { imports: true, ...ofRealm(red) }, [office]: { imports: true } }],
  ],
  async () => {
    await Promise.all([
      a.web(shop, 'web', 'web of red'),
      a.web(shop, 'web-blue', 'web of blue'),
      b.clientPod(till),
      b.clientPod(office),
    ]);
  },
);

describe('realms', () => {
  test('join namespaces of different names', async () => {
    await a.export(shop, 'web');
    await b.answers(till, 'http://web/', 'web of red');
    await b.condition(resources.imports, till, 'web', ready);
    expect((await a.get<NexlinkExport>(resources.exports, shop, 'web'))?.status).toMatchObject({
      realm: red,
      gateway: `export-${red}`,
    });
    expect((await b.get<NexlinkImport>(resources.imports, till, 'web'))?.status).toMatchObject({
      realm: red,
      gateway: `import-${red}`,
    });
    // The realm that has the name of the exporting namespace is another one.
    expect(await importsIn(office)).toEqual([]);
  }, 240_000);

  test('keep one name apart: each answers with its own, and no name is seen in the other', async () => {
    await a.export(shop, 'web-blue', { name: 'web', realm: blue });
    await a.export(shop, 'only-blue', { service: 'web-blue', name: 'only-blue', realm: blue });
    await a.export(shop, 'only-red', { service: 'web', name: 'only-red' });
    await b.answers(office, 'http://web/', 'web of blue');
    await b.answers(office, 'http://only-blue/', 'web of blue', 30_000);
    await b.answers(till, 'http://only-red/', 'web of red', 30_000);
    for (const [namespace, text] of [
      [till, 'web of red'],
      [office, 'web of blue'],
    ] as const)
      await onlyAnswers(namespace, 'http://web/', text);
    expect(await importsIn(till)).toEqual(['only-red', 'web']);
    expect(await importsIn(office)).toEqual(['only-blue', 'web']);
    expect(await servicesIn(till)).toEqual(['only-red', 'web']);
    expect(await servicesIn(office)).toEqual(['only-blue', 'web']);
    // One gateway for each realm, also of one namespace.
    expect(await gatewaysIn(a, shop)).toEqual([`export-${blue}`, `export-${red}`]);
  }, 300_000);

  test('can be left by spec.realm of an import, without a label, beside those of the namespace', async () => {
    await b.import(till, 'web-of-blue', { name: 'web', realm: blue });
    await b.answers(till, 'http://web-of-blue/', 'web of blue');
    await onlyAnswers(till, 'http://web/', 'web of red');
    await onlyAnswers(till, 'http://web-of-blue/', 'web of blue');
    expect(await gatewaysIn(b, till)).toEqual([`import-${blue}`, `import-${red}`]);
    expect(await importsIn(till)).toEqual(['only-red', 'web', 'web-of-blue']);
  }, 240_000);

  test('an exporting namespace that moves takes its exports along, and its old gateway goes', async () => {
    await a.namespace(shop, ofRealm(green));
    await b.gone(resources.imports, till, 'web', 30_000);
    await b.gone(resources.imports, till, 'only-red', 30_000);
    await until('its Services are gone', async () => (await servicesIn(till)).join() === 'web-of-blue', {
      explain: () => b.overview(till),
    });
    await a.condition(resources.exports, shop, 'web', { ...ready, reason: 'Exported' });
    await a.gone(resources.gateways, shop, `export-${red}`);
    await noneInNexodus(shop, `export-${red}`);
    // What spec.realm says does not move.
    expect(await b.curl(office, 'http://web/')).toBe('web of blue');
    expect(await b.curl(till, 'http://web-of-blue/')).toBe('web of blue');
    expect(await gatewaysIn(a, shop)).toEqual([`export-${blue}`, `export-${green}`]);
  }, 300_000);

  test('an importing namespace that moves has what is offered there, and its old gateway goes', async () => {
    await b.namespace(till, { imports: true, ...ofRealm(green) });
    await b.answers(till, 'http://web/', 'web of red');
    await b.answers(till, 'http://only-red/', 'web of red', 30_000);
    // It answers before its status says how.
    await eventually(async () =>
      expect((await b.get<NexlinkImport>(resources.imports, till, 'web'))?.status).toMatchObject({
        realm: green,
        gateway: `import-${green}`,
      }),
    );
    await b.gone(resources.gateways, till, `import-${red}`);
    await noneInNexodus(till, `import-${red}`);
    expect(await importsIn(till)).toEqual(['only-red', 'web', 'web-of-blue']);
  }, 300_000);

  test('a namespace that moves where the same names mean something else is answered by them', async () => {
    await b.namespace(till, { imports: true, ...ofRealm(blue) });
    await b.answers(till, 'http://web/', 'web of blue');
    await onlyAnswers(till, 'http://web/', 'web of blue');
    await b.gone(resources.services, till, 'only-red', 30_000);
    await b.answers(till, 'http://only-blue/', 'web of blue', 30_000);
    await b.gone(resources.gateways, till, `import-${green}`);
    expect(await gatewaysIn(b, till)).toEqual([`import-${blue}`]);
    await noneInNexodus(till, `import-${green}`);
  }, 300_000);

  test('an import of a user that has no spec.realm moves with its namespace, and leads nowhere else meanwhile', async () => {
    await b.import(office, 'mine', { name: 'web' });
    await b.answers(office, 'http://mine/', 'web of blue', 30_000);
    await b.namespace(office, { imports: true, ...ofRealm(green) });
    const heard: string[] = [];
    await until(
      'http://mine/ answers with what the new realm has',
      async () => {
        heard.push(await b.curl(office, 'http://mine/').catch(() => 'none'));
        return heard.at(-1) === 'web of red';
      },
      { explain: () => b.overview(office) },
    );
    expect(heard.filter(text => !['none', 'web of blue', 'web of red'].includes(text))).toEqual([]);
    await onlyAnswers(office, 'http://mine/', 'web of red');
    await b.gone(resources.gateways, office, `import-${blue}`);

    // Where nobody exports it, its Service must not stay with the gateway of the old realm.
    await b.namespace(office, { imports: true, ...ofRealm(`${green}-but-nobody`) });
    await b.gone(resources.services, office, 'mine', 30_000);
    await b.condition(resources.imports, office, 'mine', {
      type: 'Ready',
      status: 'False',
      reason: 'NoExporter',
    });
    await b.namespace(office, { imports: true, ...ofRealm(green) });
    await onlyAnswers(office, 'http://mine/', 'web of red');
  }, 360_000);
});

const namesOf = (objects: readonly { metadata: { name: string } }[]) =>
  objects.map(({ metadata }) => metadata.name).sort();
const importsIn = async (namespace: string) => namesOf(await b.list(resources.imports, namespace));
const servicesIn = async (namespace: string) => namesOf(await b.list(resources.services, namespace));
const gatewaysIn = async (cluster: typeof a, namespace: string) =>
  namesOf(await cluster.list(resources.gateways, namespace));

/** Waits until each of a dozen connections is answered so. No connection may be answered by anything else. */
async function onlyAnswers(namespace: string, url: string, text: string): Promise<void> {
  // In brackets, so that an empty answer is heard, too.
  const loop = `for i in $(seq 12); do echo "[$(curl --silent --max-time 3 ${url} || echo none)]"; done`;
  const heard = new Set<string>();
  await until(
    `every connection to ${url} in ${namespace} is answered "${text}"`,
    async () => {
      const told = await b.exec(namespace, 'client', 'bash', '-c', loop);
      const said = [...told.matchAll(/^\[(.*)\]$/gm)].map(([, answer]) => answer!);
      said.forEach(answer => heard.add(answer));
      if (said.length < 12) throw new Error(`kubectl exec lost some of what the pod said: ${told}`);
      return said.every(answer => answer === text);
    },
    { timeoutMs: 30_000, explain: async () => `heard: ${[...heard].join()}\n${await b.overview(namespace)}` },
  );
  // A pod of the gateway that was still starting said nothing.
  heard.delete('none');
  expect([...heard]).toEqual([text]);
}

/** Waits until keys and devices of a gateway are gone. */
async function noneInNexodus(namespace: string, gateway: string): Promise<void> {
  const { directory, stop } = await nexodusOf(env);
  const left = () => [
    ...directory
      .regKeys()
      .flatMap(({ description }) =>
        description.includes(`/${namespace}/${gateway}/`) ? `key ${description}` : [],
      ),
    ...directory
      .devices()
      .flatMap(({ hostname }) => (hostname.startsWith(`nexlink-${gateway}-`) ? `device ${hostname}` : [])),
  ];
  try {
    await until(
      `nothing of ${gateway} is left in Nexodus`,
      () => {
        directory.refresh();
        return left().length === 0;
      },
      { timeoutMs: 30_000, explain: async () => left().join('\n') },
    );
  } finally {
    await stop();
  }
}
