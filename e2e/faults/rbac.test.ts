/** What becomes of a controller that lacks a right. */

import { expect, test } from '@jest/globals';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import { exportLabel, importLabel } from '../../api/v1alpha1/labels.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Controller } from './harness/controller.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { lackedIn, Rights, type Right } from './harness/rights.ts';
import { flawsAfter } from './harness/runs.ts';
import { nxe, nxi, service } from './harness/scenarios.ts';
import type { World } from './harness/world.ts';

const lab = useLab();
const clients = [{ podSelector: { matchLabels: { app: 'till' } } }];
const guarded = (name: string) => nxi(name, { name: 'db', service: { name }, clients });
const there = (world: World, resource: Parameters<World['get']>[0], name: string) =>
  world.get(resource, name) !== undefined;

/** Everything that the controller ever does, and when it is done. */
const steps: [string, (world: World) => Promise<unknown>, (world: World) => boolean][] = [
  [
    'discovery and a label make imports and an export',
    async world => {
      await (await Exporter.add(world)).offer(['api', 'db']);
      await world.create(resources.services, service('web', undefined, { [exportLabel]: 'true' }));
    },
    world =>
      world.condition(resources.exports, 'web') === 'True Exported' &&
      world.condition(resources.imports, 'api') === 'True Ready',
  ],
  [
    'only some may use an import',
    world => world.create(resources.imports, guarded('till')),
    world => world.condition(resources.imports, 'till') === 'True Ready',
  ],
  [
    'the label asks for another name',
    world =>
      world.patch(resources.services, 'web', {
        metadata: { annotations: { 'nexlink.nexodus.io/name': 'shop-web' } },
        spec: { ports: [{ name: 'http', port: 81 }] },
      }),
    world => world.condition(resources.exports, 'web') === 'True Exported',
  ],
  [
    'an import gets another Service',
    world => world.patch(resources.imports, 'till', { spec: { service: { name: 'other' } } }),
    world =>
      there(world, resources.services, 'other') &&
      !there(world, resources.services, 'till') &&
      world.condition(resources.imports, 'till') === 'True Ready',
  ],
  [
    'a device is deleted behind its back',
    async world => {
      const [first] = world.dataPlane.podsOf('export-shop');
      world.nexodus.control.deleteDevice(first!.inside.identity!.deviceID);
      first!.inside.crash();
    },
    world =>
      world.nexodusState.devices.some(({ hostname }) => hostname === 'nexlink-export-shop-0') &&
      world.condition(resources.exports, 'web') === 'True Exported',
  ],
  [
    'nobody is guarded any more',
    world => world.delete(resources.imports, 'till'),
    world => !there(world, resources.networkPolicies, 'nexlink-import-shop'),
  ],
  [
    'everything goes',
    async world => {
      await world.exporters[0]!.offer([]);
      await world.patch(resources.services, 'web', { metadata: { labels: { [exportLabel]: null } } });
    },
    world =>
      world.lab.mirror.list(resources.exports).length === 0 &&
      world.lab.mirror.list(resources.imports).length === 0 &&
      world.lab.mirror.list(resources.gateways).length === 0 &&
      world.lab.mirror.list(resources.statefulSets).length === 0,
  ],
];

/** What the conditions of our objects say is lacking. */
const toldInConditions = (world: World): Right[] =>
  [resources.exports, resources.imports, resources.gateways].flatMap(resource =>
    world.lab.mirror
      .list<KubeObject & { status?: { conditions?: Condition[] } }>(resource)
      .flatMap(({ status }) => (status?.conditions ?? []).flatMap(({ message }) => lackedIn(message))),
  );

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Gives the rights that the controller says it lacks, one after the other, until `isDone`; returns where it said so. */
class Tutor {
  readonly asked = new Map<Right, 'condition' | 'log'>();
  readonly #world: World;
  readonly #rights: Rights;
  readonly #logged: Right[] = [];
  #read = new Map<Controller, number>();

  constructor(world: World, rights: Rights) {
    this.#world = world;
    this.#rights = rights;
  }

