import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse, YAMLParseError } from 'yaml';
import { Terminal } from '../runtime/errors.ts';
import { check } from './check.ts';
import { valueOf, type Environment } from './environment.ts';
import { keysOf } from './keys.ts';
import type { Settings } from './settings.ts';
import { settingsSchema } from './zz_generated.schema.ts';

type Tree = { [name: string]: unknown };

/** The path of the settings file: `--config`, else NEXLINK_CONFIG, else none. */
export function settingsFile(args: readonly string[], env: Environment): string | undefined {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } }, strict: false });
  return typeof values.config === 'string' ? values.config : env['NEXLINK_CONFIG'] || undefined;
}

/**
 * The settings of a file, if there is one, and of the environment, which wins; deeply frozen.
 * @throws Terminal (code InvalidSettings) when the file cannot be read or a setting is wrong; the message names each
 * wrong key, its value, where it comes from and what to write.
 */
export function loadSettings(file: string | undefined, env: Environment): Settings {
  const tree = file === undefined ? {} : readFile(file);
  const origins = new Map<string, string>();
  for (const key of keysOf(settingsSchema)) {
    const text = env[key.variable];
    if (text === undefined || text === '') continue;
    set(tree, key.path, valueOf(text, key));
    origins.set(key.path.join('.'), `environment variable ${key.variable}`);
  }
  setDefaults(tree, env);

  const problems = check(tree).map(({ path, message }) => {
    const parents = path.map((_name, at) => path.slice(0, at + 1).join('.'));
    const origin = parents.map(parent => origins.get(parent)).find(found => found !== undefined);
    return `${message} (${origin ?? file ?? 'no settings file'})`;
  });
  if (problems.length) throw new Terminal('InvalidSettings', `invalid settings: ${problems.join('; ')}`);
  return freeze(tree) as unknown as Settings;
}

function readFile(file: string): Tree {
  let value: unknown;
  try {
    // A key with nothing behind it is null: as if it were not there. The pretty form of an error quotes the file.
    value =
      parse(readFileSync(file, 'utf8'), (_key, item: unknown) => item ?? undefined, {
        prettyErrors: false,
      }) ?? {};
  } catch (cause) {
    const { message } = cause as Error;
    const what = /call stack/.test(message)
      ? 'is nested without end: write the keys of the reference only'
      : `${cause instanceof YAMLParseError ? 'is not YAML' : 'cannot be read'}: ${message}`;
    throw new Terminal('InvalidSettings', `the settings file ${file} ${what}`, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Terminal(
      'InvalidSettings',
      `the settings file ${file} holds no keys: write lines such as "realm: shop"`,
    );
  return value as Tree;
}

/** Defaults that depend on the environment; the others are in the schema. */
function setDefaults(tree: Tree, env: Environment): void {
  if (env['NEXODUS_BUILD_PROFILE'] === 'dev')
    setIfAbsent(tree, ['nexodus', 'url'], 'https://try.nexodus.127.0.0.1.nip.io');
  if (env['NEXLINK_AGENT_IMAGE'])
    setIfAbsent(tree, ['gateway', 'agent', 'image'], env['NEXLINK_AGENT_IMAGE']);
}

/** Sets a key, unless one of its groups is something else than a group, which the check will refuse. */
function set(tree: Tree, path: readonly string[], value: unknown, keep = false): void {
  const [name, ...rest] = path as [string, ...string[]];
  if (!rest.length) {
    if (!keep || tree[name] === undefined) tree[name] = value;
    return;
  }
  const group = (tree[name] ??= {});
  if (typeof group === 'object') set(group as Tree, rest, value, keep);
}

const setIfAbsent = (tree: Tree, path: readonly string[], value: unknown): void =>
  set(tree, path, value, true);

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
