import { describe, expect, it } from '@jest/globals';
import { differences } from './compare.ts';
import { readRecording } from './recording.ts';
import type { Measured, Run } from './result.ts';

const recording = readRecording();

function recorded(name: string, traffic: string): Measured {
  const found = recording.find(one => one.case === name && one.traffic === traffic);
  if (found === undefined) throw new Error(`${name}, ${traffic} was not recorded`);
  return found;
}

/** Four runs that are the same. */
const four = (of: Measured, run: Run): Measured => ({ ...of, runs: [run, run, run, run] });

describe('the comparison with recorded tunnels', () => {
  it.each(recording.map(one => [one.case, one.traffic, one] as const))(
    'finds nothing in runs of the recording itself: %s, %s',
    (_, __, one) => {
      const sorted = one.runs.toSorted((a, b) => (a.firstMs ?? Infinity) - (b.firstMs ?? Infinity));
      const at = [0.3, 0.5, 0.7, 0.9].map(share => sorted[Math.floor(share * sorted.length)]!);
      expect(differences({ ...one, runs: at }, one)).toEqual([]);
    },
  );

  it.each([
    ['import replaced', 'tcp', { firstMs: 28, client: 'end', server: 'open' }],
    ['import replaced', 'udp', { firstMs: 337, lost: 0, lostSinceUp: 0 }],
    ['export replaced', 'udp', { firstMs: 100, lost: 49, lostSinceUp: 0 }],
    ['import cut for 5 s', 'udp', { firstMs: 50, lost: 0, lostSinceUp: 0 }],
    ['import replaced, Nexodus frozen for the other', 'udp', { firstMs: 40, lost: 0, lostSinceUp: 0 }],
  ])('finds a relay that carries bytes from the first moment: %s, %s', (name, traffic, run) => {
    const one = recorded(name, traffic);
    expect(differences(four(one, run), one).join('\n')).toContain('kinder: ');
  });

  it('finds tunnels that come up much later, never, or with another outcome', () => {
    const late = recorded('import renewed', 'udp');
    expect(differences(four(late, { firstMs: 8_000, lost: 80, lostSinceUp: 80 }), late)).toEqual([
      expect.stringContaining('unkinder: ms to the first byte'),
      expect.stringContaining('unkinder: datagrams lost'),
      expect.stringContaining('unkinder: datagrams lost since the event'),
    ]);
    const cut = recorded('import cut for 5 s', 'tcp');
    expect(differences(four(cut, { client: 'ECONNRESET', server: 'end' }), cut)).toEqual([
      expect.stringContaining('unkinder: ms to the first byte'),
      expect.stringContaining('never recorded: started; client ECONNRESET, server end'),
    ]);
    const refused = recorded('export replaced, Nexodus refused', 'tcp');
    expect(differences(four(refused, { firstMs: 100 }), refused)[0]).toContain('never recorded');
  });
});