  async until(what: string, isDone: () => boolean): Promise<void> {
    let end = performance.now() + 30_000;
    while (!isDone()) {
      if (performance.now() > end)
        throw new Error(
          [`stuck when ${what}`, ...this.#world.state(), ...this.#world.log(25), ...this.asked.keys()].join(
            '\n',
          ),
        );
      await pause(50);
      if ((await this.#listen()) > 0) end = performance.now() + 30_000;
    }
  }

  async #listen(): Promise<number> {
    this.#logged.push(...this.#unread().flatMap(lackedIn));
    const logged = this.#logged.filter(right => !this.asked.has(right));
    const newlyTold = () => toldInConditions(this.#world).filter(right => !this.asked.has(right));
    const isExpected = logged.some(right => !hasNoCondition(right));
    // A status follows what the log says.
    const end = performance.now() + 5_000;
    while (isExpected && newlyTold().length === 0 && performance.now() < end) await pause(50);
    const told = new Set(newlyTold());
    // A status names one after the other: what only the log says now may follow.
    const news = new Set([...told, ...logged.filter(right => told.size === 0 || hasNoCondition(right))]);
    for (const right of news) this.asked.set(right, told.has(right) ? 'condition' : 'log');
    if (news.size) await this.#rights.give(...news);
    return news.size;
  }

  #unread(): string[] {
    return this.#world.controllers.flatMap(controller => {
      const from = this.#read.get(controller) ?? 0;
      this.#read.set(controller, controller.lines.length);
      return controller.lines.slice(from);
    });
  }
}

/** Without these there is no object yet that could tell of it, or none that can be written to. */
const hasNoCondition = (right: Right) =>
  /^(list|watch) |^get (namespaces|clusterproperties)|\/status\.|^create events/.test(right) ||
  /^(get|create|patch|delete) nexlink(exports|imports)\.|^delete nexlinkgateways\./.test(right);
const isOfLease = (right: Right) => right.endsWith('leases.coordination.k8s.io');

test('a controller without a right says which it lacks, and goes on once it has it', async () => {
  const world = await lab().world({ labels: { [importLabel]: 'true' } });
  const rights = await Rights.none(lab());
  await world.start({ token: rights.token });
  const tutor = new Tutor(world, rights);
  for (const [what, act, isDone] of steps) {
    await act(world);
    await tutor.until(what, () => isDone(world));
  }
  expect(await flawsAfter(world)).toEqual([]);
  await world.controller.stop();
  expect([...tutor.asked].filter(([right, where]) => where === 'log' && !hasNoCondition(right))).toEqual([]);
  expect([...tutor.asked.keys()].filter(right => !rights.all.includes(right))).toEqual([]);
  // What it never lacked is superfluous.
  expect(rights.all.filter(right => !isOfLease(right) && !tutor.asked.has(right))).toEqual([]);
}, 600_000);

test('a controller without a right to its lease says so, and leads once it has it', async () => {
  const world = await lab().world();
  const rights = await Rights.none(lab());
  await rights.give(...rights.all.filter(right => !isOfLease(right)));
  const lead = async () => {
    const { operator, ended } = await world.start({
      token: rights.token,
      speed: 1,
      settings: { NEXLINK_LEADER_ELECTION_ENABLED: 'true' },
    });
    // Without its lease it has to end, and the kubelet starts another one.
    void ended.then(how => (how === 'lost' ? lead() : undefined));
    return operator;
  };
  const operator = await lead();
  const tutor = new Tutor(world, rights);
  const wanted = rights.all.filter(isOfLease);
  await tutor.until('it asks for the lease', () => wanted.every(right => tutor.asked.has(right)));
  await tutor.until('it leads', () => operator.health.leading);
  await world.controller.stop();
  expect([...tutor.asked.keys()].sort()).toEqual([...wanted].sort());
}, 120_000);

test('a controller may write Secrets only where a Role lets it', async () => {
  const world = await lab().world();
  const rights = await Rights.none(lab());
  const writes = (right: Right) => /^(get|create|patch) secrets$/.test(right);
  await rights.give(...rights.all.filter(right => !writes(right)));
  await world.start({ token: rights.token });
  await world.create(resources.services, service());
  await world.create(resources.exports, nxe());
  await world.until('it says what it lacks', () => toldInConditions(world).some(writes));
  await rights.giveIn('shop', ...rights.all.filter(writes));
  await world.untilCondition(resources.exports, 'web', 'True Exported');
}, 60_000);
