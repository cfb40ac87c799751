/** The agent's loop: looks at nexd and at the wanted rules, brings them together, and says how it stands. */

import type { GatewayPeer } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Clock } from '../runtime/clock.ts';
import { sameJSON } from '../runtime/compare.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { flawOf, formatRule } from '../proxy/nexd-rule.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import { Alarm } from './alarm.ts';
import { ClientsOfPorts } from './clients.ts';
import { CallFailed } from './json-rpc.ts';
import type { Nexd, TunnelAddresses } from './nexd.ts';
import { Openings } from './openings.ts';
import { lingering } from './lingering.ts';
import { agentsOf, farEndsOf, type PeerHealth } from './peers.ts';
import type { PortWord } from './probe-protocol.ts';
import type { Programmed, RuleProgram } from './program.ts';
import type { Mark, Prober } from './probes.ts';
import { outcomeOf } from './relay/outcome.ts';
import type { Readiness, Relay } from './relay/relay.ts';
import type { Target } from './relay/target.ts';
import type { Observed } from './replica.ts';
import type { WantedRules } from './rules-watch.ts';

/** Milliseconds between looks at nexd. */
const wait = {
  /** nexd is not there yet: it is asked whether it runs, which costs nothing. */
  forNexd: 250,
  /** Whether nexd still runs. */
  alive: 1_000,
  /** nexd has its address, and perhaps no network stack yet. */
  forStack: 50,
  /** Rules and peers, when all is well; otherwise they are looked at as often as `alive`. */
  settled: 5_000,
} as const;

/**
 * nexd tells its address a moment before it has its network stack, and a rule that comes in between ends it. Once it
 * has peers it has its stack; one that has none is given so long.
 */
const stackMs = 300;

/**
 * So long a nexd that was well and does not answer in time counts as well: the node may have no CPU to spare, and the
 * other replicas are no better off then.
 */
const lateMs = 15_000;

/** So long what is known of the far ends counts while nexd cannot be asked: it may just be starting anew. */
const peersCountMs = 3_000;

export interface GatewayAgentOptions {
  readonly nexd: Pick<Nexd, 'tunnelAddresses' | 'hasPeers' | 'peers' | 'run'>;
  readonly program: Pick<RuleProgram, 'apply'>;
  readonly prober: Pick<
    Prober,
    'follow' | 'ask' | 'forget' | 'isAlive' | 'isOver' | 'readinessOf' | 'rttMillis'
  >;
  /** Takes the clients' connections of an import gateway. */
  readonly relay?: Pick<Relay, 'follow' | 'serve' | 'end' | 'wayOf' | 'closed' | 'hosts'> | undefined;
  /** Whether nexd is about to be started once more. Of an export gateway. */
  readonly isUnsettled?: () => Promise<boolean>;
  /** The ingress rule by which other gateways ask this one whether it takes connections. */
  readonly response?: Rule | undefined;
  readonly wanted: () => WantedRules;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears how long nexd took for what takes it no time, ms. */
  readonly onTook?: (ms: number) => void;
  /** Called after every look. */
  readonly onObserved: (observed: Observed) => void;
}

