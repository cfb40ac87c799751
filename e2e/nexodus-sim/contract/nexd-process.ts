import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningServer } from '../server/start.ts';

export interface NexdOptions {
  readonly args?: readonly string[];
  readonly globalArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Directory of a former process, to start again from its state. */
  readonly directory?: string;
}

export interface RpcAnswer {
  readonly id: unknown;
  readonly result: string | null;
  readonly error: string | null;
}

/** The stand-in's nexd as hack/kind/binaries builds it, or a real one where DNS knows the domain as 127.0.0.1. */
export function nexdBinary(): string {
  const built = fileURLToPath(new URL('../../../.cache/bin/nexd-sim', import.meta.url));
  const binary = process.env['NEXD_BINARY'] ?? built;
  if (!existsSync(binary)) throw new Error(`there is no ${binary}: run hack/kind/binaries`);
  return binary;
}

/** A nexd process of the stand-in, in a directory of its own. */
export class NexdProcess {
  readonly directory: string;
  readonly socketPath: string;
  readonly process: ChildProcess;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
  log = '';

  constructor(server: RunningServer, regKey: string, options: NexdOptions = {}) {
    this.directory = options.directory ?? mkdtempSync(join(tmpdir(), 'nexd-sim-'));
    this.socketPath = join(this.directory, 'nexd.sock');
    const caFile = join(this.directory, 'ca.crt');
    writeFileSync(caFile, server.ca);
    const stun = server.ports.stun.flatMap(port => ['--stun-server', `127.0.0.1:${port}`]);
    const globalArgs = [
      '--unix-socket',
      this.socketPath,
      '--state-dir',
      join(this.directory, 'state'),
      '--local-endpoint-ip',
      '127.0.0.1',
      ...stun,
      ...(options.globalArgs ?? []),
    ];
    this.process = spawn(nexdBinary(), [...globalArgs, 'proxy', ...(options.args ?? [])], {
      env: {
        PATH: process.env['PATH'],
        HOME: this.directory,
        NEXD_SERVICE_URL: server.serviceUrl,
        NEXD_REG_KEY: regKey,
        NEXD_SIM_RESOLVE: `${server.domain}=127.0.0.1`,
        NEXD_SIM_RETRY_MS: '100',
        NEXD_SIM_POLL_MS: '200',
        NEXD_SIM_STUN_TIMEOUT_MS: '200',
        NEXD_SIM_STUN_RETRY_MS: '50',
        SSL_CERT_FILE: caFile,
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.setEncoding('utf8').on('data', chunk => (this.log += String(chunk)));
    this.process.stderr?.setEncoding('utf8').on('data', chunk => (this.log += String(chunk)));
    this.exited = new Promise(resolve => {
      this.process.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
  }

  /** One call on a connection of its own. Rejects when there is no answer. */
  call(method: string, argument = '', id: unknown = 1): Promise<RpcAnswer> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.socketPath);
      let text = '';
      socket.setEncoding('utf8');
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('connection closed without an answer')));
      socket.on('data', chunk => {
        text += String(chunk);
        if (!text.endsWith('\n')) return;
        socket.removeAllListeners('close');
        socket.destroy();
        resolve(JSON.parse(text) as RpcAnswer);
      });
      socket.write(JSON.stringify({ method: `NexdCtl.${method}`, params: [argument], id }));
    });
  }

  /** The call's result; throws its error, or, when nexd cannot be asked, what it has logged too. */
  async result(method: string, argument = ''): Promise<string> {
    const { result, error } = await this.call(method, argument).catch((cause: unknown) => {
      throw new Error(`${method}: ${String(cause)}\n${this.log}`, { cause });
    });
    if (error !== null) throw new Error(error);
    return result ?? '';
  }

  /** Waits until it has its tunnel address and returns that; a rule that comes before its first look ends it. */
  async ready(): Promise<string> {
    return waitFor(
      async () => (this.log.includes('has reconciled state') ? this.result('GetTunnelIPv4') : ''),
      () => this.log,
    );
  }

  state(): Record<string, unknown> {
    return JSON.parse(readFileSync(join(this.directory, 'state', 'state.json'), 'utf8')) as Record<
      string,
      unknown
    >;
  }

  /** Ends it if it runs, and waits. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | string> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.exited;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Asks again until the answer is truthy; gives up after a time. */
export async function waitFor<Result>(
  ask: () => Promise<Result> | Result,
  describe: () => string = () => '',
  timeoutMs = 30_000,
): Promise<Result> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let problem = '';
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      problem = String(error);
    }
    if (performance.now() > end) throw new Error(`timed out. ${problem}\n${describe()}`);
    await new Promise(resolve => setTimeout(resolve, 30));
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
