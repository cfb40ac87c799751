/** `agent run`: puts the agent together and keeps it going until it is told to stop. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeClient } from '../kube/client.ts';
import type { Connection } from '../kube/connection.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { drain, waitUntil } from './drain.ts';
import { GatewayAgent } from './gateway-agent.ts';
import { serveHealth } from './health.ts';
import { Lateness } from './lateness.ts';
import { Metrics } from './metrics.ts';
import { Nexd } from './nexd.ts';
import { RuleProgram } from './program.ts';
import { Prober } from './probes.ts';
import { Relay } from './relay/relay.ts';
import { carriesTraffic, isReady, replicaOf, type Observed, type Reporter } from './replica.ts';
import { applyReplica, Report } from './report.ts';
import { Responder } from './responder.ts';
import { RulesWatch } from './rules-watch.ts';
import { SecondStart } from './second-start.ts';
import { ExportStanding, Standing, type Reserve } from './standing.ts';
import type { AgentSettings } from './settings.ts';
import { probePort } from '../proxy/ports.ts';

/** A loop that has not come round for this long is stuck: every call in it has a deadline of seconds. */
const stuckMs = 120_000;
const lastReportMs = 1_000;
/** How long connections may last when nobody sends new ones any more; of a grace period of 30 seconds. */
const lastingMs = 22_000;
/** Until it was ready once, but for this long at most, the status does not tell what is missing. */
const startMs = 10_000;

/**
 * Runs until `signal` is aborted, then until nobody sends new connections here any more. Rejects only when it cannot
 * start.
 */
export async function run(
  settings: AgentSettings,
  connection: Connection,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, gateway, direction, ordinal, podUID, stateDir, drainedFile } = settings;
  await rm(drainedFile, { force: true });
  const startedAt = clock.monotonic();
  let starting = true;
  const reporter: Reporter = { ordinal, podUID, deviceID: await deviceIDOf(stateDir) };
  const metrics = new Metrics();
  const client = new KubeClient(connection, { clock, log });
  const report = new Report(applyReplica(client, { namespace, name: gateway }), clock, log, metrics);
  const rules = new RulesWatch({
    client,
    namespace,
    configMap: settings.rulesConfigMap,
    stateDir,
    log,
    onChange: () => agent.wake(),
  });
  const nexd = new Nexd(settings.socket);
  const lateness = new Lateness(clock, log);
  const prober = new Prober({
    firstPort: settings.firstProbePort,
    deviceID: reporter.deviceID,
    uses: address => relay?.uses(address) ?? false,
    isNexdThere: () => nexd.isThere(),
    isLate: () => lateness.isThere,
    clock,
    log,
    counter: metrics,
    onChange: () => agent.wake(),
  });
  const standing = new Standing(ordinal, report, clock);
  const exportStanding = new ExportStanding(ordinal, report, clock);
  let reserve: Reserve | undefined;
  const second = direction === 'Export' ? new SecondStart(stateDir, clock, log) : undefined;
  const responder =
    direction === 'Export'
      ? new Responder(clock, async () => ({
          word: signal.aborted || second?.isUnderWay ? 'draining' : 'alive',
          instance: `${podUID}-${await nexd.run()}`,
          ports: agent.ports,
        }))
      : undefined;
  const relay =
    direction === 'Import'
      ? new Relay({
          firstPort: settings.firstWayPort,
          readinessOf: target => agent.readinessOf(target),
          markOf: target => prober.markOf(target),
          now: () => clock.monotonic(),
          log,
        })
      : undefined;
  await responder?.start(settings.responderPort);
  const agent: GatewayAgent = new GatewayAgent({
    nexd,
    program: new RuleProgram(nexd, clock, log, metrics),
    prober,
    relay,
    ...(second ? { isUnsettled: () => second.isAhead(isAsked) } : {}),
    response: responder && {
      protocol: 'tcp',
      port: probePort,
      host: '127.0.0.1',
      targetPort: responder.port,
    },
    wanted: () => rules.wanted,
    clock,
    log,
    onTook: ms => lateness.note('nexd', ms),
    onObserved: observed => {
      starting &&= !isReady(observed) && clock.monotonic() < startedAt + startMs;
      const before = reserve;
      reserve = isReady(observed) ? look(observed) : undefined;
      if (reserve?.why === 'better' && before?.why !== 'better')
        log.warn('another replica reaches more far ends and stands in', { replica: reserve.ordinal });
      report.say(replicaOf(reporter, { ...now(), starting }));
    },
  });
  const isAsked = () => (responder?.heardAt ?? -Infinity) > agent.startedAt;
  const look = (observed: Observed) =>
    direction === 'Import'
      ? standing.look(observed)
      : exportStanding.look({ isAsked: isAsked(), run: observed.run });
  const now = (): Observed => ({
    ...agent.observed,
    farEnds: prober.farEnds,
    reserve,
    isProved: direction === 'Import' ? standing.isProved : isAsked(),
    stopping: signal.aborted,
  });
  const health = await serveHealth(
    {
      alive: () =>
        agent.silentMs > stuckMs ? `the loop has not come round for ${agent.silentMs} ms` : undefined,
      ready: () =>
        carriesTraffic(now()) ? undefined : (replicaOf(reporter, now()).message ?? 'nexd has no rules yet'),
      metrics: () => metrics.render(now()),
    },
    settings.healthAddress,
  );
  log.info('agent runs', { gateway, ordinal, deviceID: reporter.deviceID, port: health.port });

  const end = new AbortController();
  const loops = Promise.all([rules, agent, report, lateness].map(each => each.run(end.signal)));
  await aborted(signal);
  log.info('gateway drains');
  report.say(replicaOf(reporter, now()));
  const { ingress = [], egress = [] } = rules.wanted.rules ?? {};
  const hasRules = ingress.length + egress.length > 0;
  await drain({ direction, hasRules, isUsed: () => responder?.isUsed ?? false }, clock);
  // While nexd runs, the far ends are probed, and connections ended that lead nowhere.
  relay?.refuse();
  await waitUntil(() => (relay?.counts.tcp ?? 0) === 0, lastingMs, clock);
  // Clients are told before the kubelet ends what is left.
  await relay?.close();
  await writeFile(drainedFile, '').catch((error: unknown) =>
    log.warn('nexd is not told that it may stop', { file: drainedFile, error: messageOf(error) }),
  );
  log.info('agent stops');
  end.abort(signal.reason);
  await loops;
  prober.stop();
  await report.sayLast(replicaOf(reporter, now()), lastReportMs);
  await Promise.all([health.close(), responder?.close(), client.close()]);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

async function deviceIDOf(stateDir: string): Promise<string> {
  const file = join(stateDir, 'device-id');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new NexlinkError(
      'NoIdentity',
      `${file} cannot be read: ${messageOf(cause)}; the pod's init container (agent init) writes it`,
      { cause },
    );
  }
}
