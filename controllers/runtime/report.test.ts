import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import { aNamespace, anExport } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import type { Judgement } from './conditions.ts';
import { reportStatus } from './report.ts';
import { resources } from './resources.ts';

const yes: Judgement = { type: 'Ready', status: 'True', reason: 'Exported', message: 'Exported.' };
const no: Judgement = { type: 'Ready', status: 'False', reason: 'GatewayNotReady', message: 'No pod.' };

let world: World;
const found = () => world.server.get<NexlinkExport>(resources.exports, 'shop', 'web')!;
const report = (status: object, judgements: Judgement[]) =>
  reportStatus(found(), resources.exports, { ...status }, judgements, world.process.ports);

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.exports, anExport());
});

test('a status is written with its conditions', async () => {
  await report({ realm: 'shop' }, [yes]);
  expect(found().status).toMatchObject({ realm: 'shop', conditions: [{ ...yes, observedGeneration: 1 }] });
});

test('the same status is not written again, however late it is', async () => {
  await report({ realm: 'shop' }, [yes]);
  const { resourceVersion } = found().metadata;
  const { log } = world.start();
  world.clock.advance(3_600_000);
  await report({ realm: 'shop' }, [yes]);
  expect(log).toEqual([]);
  expect(found().metadata.resourceVersion).toBe(resourceVersion);
});

test('of an object that was deleted meanwhile nothing is told, and that is no failure', async () => {
  const gone = found();
  world.server.delete({ resource: resources.exports, namespace: 'shop', name: 'web' });
  await reportStatus(gone, resources.exports, {}, [yes], world.process.ports);
  expect(world.events).toEqual([]);
});

describe('that an object only waits', () => {
  const waits: Judgement = { type: 'Ready', status: 'False', reason: 'Pending', message: 'Being made.' };
  const valid: Judgement = { type: 'Valid', status: 'True', reason: 'Valid', message: '' };
  beforeEach(() => {
    for (let other = 0; other < 20; other++) world.process.ports.waiting.waitMs(`other-${other}`);
  });

  test('is told later where many do, and not at all when it is ready by then', async () => {
    expect(await report({}, [valid, waits])).toBe(500);
    expect(found().status).toBeUndefined();
    world.clock.advance(499);
    expect(await report({}, [valid, waits])).toBe(1);
    expect(await report({}, [valid, yes])).toBeUndefined();
    expect(found().status?.conditions).toHaveLength(2);
  });

  test('is told in its turn', async () => {
    await report({}, [valid, waits]);
    world.clock.advance(500);
    expect(await report({}, [valid, waits])).toBeUndefined();
    expect(found().status?.conditions).toMatchObject([valid, waits]);
  });

  test('is told of one that is five minutes old, however many others wait', async () => {
    for (let other = 20; other < 1_000; other++) world.process.ports.waiting.waitMs(`other-${other}`);
    world.clock.advance(299_000);
    expect(await report({}, [valid, waits])).toBeGreaterThan(0);
    world.clock.advance(1_000);
    expect(await report({}, [valid, waits])).toBeUndefined();
    expect(found().status?.conditions).toMatchObject([valid, waits]);
  });

  test('is told at once with trouble', async () => {
    expect(await report({}, [{ ...valid, status: 'False', reason: 'Invalid' }, waits])).toBeUndefined();
    expect(found().status?.conditions).toHaveLength(2);
  });
});

test('a field that is no longer said goes', async () => {
  await report({ realm: 'shop', name: 'web' }, [yes]);
  await report({ realm: 'shop', name: undefined }, [yes]);
  expect(found().status).not.toHaveProperty('name');
});

test('a condition that does not apply goes, without an event', async () => {
  const granted: Judgement = {
    type: 'AddressGranted',
    status: 'True',
    reason: 'AddressGranted',
    message: '',
  };
  await report({}, [yes, granted]);
  world.events.length = 0;
  await reportStatus(found(), resources.exports, {}, [yes], world.process.ports, ['AddressGranted']);
  expect(found().status?.conditions).toMatchObject([{ type: 'Ready' }]);
  expect(found().status?.conditions).toHaveLength(1);
  expect(world.events).toEqual([]);
});

test('what others wrote stays', async () => {
  world.server.edit<NexlinkExport>({ resource: resources.exports, namespace: 'shop', name: 'web' }, nxe => {
    nxe.status = { devices: [{ id: 'x' }] };
  });
  await report({ realm: 'shop' }, [yes]);
  expect(found().status).toMatchObject({ realm: 'shop', devices: [{ id: 'x' }] });
});

describe('events', () => {
  const cases: [string, Judgement[], string[]][] = [
    ['Ready is told', [yes], ['Normal Exported']],
    ['trouble is told', [no], ['Warning GatewayNotReady']],
    ['waiting is not', [{ ...no, reason: 'Pending' }], []],
    [
      'a conflict is told once, by Conflict',
      [
        { ...no, reason: 'Conflict' },
        { type: 'Conflict', status: 'True', reason: 'PortConflict', message: '' },
      ],
      ['Warning PortConflict'],
    ],
    [
      'the absence of a conflict is not',
      [{ type: 'Conflict', status: 'False', reason: 'NoConflicts', message: '' }],
      [],
    ],
    [
      'an invalid object is told',
      [{ type: 'Valid', status: 'False', reason: 'NoService', message: '' }],
      ['Warning NoService'],
    ],
    ['a valid one is not', [{ type: 'Valid', status: 'True', reason: 'Valid', message: '' }], []],
  ];
  test.each(cases)('%s', async (_name, judgements, events) => {
    await report({}, judgements);
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual(events);
  });

  test('the same again with another message is no news', async () => {
    await report({}, [no]);
    await report({}, [{ ...no, message: 'Still no pod.' }]);
    expect(world.events).toHaveLength(1);
  });
});
