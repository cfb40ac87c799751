import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from '@jest/globals';
import { conditionsReference, documentedReasons } from './conditions-reference.ts';

const controllers = join(import.meta.dirname, '../../controllers');

/** `Type Status Reason` of every condition that these files can set, as it is written there. */
function reasonsIn(...files: { path: string; no?: string }[]): string[] {
  const reasons = files.flatMap(({ path, no }) => {
    const code = readFileSync(join(controllers, path), 'utf8');
    const found = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, ...parts]) => parts.join(' '));
    return [
      ...found(/\bjudgement\(\s*'(\w+)',\s*'(True|False)',\s*'(\w+)'/g),
      ...found(/\bno\(\s*'(\w+)'/g).map(reason => `${no} False ${reason}`),
      ...found(/^  reason: '(\w+)',/gm).map(reason => `Conflict True ${reason}`),
      ...found(/\bsay\(\s*'(True|False)',\s*'(\w+)'/g).map(rest => `Connected ${rest}`),
      ...found(/\breadonly reason: ('.*');/g).flatMap(union =>
        [...union.matchAll(/\w+/g)].map(([reason]) => `Connected False ${reason}`),
      ),
    ];
  });
  return [...new Set(reasons)].sort();
}

const address = { path: 'gateway/address.ts' };

describe('the documented reasons are those that the code sets, with the same status', () => {
  test.each<[Parameters<typeof documentedReasons>[0], string[]]>([
    [
      'NexlinkExport',
      reasonsIn(
        address,
        { path: 'export/status.ts', no: 'Ready' },
        { path: 'export/resolve.ts', no: 'Valid' },
        { path: 'import/disputes.ts' },
      ),
    ],
    [
      'NexlinkImport',
      reasonsIn(address, { path: 'import/status.ts', no: 'Ready' }, { path: 'import/disputes.ts' }),
    ],
    ['NexlinkGateway', reasonsIn(address, { path: 'gateway/status.ts' }, { path: 'runtime/nexodus.ts' })],
  ])('%s', (kind, set) => {
    const documented = documentedReasons(kind).map(
      ({ type, status, reason }) => `${type} ${status} ${reason}`,
    );
    expect(documented.sort()).toEqual(set);
  });
});

describe('conditionsReference', () => {
  it('names a type once, with the status of each reason', () => {
    const text = conditionsReference('notice');
    expect(text).toContain(
      '| `Conflict` | False | `NoConflicts` | No other object disagrees. |\n|  | True |',
    );
    expect(text).toContain('- `Programmed`: Do the pods have');
  });
});
