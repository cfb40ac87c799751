import { test } from '@jest/globals';

test('opens nothing', () => {});
