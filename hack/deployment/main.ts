/**
 * main.ts overlay IMAGE BASE | prerequisites: prints what `hack/deploy` applies, made of the environment. Its output
 * may hold the login: it goes into a pipe, never to a terminal or a file.
 */
import { readFileSync } from 'node:fs';
import { kustomization, prerequisites, type Wishes } from './overlay.ts';

try {
  const { env } = process;
  const file = env['NEXODUS_CA_FILE'];
  const wishes: Wishes = { ...env, ca: file ? readFileSync(file, 'utf8') : undefined };
  const [what, image = '', base = ''] = process.argv.slice(2);
  console.log(
    JSON.stringify(what === 'overlay' ? kustomization(image, wishes, base) : prerequisites(wishes), null, 2),
  );
} catch (error) {
  console.error(`error: ${(error as Error).message}`);
  process.exitCode = 1;
}
