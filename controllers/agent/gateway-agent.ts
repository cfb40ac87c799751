/** The agent's loop: looks at nexd and at the wanted rules, brings them together, and says how it stands. */

import type { GatewayPeer } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { formatRule } from '../proxy/nexd-rule.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import { Alarm } from './alarm.ts';
import { CallFailed } from './json-rpc.ts';
import type { Nexd, TunnelAddresses } from './nexd.ts';
import { LingeringRules } from './lingering.ts';
import { farEndsOf, livingRules, type PeerHealth } from './peers.ts';
import type { Programmed, RuleProgram } from './program.ts';
import type { Prober } from './probes.ts';
import type { Observed } from './replica.ts';
import type { WantedRules } from './rules-watch.ts';

/** Milliseconds between looks at nexd. */
const wait = {
  /** nexd is not there yet: it is asked whether it runs, which costs nothing. */
  forNexd: 250,
  /** Whether nexd still runs. */
  alive: 1_000,
  /** Rules and peers, when all is well; otherwise they are looked at as often as `alive`. */
  settled: 5_000,
} as const;

/** So long what is known of the far ends counts while nexd cannot be asked: it may just be starting anew. */
const peersCountMs = 3_000;

export interface GatewayAgentOptions {
  readonly nexd: Pick<Nexd, 'tunnelAddresses' | 'peers'>;
  readonly program: Pick<RuleProgram, 'apply'>;
  readonly prober: Pick<Prober, 'follow' | 'ask' | 'isAlive' | 'takesConnections' | 'rttMillis'>;
  /** The ingress rule by which other gateways ask this one whether it takes connections. */
  readonly response?: Rule | undefined;
  readonly wanted: () => WantedRules;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after every look. */
  readonly onObserved: (observed: Observed) => void;
}

export class GatewayAgent {
  readonly #options: GatewayAgentOptions;
  readonly #alarm: Alarm;
  #tunnel: TunnelAddresses = {};
  #trouble: string | undefined = 'nexd was not looked at yet';
  /** When nexd was last well. */
  #wellAt = -Infinity;
  #programmed: { readonly rules: Rules; readonly result: Programmed } | undefined;
  #peers: readonly GatewayPeer[] = [];
  /** Far ends to which nexd may have rules of imports. */
  #used: ReadonlySet<string> = new Set();
  readonly #lingering = new LingeringRules();
  #dueAt = -Infinity;
  #lookedAt: number;

  constructor(options: GatewayAgentOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
    this.#lookedAt = options.clock.monotonic();
  }

  get observed(): Observed {
    const { rules, trouble } = this.#options.wanted();
    return {
      tunnel: this.#tunnel,
      trouble: this.#trouble,
      revision: this.#programmed?.rules.revision,
      rulesTrouble: trouble,
      // Rules of before are better than none: they count until the new ones were tried.
      programmed: rules === undefined ? undefined : this.#programmed?.result,
      peers: this.#peers,
    };
  }

  /** Whether nexd may have rules of imports to a far end. */
  uses(address: string): boolean {
    return this.#used.has(address);
  }

  /** Milliseconds since the loop last finished a look. */
  get silentMs(): number {
    return this.#options.clock.monotonic() - this.#lookedAt;
  }

  /** Looks at once: the wanted rules or the far ends have changed. */
  wake(): void {
    this.#dueAt = -Infinity;
    this.#alarm.ring();
  }

