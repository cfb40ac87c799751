import { connect } from 'node:net';
import { Agent } from './agent.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { version } from './control-methods.ts';
import { HttpTransport } from './http-transport.ts';
import { Log } from './log.ts';
import { lookupFrom } from './resolve.ts';
import { settingsOf } from './settings.ts';
import { timingsFrom } from './timings.ts';
import { trustedCertificates } from './trust.ts';

const defaultSocket = '/var/run/nexd.sock';

/** Whether another nexd answers on the default socket. */
function isRunningAlready(): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(defaultSocket);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function proxy(line: CommandLine, log: Log): Promise<void> {
  const settings = settingsOf(line);
  if (await isRunningAlready()) throw new Error('existing nexd service already running');
  log.info('Starting in L4 proxy mode');
  if (process.env['KUBERNETES_SERVICE_HOST'] && process.env['KUBERNETES_SERVICE_PORT']) {
    log.error(
      'the real nexd would keep its state in a Secret here (kstore); this stand-in goes on with the state file',
    );
  }
  const transport = new HttpTransport(settings.apiUrl, {
    ca: trustedCertificates(process.env),
    insecureSkipTlsVerify: settings.insecureSkipTlsVerify,
    lookup: lookupFrom(process.env['NEXD_SIM_RESOLVE']),
  });
  const agent = new Agent(settings, timingsFrom(process.env), transport, log);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    process.once(signal, () => {
      agent.stop().then(
        () => process.exit(0),
        (error: Error) => log.fatal(error.message),
      );
    });
  }
  await agent.start();
}

const log = new Log(process.env['NEXD_LOGLEVEL']);
log.info('nexodus-sim: this is a stand-in for nexd, for tests; it is not nexd', { version });
try {
  const line = parseCommandLine(process.argv.slice(2), process.env);
  if (line.command === 'version') process.stdout.write(`version: ${version}\n`);
  else if (line.command === 'proxy') await proxy(line, log);
  else throw new Error(`this stand-in has proxy mode only, not ${line.command ?? 'the node agent'}`);
} catch (error) {
  log.fatal((error as Error).message);
}
