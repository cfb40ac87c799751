import { describe, expect, test } from '@jest/globals';
import {
  describeFault,
  faultNames,
  faults,
  isPossible,
  kindOf,
  links,
  needsWhole,
  touchedLinks,
  type Fault,
  type FaultName,
} from './plan.ts';

function first(count: number, seed: number, names?: readonly FaultName[]): Fault[] {
  const all = faults(seed, names);
  return Array.from({ length: count }, () => all.next().value as Fault);
}

describe('a plan', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(first(200, 7)).toEqual(first(200, 7));
    expect(first(200, 7)).not.toEqual(first(200, 8));
  });

  test('has each kind once before any comes again', () => {
    const rounds = first(3 * faultNames.length, 1).map(({ name }) => name);
    for (let round = 0; round < 3; round++)
      expect(new Set(rounds.slice(round * faultNames.length, (round + 1) * faultNames.length))).toEqual(
        new Set(faultNames),
      );
  });

  test('reaches every gateway and replica that carries traffic, and every cluster', () => {
    const hit = new Set(
      first(2000, 3).map(({ name, cluster, ordinal }) => `${kindOf(name).target} ${cluster} ${ordinal}`),
    );
    for (const { exporters, importer } of links)
      for (const ordinal of [0, 1]) {
        for (const exporter of exporters) expect(hit).toContain(`export gateway ${exporter} ${ordinal}`);
        expect(hit).toContain(`import gateway ${importer} ${ordinal}`);
      }
    expect(hit).toContain('cluster c 0');
    expect(hit).not.toContain('import gateway c 0');
  });

  test('stays within the times that a kind may last', () => {
    for (const { name, forMs } of first(500, 5)) {
      const [least, most] = kindOf(name).seconds ?? [0, 0];
      expect(forMs).toBeGreaterThanOrEqual(least * 1000);
      expect(forMs).toBeLessThanOrEqual(most * 1000);
    }
  });

  test('leaves out what a Nexodus of one’s own cannot be told to', () => {
    const left = (standIn: boolean, command: boolean) =>
      faultNames.filter(name => !isPossible(name, { standIn, command }));
    expect(left(true, false)).toEqual([]);
    expect(left(false, true)).toEqual([
      'export gateway device cut',
      'Nexodus watches dropped',
      'Nexodus watches silent',
    ]);
    expect(left(false, false)).toEqual([
      'export gateway device cut',
      'Nexodus down',
      'Nexodus watches dropped',
      'Nexodus watches silent',
    ]);
  });

  test('can be limited to some kinds', () => {
    const names = new Set(first(20, 1, ['Nexodus down', 'controllers killed']).map(({ name }) => name));
    expect([...names].sort()).toEqual(['Nexodus down', 'controllers killed']);
  });
});

const fault = (name: Fault['name'], cluster?: Fault['cluster']): Fault => ({
  name,
  cluster,
  ordinal: 1,
  forMs: 0,
  pauseMs: 0,
});

describe('a fault', () => {
  test.each([
    [fault('export gateway pod killed', 'c'), ['page']],
    [fault('export gateway pod killed', 'b'), ['back']],
    [fault('import gateway pod killed', 'b'), ['page']],
    [fault('import gateway nexd killed', 'a'), ['back']],
    [fault('import gateway agent killed', 'a'), ['back']],
    [fault('export gateway agent killed', 'a'), []],
    [fault('controllers killed', 'a'), []],
    [fault('API server killed', 'b'), []],
    [fault('Nexodus down'), []],
    [fault('metadata damaged', 'a'), []],
  ])('%j may make connections of %j fail', (one, touched) => {
    expect(touchedLinks(one)).toEqual(touched);
  });

  test('to a gateway needs the others whole', () => {
    expect(needsWhole(fault('metadata deleted', 'a'))).toBe(true);
    expect(needsWhole(fault('Nexodus down'))).toBe(false);
  });

  test('is told with its target', () => {
    expect(describeFault(fault('export gateway pod killed', 'b'))).toBe(
      'export gateway pod killed: replica 1 of b',
    );
    expect(describeFault({ ...fault('Nexodus down'), forMs: 7000 })).toBe('Nexodus down for 7 s');
    expect(describeFault(fault('controllers killed', 'c'))).toBe('controllers killed: c');
  });
});
