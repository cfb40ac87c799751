/**
 * Writes everything that is made from the types: CustomResourceDefinitions, validators, the schema of the settings,
 * and the documentation of kinds, conditions, metrics and settings. Prints the files that changed. With `--list`, only prints the paths of all of them.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generatedFolders, render } from './render.ts';

process.chdir(join(import.meta.dirname, '../..'));
const files = await render();

if (process.argv.includes('--list')) {
  console.log([...files.keys(), ...generatedFolders].join('\n'));
} else {
  for (const [path, text] of files) {
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
  for (const folder of generatedFolders)
    for (const name of readdirSync(folder)) {
      const path = `${folder}/${name}`;
      if (files.has(path)) continue;
      rmSync(path);
      console.log(`removed ${path}`);
    }
}
