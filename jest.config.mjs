// Three projects: unit tests need nothing, integration tests need the programs of
// hack/kind/binaries, e2e needs three kind clusters. The reporter prints the closing line.
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
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
  reporters: ['default', '<rootDir>/hack/test/reporter.mjs'],
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: ['<rootDir>/api', '<rootDir>/controllers', '<rootDir>/hack', '<rootDir>/e2e'],
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['\\.integration\\.test\\.ts$', '/e2e/scenarios/', '/node_modules/'],
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
      displayName: 'e2e',
      roots: ['<rootDir>/e2e/scenarios'],
      testMatch: ['**/*.test.ts'],
    },
  ],
};
