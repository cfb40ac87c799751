import { expect, it } from '@jest/globals';
import { metricTable } from './metrics-reference.ts';

it('lists our metrics, and not those of the process', () =>
  expect(
    metricTable(
      '# HELP nexlink_a What | it is.\n# TYPE nexlink_a gauge\nnexlink_a 1\n\n# HELP process_b B.\n# TYPE process_b gauge\n',
    ),
  ).toBe('| Metric | Type | Meaning |\n| --- | --- | --- |\n| `nexlink_a` | gauge | What \\| it is. |'));
