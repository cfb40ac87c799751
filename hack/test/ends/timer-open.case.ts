import { test } from '@jest/globals';

test('passes and leaves a timer', () => {
  setInterval(() => {}, 1_000);
});
