// For ends.test.ts: the tests of this folder that leave something open, run as all others are.
import path from 'node:path';
import config from '../../../jest.config.mjs';

const rootDir = path.resolve(import.meta.dirname, '../../..');

export default {
  ...config,
  rootDir,
  reporters: ['default', ['<rootDir>/hack/test/reporter.mjs', { patienceMs: 500 }]],
  projects: [
    {
      ...config.projects[0],
      rootDir,
      displayName: 'ends',
      roots: ['<rootDir>/hack/test/ends'],
      testMatch: ['**/*.case.ts'],
      testEnvironmentOptions: { patienceMs: 500 },
    },
  ],
};
