import { spawn } from 'node:child_process';
import { test } from '@jest/globals';

test('passes and leaves a process', () => {
  spawn('sleep', ['20'], { stdio: 'ignore' });
});
