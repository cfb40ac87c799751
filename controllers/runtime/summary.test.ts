import { expect, test } from '@jest/globals';
import { summarizePorts } from './summary.ts';

const ports = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ port: at + 1, protocol: 'TCP' }));

test.each([
  [0, ''],
  [1, '1/TCP'],
  [5, '1/TCP,2/TCP,3/TCP,4/TCP,5/TCP'],
  [100, '1/TCP,2/TCP,3/TCP,4/TCP,5/TCP,+95'],
])('%d ports', (count, text) => expect(summarizePorts(ports(count))).toBe(text));
