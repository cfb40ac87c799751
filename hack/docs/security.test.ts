/** Every statement of docs/security.md that names a test has it. */

import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..', '..');
const lines = readFileSync(path.join(root, 'docs/security.md'), 'utf8').split('\n');

/** The tests that a text names: `file`: “one”, “two”; `file`: “three”. */
function named(text: string): { file: string; title: string }[] {
  return [...text.matchAll(/`([\w./-]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file, titles]) =>
    [...titles!.matchAll(/“([^”]+)”/g)].map(([, title]) => ({ file: file!, title: title! })),
  );
}

/** The rows of tables whose last column is called Test. */
const rows = lines.flatMap((line, at) => {
  if (!/^\| Statement .*\| Test +\|$/.test(line)) return [];
  const end = lines.findIndex((each, from) => from > at && !each.startsWith('|'));
  return lines.slice(at + 2, end);
});

describe('a statement about security', () => {
  test.each(rows.map(row => [row.split('|')[1]!.trim(), row]))('has a test: %s', (_, row) =>
    expect(named(row)).not.toEqual([]),
  );

  test('there are some', () => expect(rows.length).toBeGreaterThan(15));

  test.each(named(lines.join('\n')).map(({ file, title }) => [file, title]))('%s has “%s”', (file, title) => {
    expect(existsSync(path.join(root, file))).toBe(true);
    const source = readFileSync(path.join(root, file), 'utf8');
    // A title, or a row of a table of cases; %s stands for anything.
    const titles = [
      ...source.matchAll(
        /(?:\b(?:it|test)\(\s*|\]\)\(\s*|\.each\(\w+\)\(\s*|^\s*\[\s*)(['"`])((?:\\.|(?!\1)[^\\])*)\1/gm,
      ),
    ].map(([, , text]) => text!.replaceAll(/\\(.)/g, '$1'));
    const matches = (text: string) =>
      new RegExp(
        `^${text
          .split(/%[sj]/)
          .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
          .join('.+')}$`,
      ).test(title);
    expect(titles.some(matches)).toBe(true);
  });
});
