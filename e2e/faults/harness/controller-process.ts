/** The controller as a process of its own, which can be killed and stopped for real. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { tmpdir } from 'node:os';
import type { FaultProxy } from '../../harness/fault-proxy.ts';
import { environmentOf } from './controller.ts';
import { startProxies, type ControllerPlace, type Proxies, type Write } from './place.ts';

const root = path.resolve(import.meta.dirname, '../../..');

export interface ProcessOptions {
  /** What Node runs, relative to the project; default: the controller's source. */
  readonly program?: string;
  readonly nodeArguments?: readonly string[];
  readonly environment?: { readonly [variable: string]: string };
}

export class ControllerProcess {
  readonly kube: FaultProxy;
  readonly nexodus: FaultProxy;
  readonly writes: readonly Write[];
  readonly lines: string[] = [];
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, { kube, nexodus, writes }: Proxies) {
    this.#child = child;
    this.#folder = folder;
    this.kube = kube;
    this.nexodus = nexodus;
    this.writes = writes;
    child.stderr!.on('data', (text: Buffer) => this.lines.push(String(text)));
    this.ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  }

  static async start(
    place: ControllerPlace,
    { program = 'controllers/main.ts', nodeArguments = [], environment = {} }: ProcessOptions = {},
  ): Promise<ControllerProcess> {
    const proxies = await startProxies(place);
    const folder = await mkdtemp(path.join(tmpdir(), 'nexlink-controller-'));
    const kubeconfig = path.join(folder, 'kubeconfig');
    const caFile = path.join(folder, 'ca.crt');
    const text = await readFile(place.kubeconfig, 'utf8');
    // The proxy speaks HTTP, which is not taken otherwise.
    const plain = text
      .replace(place.kubeURL, proxies.kube.url)
      .replace(/certificate-authority-data: .*/, 'insecure-skip-tls-verify: true');
    await writeFile(kubeconfig, plain, { mode: 0o600 });
    await writeFile(caFile, place.tls.ca);
    const resolve = path.join(root, 'e2e/faults/harness/resolve-names.ts');
    const all = [...nodeArguments, '--import', resolve, path.join(root, program)];
    const child = spawn(process.execPath, all, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        KUBECONFIG: kubeconfig,
        POD_NAMESPACE: place.systemNamespace,
        NEXLINK_TEST_NEXODUS_ADDRESS: place.nexodusAddress,
        ...environmentOf(place),
        NEXLINK_NEXODUS_CA_FILE: caFile,
        NEXLINK_METRICS_ENABLED: 'false',
        NEXLINK_HEALTH_ADDRESS: '127.0.0.1:0',
        ...environment,
      },
    });
    return new ControllerProcess(child, folder, proxies);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** SIGKILL, SIGTERM, SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends it at once, and its proxies. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
    await Promise.all([this.kube.stop(), this.nexodus.stop()]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