  /** Works until `signal` is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const ms = await this.#look(signal);
      if (signal.aborted) return;
      this.#lookedAt = this.#options.clock.monotonic();
      this.#options.onObserved(this.observed);
      await this.#alarm.wait(ms, signal);
    }
  }

  /** One look; returns how long to wait for the next one. */
  async #look(signal: AbortSignal): Promise<number> {
    try {
      const tunnel = await this.#options.nexd.tunnelAddresses(signal);
      if (tunnel.ipv4 === undefined) {
        this.#is(
          'nexd runs and has no tunnel address yet: it registers with Nexodus; see the log of container nexd',
        );
        return wait.forNexd;
      }
      this.#tunnel = tunnel;
      await this.#bring(tunnel.ipv4, signal);
      this.#is(undefined);
      return wait.alive;
    } catch (error) {
      if (signal.aborted) return 0;
      this.#dueAt = -Infinity;
      this.#is(messageOf(error));
      if (!(error instanceof CallFailed))
        this.#options.log.error('unexpected failure', {
          error: messageOf(error),
          stack: (error as Error).stack,
        });
      return error instanceof CallFailed && error.kind === 'NotRunning' ? wait.forNexd : wait.alive;
    }
  }

  async #bring(tunnelIPv4: string, signal: AbortSignal): Promise<void> {
    const { clock, wanted } = this.#options;
    const { rules } = wanted();
    if (rules === undefined || clock.monotonic() < this.#dueAt) return;
    // What changes meanwhile sets it back.
    this.#dueAt = Infinity;
    const healthy = await this.#lookAtPeers(rules, signal);
    const result = await this.#apply(rules, healthy, tunnelIPv4, signal);
    this.#programmed = { rules, result };
    const settled = this.#peers.every(peer => peer.healthy) && result.missing.length === 0;
    const nextMs = settled ? wait.settled : wait.alive;
    if (this.#dueAt === Infinity) this.#dueAt = Math.min(clock.monotonic() + nextMs, this.#lingering.dueAt);
  }

  async #apply(
    rules: Rules,
    healthy: PeerHealth,
    tunnelIPv4: string,
    signal: AbortSignal,
  ): Promise<Programmed> {
    const { clock, program, prober, response } = this.#options;
    const probes = prober.follow(farEndsOf(rules.egress));
    const egress = livingRules(rules.egress, address => prober.takesConnections(address) ?? healthy(address));
    const ingress = this.#lingering.with(rules.ingress, clock.monotonic());
    const last = response && ingress.some(rule => isSamePort(rule, response)) ? undefined : response;
    const used = new Set(farEndsOf(egress));
    this.#used = new Set([...this.#used, ...used]);
    const result = await program.apply({ ingress, egress: [...egress, ...probes], last }, tunnelIPv4, signal);
    prober.ask(rule => result.alone.has(formatRule(rule)));
    if (result.surplus.length === 0) this.#used = used;
    return result;
  }

  /**
   * Takes over what is known of the far ends: probes decide where they can; else nexd's word, or its last one when it
   * does not tell. Returns that word.
   */
  async #lookAtPeers({ egress }: Rules, signal: AbortSignal): Promise<PeerHealth> {
    const healthy = egress.length === 0 ? () => false : await this.#askForPeers(signal);
    const { prober } = this.#options;
    this.#peers = farEndsOf(egress).map(address => {
      const rttMillis = prober.rttMillis(address);
      return {
        address,
        healthy: prober.isAlive(address) ?? healthy(address),
        ...(rttMillis === undefined ? {} : { rttMillis }),
      };
    });
    return healthy;
  }

  async #askForPeers(signal: AbortSignal): Promise<PeerHealth> {
    const { nexd, log } = this.#options;
    try {
      return await nexd.peers(signal);
    } catch (error) {
      if (!(error instanceof CallFailed) || error.kind === 'NotRunning' || error.kind === 'Died') throw error;
      log.warn('peers are not known', { error: error.message });
      const known = new Map(this.#peers.map(({ address, healthy }) => [address, healthy]));
      return address => known.get(address) ?? false;
    }
  }

  #is(trouble: string | undefined): void {
    const now = this.#options.clock.monotonic();
    if (this.#trouble === undefined) this.#wellAt = now;
    if (trouble !== undefined && now - this.#wellAt >= peersCountMs) this.#peers = [];
    if (trouble === this.#trouble) return;
    // Its rules and peers may be others now.
    this.#dueAt = -Infinity;
    this.#trouble = trouble;
    if (trouble === undefined) this.#options.log.info('nexd is ready');
    else this.#options.log.warn('nexd is not ready', { reason: trouble });
  }
}

const isSamePort = (rule: Rule | null, { protocol, port }: Rule): boolean =>
  rule?.protocol === protocol && rule.port === port;
