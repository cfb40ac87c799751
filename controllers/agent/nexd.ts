/** nexd's control socket: what the agent asks of it, with deadlines. */

import { stat } from 'node:fs/promises';
import { createConnection, isIPv4, isIPv6 } from 'node:net';
import { parseProxyList, parseRule, type ProxyList } from '../proxy/nexd-rule.ts';
import type { RuleStep } from '../proxy/reconcile-rules.ts';
import { call, CallFailed } from './json-rpc.ts';
import { hasPeers, parsePeers, type PeerHealth } from './peers.ts';

/** The addresses of this device in the tunnel; absent until nexd has talked to Nexodus. */
export interface TunnelAddresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** Milliseconds. A call that changes rules waits for others that do. */
export interface NexdDeadlines {
  readonly read: number;
  readonly rules: number;
}

const defaultDeadlines: NexdDeadlines = { read: 3_000, rules: 5_000 };

/** nexd, through its socket. Every method rejects with {@link CallFailed}, or the signal's reason. */
export class Nexd {
  readonly #socket: string;
  readonly #deadlines: NexdDeadlines;

  constructor(socket: string, deadlines: NexdDeadlines = defaultDeadlines) {
    this.#socket = socket;
    this.#deadlines = deadlines;
  }

  /** Answers at once, also during start-up. */
  async tunnelAddresses(signal?: AbortSignal): Promise<TunnelAddresses> {
    const [ipv4, ipv6] = await Promise.all([
      this.#read('GetTunnelIPv4', signal),
      this.#read('GetTunnelIPv6', signal),
    ]);
    return { ...(isIPv4(ipv4) ? { ipv4 } : {}), ...(isIPv6(ipv6) ? { ipv6 } : {}) };
  }

  /** Whether it runs: its control socket ends with it. */
  isThere(): Promise<boolean> {
    return new Promise(resolve => {
      const socket = createConnection({ path: this.#socket });
      const end = (is: boolean) => {
        socket.destroy();
        resolve(is);
      };
      socket.once('connect', () => end(true)).once('error', () => end(false));
    });
  }

  /** Names this run of nexd, which makes its socket anew whenever it starts; '' while there is none. */
  async run(): Promise<string> {
    const { ino, ctimeMs } = await stat(this.#socket).catch(() => ({ ino: 0, ctimeMs: 0 }));
    return ino === 0 ? '' : `${ino}-${Math.round(ctimeMs)}`;
  }

  /** The rules that nexd has. Does not answer before start-up is over, nor while a port's last rule is removed. */
  async proxyList(signal?: AbortSignal): Promise<ProxyList> {
    return parseProxyList(await this.#call('ProxyList', '', this.#deadlines.rules, signal));
  }

  /** Which tunnel addresses can be reached. */
  async peers(signal?: AbortSignal): Promise<PeerHealth> {
    const health = parsePeers(await this.#read('ListPeers', signal));
    if (!health)
      throw new CallFailed('InvalidAnswer', 'nexd answered ListPeers with something else than peers');
    return health;
  }

  /** Whether it has peers. Before it has its network stack it has none. */
  async hasPeers(signal?: AbortSignal): Promise<boolean> {
    return hasPeers(await this.#read('ListPeers', signal));
  }

  /** Adds or removes a rule. Rejects with CallRefused when nexd has it already, or has it not. */
  async change({ do: verb, rule }: RuleStep, signal?: AbortSignal): Promise<void> {
    // The last guard: nexd ends when it is given a rule that it cannot read.
    if (verb === 'add') parseRule(rule.kind, rule.text);
    const kind = rule.kind === 'ingress' ? 'Ingress' : 'Egress';
    const method = `Proxy${verb === 'add' ? 'Add' : 'Remove'}${kind}`;
    await this.#call(method, rule.text, this.#deadlines.rules, signal);
  }

  #read(method: string, signal: AbortSignal | undefined): Promise<string> {
    return this.#call(method, '', this.#deadlines.read, signal);
  }

  #call(method: string, argument: string, deadlineMs: number, signal?: AbortSignal): Promise<string> {
    return call(this.#socket, { method: `NexdCtl.${method}`, argument, deadlineMs, signal });
  }
}
