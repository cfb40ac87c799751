import tseslint from 'typescript-eslint';
import prettier from 'eslint-config-prettier';

/** Folders that `files` may not import from: dependencies point one way, api <- pure <- reconcile <- main. */
const forbid = (files, folders, why) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...folders.map(folder => ({ group: [`**/${folder}/**`], message: why })),
          {
            group: ['**/utils/**', '**/helpers/**', '**/common/**'],
            message: 'Name the thing, not its role.',
          },
        ],
      },
    ],
  },
});
const tests = ['**/*.test.ts'];
const adapters = ['kube', 'nexodus'];
const reconcilers = ['export', 'import', 'gateway', 'discovery'];

export default tseslint.config(
  { ignores: ['node_modules/', '.cache/', 'dist/', 'coverage/', '**/zz_generated*', '**/testdata/'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  { files: ['hack/**', 'e2e/**', '**/*.test.ts'], rules: { 'no-console': 'off' } },
  {
    ...forbid(
      ['api/**/*.ts'],
      ['controllers', 'e2e', 'hack'],
      'api is the contract: it imports nothing of ours.',
    ),
    ignores: tests,
  },
  {
    ...forbid(
      [
        'controllers/proxy/**/*.ts',
        'controllers/metadata/**/*.ts',
        'controllers/**/plan*.ts',
        'controllers/**/status.ts',
      ],
      [...adapters, 'agent'],
      'Pure code: no adapter, no I/O.',
    ),
    ignores: tests,
  },
  {
    ...forbid(
      ['controllers/runtime/**/*.ts'],
      [...adapters, ...reconcilers, 'proxy', 'metadata', 'agent'],
      'runtime is the base of the others.',
    ),
    ignores: tests,
  },
  {
    ...forbid(
      ['controllers/{export,import,gateway,discovery}/**/*.ts'],
      [...adapters, 'agent'],
      'Reconcilers see ports, never adapters; main.ts joins them.',
    ),
    ignores: [...tests, 'controllers/**/plan*.ts', 'controllers/**/status.ts'],
  },
  {
    ...forbid(['controllers/{kube,nexodus}/**/*.ts'], [...reconcilers, 'agent'], 'Adapters implement ports.'),
    ignores: tests,
  },
  prettier,
);
