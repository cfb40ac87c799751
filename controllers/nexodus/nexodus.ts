import type { LookupFunction } from 'node:net';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Directory, InstallSigns, NexodusWriter } from '../runtime/nexodus.ts';
import { apiOrigin } from './address.ts';
import { NexodusClient } from './client.ts';
import type { CredentialsSource } from './credentials.ts';
import { NexodusDirectory } from './directory.ts';
import { InstallKeys } from './install-signs.ts';
import { type Exchange, Transport, type TransportLimits } from './http.ts';
import { defaultRateLimit, Limiter, type RateLimit } from './limiter.ts';
import { type NexodusMetrics, noMetrics } from './metrics.ts';
import { ServerClock } from './serverclock.ts';
import { Session } from './session.ts';
import { Requester } from './requester.ts';
import { Synchronizer } from './synchronizer.ts';
import { Pace, type Timing } from './timing.ts';
import { DirectoryWriter } from './writer.ts';

export interface NexodusOptions {
  /** The service URL as users know it, such as https://try.nexodus.io. */
  readonly url: string;
  /** The user's default VPC when undefined or ''. */
  readonly vpcID?: string | undefined;
  /** PEM file of a private CA; `ca` is the same as text. */
  readonly caFile?: string | undefined;
  readonly ca?: string | undefined;
  readonly insecureSkipTLSVerify?: boolean | undefined;
  readonly credentials: CredentialsSource;
  readonly log: Log;
  readonly metrics?: NexodusMetrics | undefined;
  readonly clock?: Clock | undefined;
  readonly rateLimit?: RateLimit | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
  readonly timing?: Partial<Timing> | undefined;
  /** Called when the directory has ended without being told to: it is not brought up to date any more. */
  readonly onBroken?: ((error: unknown) => void) | undefined;
  /** Resolves host names instead of the system. */
  readonly lookup?: LookupFunction | undefined;
  /** What registration keys are marked with, so that other installs leave them alone. */
  readonly install?: string | undefined;
  /** Called right before each write is sent; what it throws keeps it from being sent. */
  readonly permit?: (() => void) | undefined;
}

export interface Nexodus {
  readonly directory: Directory;
  readonly writer: NexodusWriter;
  /** Where the installs of a cluster id show that they are there. */
  signs(clusterID: string): InstallSigns;
  /** Starts to log in, list and watch, until the signal is aborted. Returns at once; to be called once. */
  start(signal?: AbortSignal): void;
  /** Ends everything, requests under way too. */
  stop(): Promise<void>;
}

/**
 * Joins the parts of this folder. Writes work without {@link Nexodus.start}, but for keys, which need to know the VPC.
 *
 * @throws Terminal (InvalidSettings) for an address or a CA file that cannot be used.
 */
export function createNexodus(options: NexodusOptions): Nexodus {
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const metrics = options.metrics ?? noMetrics;
  const origin = apiOrigin(options.url);
  const transport = new Transport(options);
  const serverClock = new ServerClock(clock);
  const send = async (exchange: Exchange, route: string) => {
    const since = clock.monotonic();
    let status = 0;
    try {
      const answer = await transport.send(exchange);
      status = answer.status;
      return answer;
    } finally {
      metrics.request(exchange.method, route, status, (clock.monotonic() - since) / 1000);
    }
  };
  const session = new Session({ origin, credentials: options.credentials, send, clock, serverClock, log });
  const limiter = new Limiter(options.rateLimit ?? defaultRateLimit, clock);
  const stopping = new AbortController();
  const requester = new Requester({
    origin,
    transport,
    session,
    limiter,
    clock,
    serverClock,
    metrics,
    permit: options.permit ?? (() => {}),
    signal: stopping.signal,
  });
  const client = new NexodusClient(requester, serverClock);
  const pace = new Pace(options.timing);
  const directory = new NexodusDirectory({ clock, log, metrics, graceMs: pace.timing.graceMs });
  const synchronizer = new Synchronizer({
    client,
    directory,
    vpcID: options.vpcID === '' ? undefined : options.vpcID,
    clock,
    log,
    metrics,
    pace,
  });
  session.onChange(() => synchronizer.credentialsChanged());

  let running: Promise<void> = Promise.resolve();
  return {
    directory,
    writer: new DirectoryWriter(client, directory, options.install ?? ''),
    signs: clusterID => new InstallKeys(client, directory, clock, clusterID),
    start: signal => {
      running = synchronizer.run(signal ? AbortSignal.any([signal, stopping.signal]) : stopping.signal);
      running.catch((error: unknown) => {
        log.error('The directory stopped', { cause: String(error) });
        options.onBroken?.(error);
      });
    },
    stop: async () => {
      stopping.abort(new Transient('Stopped', 'The Nexodus client was stopped.'));
      await Promise.allSettled([running, transport.close()]);
    },
  };
}
