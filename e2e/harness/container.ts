/** Containers on the network of the clusters' nodes: they stand for machines without Kubernetes. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Output of docker; rejects with what it wrote to standard error. `env`: for secrets, which are no arguments. */
export async function docker(args: readonly string[], env: { [name: string]: string } = {}): Promise<string> {
  const { stdout } = await run('docker', args, {
    maxBuffer: 64 << 20,
    env: { ...process.env, ...env },
  });
  return stdout.trim();
}

export class Container {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Makes it anew, and starts it once `files` (paths here to paths there) are in it. */
  async run(
    options: readonly string[],
    image: string,
    command: readonly string[],
    more: { env?: { [name: string]: string }; files?: { [from: string]: string } } = {},
  ): Promise<void> {
    await this.remove();
    await docker(['create', '--name', this.name, ...options, image, ...command], more.env);
    for (const [from, to] of Object.entries(more.files ?? {}))
      await docker(['cp', from, `${this.name}:${to}`]);
    await this.start();
  }

  async start(): Promise<void> {
    await docker(['start', this.name]);
  }

  /** SIGTERM, and after 10 s SIGKILL. */
  async stop(): Promise<void> {
    await docker(['stop', '--time', '10', this.name]);
  }

  /** What a program in it prints. */
  exec(...command: string[]): Promise<string> {
    return docker(['exec', this.name, ...command]);
  }

  async address(family: 4 | 6 = 4): Promise<string> {
    const field = family === 4 ? 'IPAddress' : 'GlobalIPv6Address';
    return docker(['inspect', '--format', `{{.NetworkSettings.Networks.kind.${field}}}`, this.name]);
  }

  logs(lines = 20): Promise<string> {
    return docker(['logs', '--tail', String(lines), this.name]);
  }

  /** Resolves when there is none, too. */
  async remove(): Promise<void> {
    await docker(['rm', '--force', '--volumes', this.name]);
  }
}
