import { expect, test } from '@jest/globals';
import { renderTable } from './table.ts';

test('each side has a line, and only an import gateway answers', () => {
  const importing = { side: 'import', readyMs: 9_000, provedMs: 30, answerMs: -200 };
  const lines = renderTable([
    importing,
    { ...importing, readyMs: 11_000, answerMs: 100 },
    { side: 'export', readyMs: 5_000, provedMs: 2_000, answerMs: undefined },
  ]).split('\n');
  expect(lines.slice(2)).toEqual([
    '| import | 2 | 11.00 | 11.00 | 0.03 | 0.03 | 0.10 | 0.10 |',
    '| export | 1 | 5.00 | 5.00 | 2.00 | 2.00 | – | – |',
  ]);
});
