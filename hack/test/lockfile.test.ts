/** What is installed is what was locked: everything by its hash, the program that runs in the image above all. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

interface Package {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const root = path.join(import.meta.dirname, '..', '..');
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: { readonly [folder: string]: Package };
};

test('every package has its hash in the lockfile', () => {
  const without = Object.entries(packages).filter(
    ([folder, { integrity, link }]) => folder !== '' && !link && !integrity?.startsWith('sha512-'),
  );
  expect(without).toEqual([]);
});

test('Node.js itself is such a package, of one version for all processors', () => {
  const versions = ['x64', 'arm64'].map(cpu => packages[`node_modules/node-linux-${cpu}`]?.version);
  expect(versions).toEqual([expect.stringMatching(/^24\.\d+\.\d+$/), versions[0]]);
  // The package of this name fetches the program when it is installed, past the lockfile.
  expect(packages['node_modules/node']).toBeUndefined();
});
