import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assignWays, targetKey, type Target } from './target.ts';

const target = fc.record({
  protocol: fc.constantFrom('tcp' as const, 'udp' as const),
  host: fc.constantFrom('100.64.0.2', '100.64.0.3', '200::4'),
  port: fc.integer({ min: 1, max: 20 }),
});
const targets = fc.uniqueArray(target, { selector: targetKey, maxLength: 40 });
const range = { first: 10, last: 29 };

const portsOf = (all: readonly Target[], ways: ReadonlyMap<string, number>) =>
  all.flatMap(each => {
    const port = ways.get(targetKey(each));
    return port === undefined ? [] : [`${each.protocol}/${port}`];
  });

test('each target has a port of its own, and keeps it', () => {
  fc.assert(
    fc.property(targets, targets, (first, second) => {
      const before = assignWays(first, new Map(), range);
      const after = assignWays(second, before, range);
      for (const [all, ways] of [
        [first, before],
        [second, after],
      ] as const) {
        const ports = portsOf(all, ways);
        expect(new Set(ports).size).toBe(ports.length);
        for (const protocol of ['tcp', 'udp']) {
          const wanted = all.filter(each => each.protocol === protocol).length;
          expect(ports.filter(port => port.startsWith(protocol)).length).toBe(Math.min(wanted, 20));
        }
      }
      for (const each of second) {
        const port = before.get(targetKey(each));
        if (port !== undefined) expect(after.get(targetKey(each))).toBe(port);
      }
    }),
  );
});
