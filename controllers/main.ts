/** The controller's process: settings, log, signals, ports. operator.ts has what it does. */

import { readFileSync, readlinkSync } from 'node:fs';
import { connect } from './kube/auth.ts';
import { KubeClient } from './kube/client.ts';
import { createLog } from './logging/log.ts';
import { createMetrics } from './metrics/metrics.ts';
import { Operator } from './operator.ts';
import { messageOf } from './runtime/errors.ts';
import { serve } from './serve.ts';
import { loadSettings, settingsFile } from './settings/load.ts';
import type { Settings } from './settings/settings.ts';

/** A reconcile that takes this long will not end: let the kubelet start us again. */
const stuckMs = 300_000;

async function main(): Promise<number> {
  const settings = loadSettings(settingsFile(process.argv.slice(2), process.env), process.env);
  const log = createLog(settings.log);
  // Something has ended that was to go on, and nobody knows what: the kubelet starts us again.
  process.on('unhandledRejection', error => {
    log.error('this process ends, after an unexpected rejection', { error: messageOf(error) });
    process.exit(1);
  });

  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      log.info('stopping', { signal });
      stop.abort(new Error(`got ${signal}`));
    });

  const metrics = createMetrics();
  const operator = new Operator({
    settings,
    client: new KubeClient(await connect(), { log: log.with({ part: 'kube' }) }),
    log,
    metrics,
    systemNamespace: process.env['POD_NAMESPACE'] ?? 'nexlink-system',
    podUID: process.env['POD_UID'],
    place: sandbox(process.env['POD_UID']),
    ca: readCA(settings),
  });
  await serve(settings.health.address, {
    '/healthz': async () =>
      operator.health.oldestInFlightMs < stuckMs
        ? { status: 200, text: 'ok\n' }
        : { status: 500, text: 'a reconcile does not end\n' },
    '/readyz': async () =>
      operator.health.synced
        ? { status: 200, text: 'ok\n' }
        : { status: 503, text: 'the API server has not listed everything yet\n' },
  });
  if (settings.metrics.enabled)
    await serve(settings.metrics.address, {
      '/metrics': async () => ({ status: 200, ...(await metrics.render()) }),
    });

  log.info('starting', { nexodus: settings.nexodus.url });
  const ended = await operator.run(stop.signal);
  if (ended === 'stopped') return 0;
  log.error('this process ends, as another replica may lead by now');
  return 1;
}

/**
 * Names the sandbox of the pod: its network namespace, which outlasts the container, on this boot of this machine. A
 * clone of the cluster has pods of the same uid elsewhere.
 */
function sandbox(podUID: string | undefined): string | undefined {
  if (podUID === undefined) return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${podUID} ${boot} ${readlinkSync('/proc/self/ns/net')}`;
  } catch {
    // Another system than Linux: the next process has to ask.
    return undefined;
  }
}

function readCA({ nexodus: { caFile } }: Settings): string | undefined {
  if (caFile === undefined) return undefined;
  try {
    return readFileSync(caFile, 'utf8');
  } catch (error) {
    throw new Error(`the setting nexodus.caFile names a file that cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

main().then(
  code => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`nexlink-controller: ${messageOf(error)}\n`);
    process.exit(1);
  },
);
