/**
 * Makes what the images consist of, below dist/: each program as one module, a file that starts it by its name,
 * the Node.js binary that runs them all, and the stand-in's nexd as hack/kind/binaries built it. What does not exist is
 * skipped with a message.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Programs by their path below dist/. */
const programs: { readonly [name: string]: string } = {
  controller: 'controllers/main.ts',
  agent: 'controllers/agent/main.ts',
  'sim/server': 'e2e/nexodus-sim/server/main.ts',
};

/**
 * First line of the files that start a program: the binary's place in the images, and the one option that fits there.
 * V8 keeps its old generation as small as it can. `--optimize-for-size` would keep the young generation so, too, for
 * no less memory: then what thousands of objects need does not die young, and its collection takes half as much CPU
 * again (hack/bench/scale).
 */
const interpreter = '#!/nexlink/node --memory-saver-mode';

/**
 * The agent is in every gateway pod: it does without undici, without a compiler and without the loader of ES modules,
 * which saves a third.
 */
const small: {
  readonly [name: string]: { readonly interpreter: string; readonly alias: Record<string, string> };
} = {
  agent: {
    interpreter: '#!/nexlink/node --lite-mode',
    alias: { undici: './controllers/agent/https-dispatcher.ts' },
  },
};

// Modules in CommonJS ask for Node's own modules by require, which an ES module does not have.
const banner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

async function bundle(name: string, entry: string): Promise<void> {
  if (!existsSync(join(root, entry))) {
    console.log(`skipped dist/${name}.mjs: there is no ${entry}`);
    return;
  }
  const isSmall = name in small;
  const file = `${name}.${isSmall ? 'cjs' : 'mjs'}`;
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `dist/${file}`,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: isSmall ? 'cjs' : 'esm',
    banner: isSmall ? {} : { js: banner },
    legalComments: 'none',
    // Without comments it is half as long and plain ASCII; V8 keeps other text in two bytes a character, all the time.
    minifyWhitespace: true,
    alias: small[name]?.alias ?? {},
    logLevel: 'warning',
  });
  const installed = `/nexlink/${basename(file)}`;
  writeFileSync(
    join(root, 'dist', name),
    `${small[name]?.interpreter ?? interpreter}\n${isSmall ? `require('${installed}')` : `import '${installed}'`};\n`,
    {
      mode: 0o755,
    },
  );
  console.log(`wrote dist/${file}`);
}

function copyBinary(binary: string, name: string): void {
  const copy = join(root, 'dist', name);
  rmSync(copy, { force: true });
  try {
    linkSync(binary, copy);
  } catch {
    // Another file system.
    copyFileSync(binary, copy);
  }
}

mkdirSync(join(root, 'dist/sim'), { recursive: true });
// This package is the program itself, with its hash in the lockfile; the package `node` fetches it without one.
const program = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
copyBinary(join(dirname(program), 'bin/node'), 'node');
const nexd = join(root, '.cache/bin/nexd-sim');
if (existsSync(nexd)) copyBinary(nexd, 'sim/nexd');
else console.log(`skipped dist/sim/nexd: there is no ${nexd}, which hack/kind/binaries builds`);
await Promise.all(Object.entries(programs).map(([name, entry]) => bundle(name, entry)));
