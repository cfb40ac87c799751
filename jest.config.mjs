// Unit tests need nothing, integration tests and those of faults the programs of
// hack/kind/binaries, e2e three kind clusters; those of e2e-alone disturb or measure everything there. The
// reporter prints the closing line.
const common = {
  // Beside the programs, so that it lasts as long as they do.
  cacheDirectory: '<rootDir>/.cache/jest',
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: '<rootDir>/hack/test/environment.mjs',
  modulePathIgnorePatterns: ['<rootDir>/.cache', '<rootDir>/dist'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

export default {
  coverageProvider: 'v8',
  testSequencer: '<rootDir>/hack/test/sequencer.mjs',
  // The reporter ends a run that does not end, and says what is open.
  openHandlesTimeout: 0,
  reporters: ['default', '<rootDir>/hack/test/reporter.mjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['<rootDir>/api', '<rootDir>/controllers', '<rootDir>/hack', '<rootDir>/e2e'],
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: [
        '\\.integration\\.test\\.ts$',
        '/e2e/(scenarios|alone|faults)/',
        '/node_modules/',
      ],
    },
    {
      ...common,
      displayName: 'integration',
      roots: ['<rootDir>/api', '<rootDir>/controllers', '<rootDir>/hack', '<rootDir>/e2e'],
      testMatch: ['**/*.integration.test.ts'],
      globalSetup: '<rootDir>/hack/test/integration-setup.mjs',
      globalTeardown: '<rootDir>/hack/test/integration-teardown.mjs',
    },
    {
      ...common,
      displayName: 'faults',
      roots: ['<rootDir>/e2e/faults'],
      testMatch: ['**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'e2e',
      roots: ['<rootDir>/e2e/scenarios'],
      testMatch: ['**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'e2e-alone',
      roots: ['<rootDir>/e2e/alone'],
      testMatch: ['**/*.test.ts'],
    },
  ],
};