export class GatewayAgent {
  readonly #options: GatewayAgentOptions;
  readonly #alarm: Alarm;
  #run = '';
  #startedAt = -Infinity;
  #tunnel: TunnelAddresses = {};
  /** When this run of nexd was first seen with an address, and whether it has its network stack. */
  #addressAt: number | undefined;
  #hasStack = false;
  #trouble: string | undefined = 'nexd was not looked at yet';
  /** When nexd was last well. */
  #wellAt = -Infinity;
  #programmed: { readonly rules: Rules; readonly result: Programmed } | undefined;
  #peers: readonly GatewayPeer[] = [];
  /** nexd's word of each far end. */
  #health: PeerHealth = () => false;
  /** Far ends whose agent is known to answer. */
  #agents: ReadonlySet<string> = new Set();
  readonly #openings = new Openings();
  readonly #clients = new ClientsOfPorts();
  #lingering: readonly string[] = [];
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
      run: this.#run,
      revision: this.#programmed?.rules.revision,
      rulesTrouble: trouble,
      // Rules of before are better than none: they count until the new ones were tried.
      programmed: rules === undefined ? undefined : this.#programmed?.result,
      peers: this.#peers,
      ports: portsOf(rules?.egress ?? []),
      lingering: this.#lingering,
    };
  }

  /** What importers are to know of the ports of this export device. */
  get ports(): ReadonlyMap<string, PortWord> {
    return this.#openings.words(this.#programmed?.result.parked ?? []);
  }

  /** Whether new connections are to go to a target: as its probes tell, else as nexd does. */
  readinessOf(target: Target): Readiness {
    const probed = this.#options.prober.readinessOf(target);
    if (probed !== undefined) return probed;
    return !this.#agents.has(target.host) && this.#health(target.host) ? 'now' : 'later';
  }

  /** When this run of nexd was first seen, by the monotonic clock. */
  get startedAt(): number {
    return this.#startedAt;
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
      const { nexd } = this.#options;
      this.#isRun(await nexd.run());
      const tunnel = await this.#addresses(signal);
      if (tunnel.ipv4 === undefined) {
        this.#is(
          'nexd runs and has no tunnel address yet: it registers with Nexodus; see the log of container nexd',
        );
        return wait.forNexd;
      }
      this.#tunnel = tunnel;
      if (!(await this.#isStackThere(signal))) return wait.forStack;
      await this.#bring(tunnel.ipv4, signal);
      this.#endWhatIsOver();
      await this.#lookAtWhatWasGivenUp();
      if (await this.#options.isUnsettled?.()) {
        this.#is(
          'nexd is started once more when nobody reaches this device at its new place within two seconds',
        );
        return wait.forNexd;
      }
      this.#is(undefined);
      const closesInMs = this.#openings.dueAt - this.#options.clock.monotonic();
      return Math.min(wait.alive, Math.max(closesInMs, 0));
    } catch (error) {
      if (signal.aborted) return 0;
      this.#dueAt = -Infinity;
      if (this.#isLate(error)) {
        this.#options.log.warn('nexd is late', { error: messageOf(error) });
        return wait.alive;
      }
      this.#is(messageOf(error));
      if (!(error instanceof CallFailed))
        this.#options.log.error('unexpected failure', {
          error: messageOf(error),
          stack: (error as Error).stack,
        });
      return error instanceof CallFailed && error.kind === 'NotRunning' ? wait.forNexd : wait.alive;
    }
  }

  async #addresses(signal: AbortSignal): Promise<TunnelAddresses> {
    const { nexd, clock, onTook } = this.#options;
    const began = clock.monotonic();
    try {
      return await nexd.tunnelAddresses(signal);
    } finally {
      onTook?.(clock.monotonic() - began);
    }
  }

  /** With another run of nexd all tunnels begin anew: what was known of the far ends is of before. */
  #isRun(run: string): void {
    if (run === '' || run === this.#run) return;
    if (this.#run !== '') {
      this.#options.log.warn('nexd was started anew');
      this.#options.prober.forget();
      this.#peers = [];
      this.#dueAt = -Infinity;
    }
    this.#run = run;
    this.#startedAt = this.#options.clock.monotonic();
    this.#addressAt = undefined;
    this.#hasStack = false;
  }

  /** Whether rules can be given to nexd, which has its address. */
  async #isStackThere(signal: AbortSignal): Promise<boolean> {
    const { clock, nexd } = this.#options;
    if (this.#hasStack) return true;
    this.#addressAt ??= clock.monotonic();
    const isOld = clock.monotonic() - this.#addressAt >= stackMs;
    return (this.#hasStack = isOld || (await nexd.hasPeers(signal)));
  }

  async #bring(tunnelIPv4: string, signal: AbortSignal): Promise<void> {
    const { clock, wanted } = this.#options;
    const { rules } = wanted();
    if (rules === undefined || clock.monotonic() < this.#dueAt) return;
    // What changes meanwhile sets it back.
    this.#dueAt = Infinity;
    await this.#lookAtPeers(rules, signal);
    const result = await this.#apply(rules, tunnelIPv4, signal);
    this.#programmed = { rules, result };
    const settled = this.#peers.every(peer => peer.healthy) && result.missing.length === 0;
    const nextMs = settled ? wait.settled : wait.alive;
    if (this.#dueAt === Infinity) this.#dueAt = Math.min(clock.monotonic() + nextMs, this.#openings.dueAt);
  }

  async #apply(rules: Rules, tunnelIPv4: string, signal: AbortSignal): Promise<Programmed> {
    const { clock, program, prober, relay, response } = this.#options;
    const ways = relay?.follow(rules.egress) ?? [];
    const invalid = rules.egress.filter(rule => flawOf('egress', rule) !== undefined);
    const probes = prober.follow([...new Set([...farEndsOf(rules.egress), ...(relay?.hosts ?? [])])]);
    const ingress = this.#openings.with(rules.ingress, clock.monotonic());
    const last = response && ingress.some(rule => isSamePort(rule, response)) ? undefined : response;
    const egress = [...invalid, ...ways, ...probes];
    const result = await program.apply({ ingress, egress, last }, tunnelIPv4, signal);
    this.#openings.applied(clock.now().getTime());
    const isThere = (rule: Rule) => result.alone.has(formatRule(rule));
    prober.ask(isThere);
    await relay?.serve(isThere);
    return relay ? outcomeOf(result, relay, rules.egress) : result;
  }

  /** Ends connections that lead nowhere any more, and those of clients who may no longer have them. */
  #endWhatIsOver(): void {
    const { prober, relay, wanted, clock, log } = this.#options;
    if (!relay) return;
    const egress = wanted().rules?.egress ?? [];
    const now = clock.monotonic();
    this.#clients.follow(egress, now);
    const ended = relay.end(
      ({ target, since, mark }, port) =>
        (target !== undefined && prober.isOver(target, mark as Mark)) ||
        this.#clients.hasToEnd(port, since, now),
    );
    if (ended > 0)
      log.info('connections ended, as they lead nowhere or are no longer allowed', { count: ended });
  }

  /** Learns whether connections go on through ports that are closed. */
  async #lookAtWhatWasGivenUp(): Promise<void> {
    const { wanted, clock, log } = this.#options;
    const ports = await lingering(this.#openings, wanted().rules?.ingress ?? [], clock.now().getTime());
    if (sameJSON(ports, this.#lingering)) return;
    this.#lingering = ports;
    if (ports.length > 0) log.warn('connections go on through closed ports', { ports });
  }

  /**
   * Takes over what is known of the far ends: probes decide where they can; else nexd's word, or its last one when it
   * does not tell. Of an export gateway probes decide alone.
   */
  async #lookAtPeers({ egress }: Rules, signal: AbortSignal): Promise<void> {
    const healthy = egress.length === 0 ? () => false : await this.#askForPeers(signal);
    const { prober } = this.#options;
    this.#health = healthy;
    this.#agents = agentsOf(egress);
    this.#peers = farEndsOf(egress).map(address => {
      const rttMillis = prober.rttMillis(address);
      return {
        address,
        healthy: prober.isAlive(address) ?? (!this.#agents.has(address) && healthy(address)),
        ...(rttMillis === undefined ? {} : { rttMillis }),
      };
    });
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

  /** Whether nexd was well until lately, and only takes its time. */
  #isLate(error: unknown): boolean {
    const isTimeOut = error instanceof CallFailed && error.kind === 'TimedOut';
    const ms = this.#options.clock.monotonic() - this.#wellAt;
    return isTimeOut && this.#trouble === undefined && ms < lateMs;
  }

  #is(trouble: string | undefined): void {
    const now = this.#options.clock.monotonic();
    if (trouble === undefined) this.#wellAt = now;
    if (trouble !== undefined && now - this.#wellAt >= peersCountMs) this.#peers = [];
    if (trouble === this.#trouble) return;
    // Its rules and peers may be others now.
    this.#dueAt = -Infinity;
    this.#trouble = trouble;
    if (trouble === undefined) this.#options.log.info('nexd is ready');
    else this.#options.log.warn('nexd is not ready', { reason: trouble });
  }
}

/** The far ends of each port of imports. */
const portsOf = (egress: readonly Rule[]): string[][] =>
  [...Map.groupBy(egress, rule => `${rule?.protocol}/${rule?.port}`).values()]
    .map(rules => farEndsOf(rules))
    .filter(hosts => hosts.length > 0);

const isSamePort = (rule: Rule | null, { protocol, port }: Rule): boolean =>
  rule?.protocol === protocol && rule.port === port;
