/**
 * The program beside nexd in every gateway pod. `agent init` prepares nexd's state before it starts; `agent run`
 * programs nexd's rules and reports. settings.ts lists the environment.
 */

import { inCluster } from '../kube/incluster.ts';
import { systemClock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import { init } from './init.ts';
import { jsonLog } from './log.ts';
import { run } from './run.ts';
import { readSettings } from './settings.ts';

async function main(command: string | undefined, env: NodeJS.ProcessEnv): Promise<void> {
  if (command !== 'init' && command !== 'run')
    throw new NexlinkError('InvalidCommand', 'usage: agent init | run; the environment sets the rest');
  const settings = readSettings(env);
  const log = jsonLog(settings.logLevel);
  // After it nothing is known to hold any more; nexd goes on by itself until the kubelet has started us again.
  process.once('uncaughtException', error => {
    log.error('uncaught exception: the agent ends', { error: messageOf(error), stack: error.stack });
    process.exit(1);
  });
  if (command === 'init') return init(settings, systemClock, log);

  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.once(name, () => stop.abort(new Error(`got ${name}`)));
  // Something has ended that was to go on, and nobody knows what: the kubelet starts us again.
  process.on('unhandledRejection', reason => {
    log.error('unhandled rejection: the agent ends', {
      error: messageOf(reason),
      stack: (reason as Error | null)?.stack,
    });
    process.exit(1);
  });
  const { serviceAccountDir: folder } = settings;
  const connection = inCluster({ env, ...(folder === undefined ? {} : { folder }) });
  await run(settings, connection, systemClock, log, stop.signal);
}

main(process.argv[2], process.env).then(
  () => process.exit(0),
  (error: unknown) => {
    const code = error instanceof NexlinkError ? error.code : 'Unexpected';
    jsonLog('error').error('agent failed', {
      error: messageOf(error),
      code,
      stack: code === 'Unexpected' ? (error as Error).stack : undefined,
    });
    process.exit(1);
  },
);
