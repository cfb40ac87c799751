import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { freePort, NexdProcess, waitFor } from '../../e2e/nexodus-sim/contract/nexd-process.ts';
import { Operator } from '../../e2e/nexodus-sim/contract/operator.ts';
import { startServer, type RunningServer } from '../../e2e/nexodus-sim/server/start.ts';
import { eventually } from '../../e2e/harness/wait.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import { systemClock } from '../runtime/clock.ts';
import { silentLog } from '../runtime/log.ts';
import { GatewayAgent } from './gateway-agent.ts';
import { Metrics } from './metrics.ts';
import { Nexd } from './nexd.ts';
import { Prober } from './probes.ts';
import { RuleProgram } from './program.ts';
import { Relay } from './relay/relay.ts';
import { Responder } from './responder.ts';
import { isReady, type Observed } from './replica.ts';

jest.setTimeout(60_000);

/** The agent's inside, with rules from the test instead of a ConfigMap. */
class Side {
  readonly agent: GatewayAgent;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  readonly prober: Prober;
  readonly relay: Relay | undefined;
  #rules: Rules | undefined;
  observed: Observed | undefined;

  constructor(nexd: NexdProcess, response?: Rule) {
    const client = new Nexd(nexd.socketPath);
    const metrics = new Metrics();
    const prober: Prober = new Prober({
      firstPort: 19000,
      deviceID: `device-${nexd.process.pid}`,
      uses: address => this.relay?.uses(address) ?? false,
      isNexdThere: () => client.isThere(),
      clock: systemClock,
      log: silentLog,
      counter: metrics,
      onChange: () => this.agent.wake(),
    });
    this.prober = prober;
    if (!response)
      this.relay = new Relay({
        firstPort: 12000,
        readinessOf: target => this.agent.readinessOf(target),
        markOf: target => prober.markOf(target),
        now: () => systemClock.monotonic(),
        log: silentLog,
      });
    this.agent = new GatewayAgent({
      nexd: client,
      program: new RuleProgram(client, systemClock, silentLog, metrics),
      prober,
      relay: this.relay,
      response,
      wanted: () => ({ rules: this.#rules, trouble: undefined }),
      clock: systemClock,
      log: silentLog,
      onObserved: observed => (this.observed = observed),
    });
    this.#ended = this.agent.run(this.#stop.signal);
  }

  /** Resolves when nexd has these rules. */
  async want(rules: { ingress?: Rule[]; egress?: Rule[] }): Promise<void> {
    const revision = `${Number(this.#rules?.revision ?? 0) + 1}`;
    this.#rules = { revision, ingress: rules.ingress ?? [], egress: rules.egress ?? [] };
    this.agent.wake();
    await waitFor(() => isReady(this.agent.observed) && this.agent.observed.revision === revision);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('stop'));
    this.prober.stop();
    await this.#ended;
    await this.relay?.close();
  }
}

describe('agents and the stand-in for nexd', () => {
  let service: RunningServer;
  const nexds: NexdProcess[] = [];
  const sides: Side[] = [];
  const responders: Responder[] = [];
  const backends: Server[] = [];
  let addresses: string[];
  let port: number;

  const backend = async (text: string): Promise<Rule> => {
    const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
    backends.push(server);
    await new Promise(resolve => server.once('listening', resolve));
    const { port: targetPort } = server.address() as AddressInfo;
    return { protocol: 'tcp', port: 80, host: '127.0.0.1', targetPort };
  };
  const ask = async (): Promise<string> => {
    const signal = AbortSignal.timeout(1500);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal, headers: { connection: 'close' } });
    return answer.text();
  };
  const draining = new Set<number>();
  const told = (at: number) => async () => ({
    word: draining.has(at) ? ('draining' as const) : ('alive' as const),
    instance: `nexd-${at}`,
    ports: sides[at]!.agent.ports,
  });
  const to = (host: string): Rule => ({ protocol: 'tcp', port, host, targetPort: 80, agent: true });
  /** What ten connections say: answers, or `hangs`. */
  const ten = async () =>
    new Set(await Promise.all(Array.from({ length: 10 }, () => ask().catch(() => 'hangs'))));

