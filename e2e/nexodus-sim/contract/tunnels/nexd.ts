import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Nexodus } from './nexodus.ts';
import type { Pod } from './network.ts';
import { sleep } from './waiting.ts';

/** Gateways run nexd as this user, without capabilities; its STUN then works otherwise than root's. */
const user = 65532;

export interface Keys {
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface Peer {
  readonly PublicKey: string;
  readonly Endpoint: string;
  readonly LatestHandshake: string;
  readonly Healthy: boolean;
}

export interface NexdParts {
  readonly binary: string;
  readonly nexodus: Nexodus;
  readonly regKey: string;
  readonly folder: string;
  /** Rules, as flags. */
  readonly rules: readonly string[];
  /** The WireGuard key of a former pod; by default nexd makes one. */
  readonly keys?: Keys | undefined;
}

/** A nexd in a pod, which can be killed and started again there. */
export class Nexd {
  readonly pod: Pod;
  readonly #parts: NexdParts;
  #process: ChildProcess | undefined;
  /** Milliseconds of the last start. */
  startedAt = 0;
  log = '';
  exit: { readonly code: number | string; readonly at: number } | undefined;

  constructor(pod: Pod, parts: NexdParts) {
    this.pod = pod;
    this.#parts = parts;
    mkdirSync(parts.folder, { recursive: true });
    chownSync(parts.folder, user, user);
    if (parts.keys !== undefined) {
      const { publicKey, privateKey } = parts.keys;
      writeFileSync(this.#state, JSON.stringify({ 'public-key': publicKey, 'private-key': privateKey }));
      chownSync(this.#state, user, user);
    }
  }

  get #state(): string {
    return join(this.#parts.folder, 'state.json');
  }

  get #socket(): string {
    return join(this.#parts.folder, 'nexd.sock');
  }

  /** Empty until it has made some. */
  get keys(): Keys {
    const text = existsSync(this.#state) ? readFileSync(this.#state, 'utf8') : '{}';
    const state = JSON.parse(text) as Record<string, string>;
    return { publicKey: state['public-key'] ?? '', privateKey: state['private-key'] ?? '' };
  }

  start(): void {
    const { binary, nexodus, regKey, folder, rules } = this.#parts;
    const own = ['--unix-socket', this.#socket, '--state-dir', folder];
    const stun = nexodus.stunServers.flatMap(server => ['--stun-server', server]);
    const drop = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--inh-caps=-all'];
    this.exit = undefined;
    this.startedAt = performance.now();
    const child = spawn(
      'ip',
      ['netns', 'exec', this.pod.namespace, ...drop, binary, ...own, ...stun, 'proxy', ...rules],
      {
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          NEXD_REG_KEY: regKey,
          NEXD_SERVICE_URL: nexodus.url,
          NEXD_LOGLEVEL: 'debug',
          SSL_CERT_FILE: nexodus.caFile,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', chunk => (this.log += String(chunk)));
    }
    child.once('exit', (code, signal) => {
      if (this.#process === child) this.exit = { code: code ?? signal ?? 'unknown', at: performance.now() };
    });
  }

  /** As when a container is killed. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** A call on the control socket. */
  call(method: string, argument = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#socket);
      let text = '';
      socket.setEncoding('utf8');
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`nexd closed the connection of ${method}`)));
      socket.on('data', chunk => {
        text += String(chunk);
        if (!text.endsWith('\n')) return;
        socket.removeAllListeners('close');
        socket.destroy();
        const { result, error } = JSON.parse(text) as { result: string | null; error: string | null };
        if (error === null) resolve(result ?? '');
        else reject(new Error(error));
      });
      socket.write(JSON.stringify({ method: `NexdCtl.${method}`, params: [argument], id: 1 }));
    });
  }

  /** Adds an egress rule, also to a nexd that is just being started again. */
  async addRule(rule: string): Promise<void> {
    const end = performance.now() + 5_000;
    for (;;) {
      try {
        await this.call('ProxyAddEgress', rule);
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
        await sleep(50);
      }
    }
  }

  async peers(): Promise<readonly Peer[]> {
    const { peers } = JSON.parse(await this.call('ListPeers')) as { peers: Record<string, Peer> };
    return Object.values(peers);
  }

  /** Waits for its tunnel address; undefined when it ends, or after the time. */
  async tunnelAddress(withinMs = 60_000): Promise<string | undefined> {
    const end = performance.now() + withinMs;
    while (performance.now() < end && this.exit === undefined) {
      if (existsSync(this.#socket)) {
        const address = await this.call('GetTunnelIPv4').catch(() => '');
        if (address !== '') return address;
      }
      await sleep(20);
    }
    return undefined;
  }
}
