import { describe, expect, test } from '@jest/globals';
import type { Exporter } from '../../api/v1alpha1/nexlinkimport.ts';
import { aCondition, anImport, longAgo } from '../testing/builders.ts';
import { without } from '../testing/without.ts';
import { exporterNews } from './exporter-news.ts';

const far: Exporter = {
  cluster: 'there',
  deviceID: 'a',
  hostname: 'gateway-0',
  address: '100.64.0.1',
  state: 'Reachable',
};
const lost: Exporter = { ...far, state: 'Unreachable', lostSince: longAgo };
const unknown: Exporter = { ...far, state: 'Unknown' };
const further: Exporter = { ...far, deviceID: 'b', address: '100.64.0.2' };

/** An import whose exporters were judged for this generation. */
const known = (exporters: Exporter[] | undefined, observedGeneration = 1) => ({
  ...anImport(),
  status: {
    ...(exporters ? { exporters } : {}),
    conditions: [aCondition('Ready', 'True', 'Ready', { observedGeneration })],
  },
});
const news = (before: ReturnType<typeof known>, now: Exporter[], isStarting = false) =>
  exporterNews(before, now, isStarting).map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

describe('news of exporters', () => {
  const name = 'Cluster "there", device "gateway-0" at 100.64.0.1,';
  const cases: [string, Exporter[], Exporter[], string[]][] = [
    ['none when nothing changed', [further, lost], [further, lost], []],
    ['one that leaves is lost', [far], [], [`Warning ExporterLost: ${name} no longer exports it.`]],
    [
      'one that cannot be reached any more is lost',
      [far],
      [lost],
      [`Warning ExporterLost: ${name} can no longer be reached (Unreachable).`],
    ],
    ['one that was lost before is not lost again by leaving', [lost], [], []],
    ['nor by another state', [lost], [{ ...lost, state: 'Offline' }], []],
    [
      'one that can be reached again is found',
      [lost],
      [far],
      [`Normal ExporterFound: ${name} can be reached again.`],
    ],
    ['one that comes is found', [], [unknown], [`Normal ExporterFound: ${name} exports it.`]],
    ['and not again when its tunnel works', [unknown], [far], []],
    ['a pod of ours that restarts loses nothing', [far], [unknown], []],
    [
      'each has its own',
      [far],
      [further],
      [
        `Warning ExporterLost: ${name} no longer exports it.`,
        'Normal ExporterFound: Cluster "there", device "gateway-0" at 100.64.0.2, exports it.',
      ],
    ],
  ];
  test.each(cases)('%s', (_name, before, now, texts) => expect(news(known(before), now)).toEqual(texts));

  test('of a new import, none is found', () => {
    expect(exporterNews(anImport(), [far], true)).toEqual([]);
    expect(news(known([]), [far], true)).toEqual([]);
  });

  test('of an import whose spec changed, none is lost or found', () =>
    expect(news(known([far], 0), [further])).toEqual([]));

  test('a device of no cluster is named by itself, whatever its name is', () => {
    const machine = without({ ...far, hostname: 'a\u202e\n' }, 'cluster');
    expect(news(known([machine]), [])).toEqual([
      'Warning ExporterLost: Device "a\\u202e\\u000a" at 100.64.0.1, no longer exports it.',
    ]);
  });
});