  beforeAll(async () => {
    service = await startServer({ accounts: [{ username: 'u', password: 'p' }], rateLimit: null });
    const operator = await Operator.login(service, 'u', 'p');
    for (let at = 0; at < 3; at++) {
      const { bearer_token } = await operator.createKey();
      nexds.push(new NexdProcess(service, bearer_token));
    }
    addresses = await Promise.all(nexds.map(nexd => nexd.ready()));
    for (const [at, nexd] of nexds.entries()) {
      const responder = new Responder(systemClock, told(at));
      await responder.start(0);
      responders.push(responder);
      const response = {
        protocol: 'tcp',
        port: 18999,
        host: '127.0.0.1',
        targetPort: responder.port,
      } as const;
      sides.push(new Side(nexd, at < 2 ? response : undefined));
    }
    port = await freePort();
    await sides[0]!.want({ ingress: [await backend('first')] });
    await sides[1]!.want({ ingress: [await backend('second')] });
    await sides[2]!.want({ egress: [to(addresses[0]!), to(addresses[1]!)] });
  });
  afterAll(async () => {
    nexds[0]?.process.kill('SIGCONT');
    await Promise.all(sides.map(side => side.stop()));
    await Promise.all(nexds.map(nexd => nexd.remove()));
    for (const server of backends) server.close();
    await Promise.all(responders.map(responder => responder.close()));
    await service.close();
  });

  test('carry bytes from each exporter', async () => {
    await waitFor(() => sides[2]!.agent.observed.peers.every(peer => peer.healthy));
    await eventually(async () => expect(await ten()).toEqual(new Set(['first', 'second'])));
  });

  test('let no connection hang seconds after an exporter has died, and use it when it is back', async () => {
    await waitFor(() => addresses.slice(0, 2).every(address => sides[2]!.prober.isAlive(address)));
    nexds[0]!.process.kill('SIGSTOP');
    const died = performance.now();
    await waitFor(() => sides[2]!.agent.observed.peers.some(peer => !peer.healthy));
    const tookMs = performance.now() - died;
    console.log(`a dead exporter was found dead after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(3_500);
    expect(await ten()).toEqual(new Set(['second']));
    nexds[0]!.process.kill('SIGCONT');
    await waitFor(() => sides[2]!.agent.observed.peers.every(peer => peer.healthy));
    await waitFor(async () => (await ten()).has('first'));
  });

  test('send nothing to an exporter without its agent, which lives all the same', async () => {
    const { port: before } = responders[0]!;
    await responders[0]!.close();
    await waitFor(async () => !(await ten()).has('first'));
    expect(sides[2]!.agent.observed.peers.map(peer => peer.healthy)).toEqual([true, true]);
    responders[0] = new Responder(systemClock, told(0));
    await responders[0].start(before);
    await waitFor(async () => (await ten()).has('first'));
    expect(sides[2]!.agent.observed.peers.map(peer => peer.healthy)).toEqual([true, true]);
  });

  test('end connections at once when nothing is exported any more', async () => {
    await sides[2]!.want({});
    const asked = performance.now();
    await expect(ask()).rejects.toThrow();
    expect(performance.now() - asked).toBeLessThan(1000);
    await sides[2]!.want({ egress: [to(addresses[1]!)] });
    expect(await ten()).toEqual(new Set(['second']));
  });

  test('end what is open, and refuse what is new, seconds after an export is withdrawn', async () => {
    await sides[2]!.want({ egress: [to(addresses[1]!)] });
    expect(await ten()).toEqual(new Set(['second']));
    const socket = connect(port, '127.0.0.1');
    const ended = new Promise(resolve => socket.once('error', resolve));
    await waitFor(() => sides[2]!.relay!.counts.tcp === 1);
    const withdrawn = performance.now();
    await sides[1]!.want({});
    await ended;
    await expect(ask()).rejects.toThrow();
    expect(performance.now() - withdrawn).toBeLessThan(4_000);
    await sides[1]!.want({ ingress: [await backend('second again')] });
    await waitFor(async () => (await ten()).has('second again'));
  });

  test('bring the rules back when nexd has lost them', async () => {
    const importer = nexds[2]!;
    for (const line of (await importer.result('ProxyList')).trim().split('\n'))
      if (line.endsWith(`:${addresses[1]}:18999`))
        await importer.result('ProxyRemoveEgress', line.replace('--egress ', ''));
    await waitFor(async () => (await importer.result('ProxyList')).includes(`:${addresses[1]}:18999`));
  });

  test('lose no connection when an exporter drains, and know when all have let go', async () => {
    await sides[2]!.want({ egress: [to(addresses[0]!), to(addresses[1]!)] });
    await waitFor(async () => (await ten()).size === 2);
    const failures: unknown[] = [];
    let over = false;
    const asking = (async () => {
      while (!over) await ask().catch((error: unknown) => failures.push(error));
    })();
    await waitFor(() => responders[0]!.isUsed);
    draining.add(0);
    await waitFor(() => !responders[0]!.isUsed);
    expect(sides[2]!.relay!.uses(addresses[0]!)).toBe(false);
    expect(sides[2]!.agent.observed.peers.map(peer => peer.healthy)).toEqual([true, true]);
    nexds[0]!.process.kill('SIGTERM');
    await nexds[0]!.exited;
    await waitFor(() => sides[2]!.agent.observed.peers.some(peer => !peer.healthy));
    over = true;
    await asking;
    expect(failures).toEqual([]);
  });
});
