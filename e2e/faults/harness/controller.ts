/** One life of the controller, in this process, behind proxies that can fail and end it. */

import { Writable } from 'node:stream';
import { KubeClient, type KubeClientOptions } from '../../../controllers/kube/client.ts';
import { createLog } from '../../../controllers/logging/log.ts';
import { createMetrics } from '../../../controllers/metrics/metrics.ts';
import { Operator, type OperatorOptions } from '../../../controllers/operator.ts';
import { loadSettings } from '../../../controllers/settings/load.ts';
import { testConnection } from '../../../hack/test/connection.ts';
import type { FaultProxy } from '../../harness/fault-proxy.ts';
import { fastClock } from './fast-clock.ts';
import { lookupTo } from './lookup.ts';
import { startProxies, type ControllerPlace, type Proxies, type Write } from './place.ts';

/** Waits of the controller end this many times sooner. */
export const speed = 20;

export interface ControllerOptions {
  /** Variables of the settings, such as NEXLINK_GATEWAY_REPLICAS. */
  readonly settings?: { readonly [variable: string]: string };
  /** Where it runs: of all that run at one place at most one lives. Default: all controllers of a world are at one. */
  readonly place?: string;
  /** A bearer token instead of the administrator's. */
  readonly token?: string;
  /** 1: real time. */
  readonly speed?: number;
  /** Of the clients, for faults that take their time. */
  readonly kube?: Partial<KubeClientOptions>;
  readonly nexodus?: OperatorOptions['nexodus'];
  /** Sets up faults before the first request. */
  readonly prepare?: (proxies: Proxies) => void;
}

/** The settings of a controller at a place. */
export const environmentOf = ({ nexodusURL }: ControllerPlace): { readonly [variable: string]: string } => ({
  NEXLINK_NEXODUS_URL: nexodusURL,
  NEXLINK_GATEWAY_REPLICAS: '1',
  NEXLINK_GATEWAY_AGENT_IMAGE: 'nexlink:test',
});

// One set for all: each would observe the garbage collector anew.
const metrics = createMetrics();

export class Controller {
  readonly kube: FaultProxy;
  readonly nexodus: FaultProxy;
  readonly operator: Operator;
  /** All writes that were answered, in order. */
  readonly writes: readonly Write[];
  /** What it logged, at level debug. */
  readonly lines: string[] = [];
  /** How it ended: `stopped`, `lost`, or with an error. */
  readonly ended: Promise<unknown>;
  readonly #client: KubeClient;
  readonly #stop = new AbortController();

  private constructor(
    place: ControllerPlace,
    options: ControllerOptions,
    { kube, nexodus, writes }: Proxies,
  ) {
    this.kube = kube;
    this.nexodus = nexodus;
    this.writes = writes;
    const clock = fastClock(options.speed ?? speed);
    const log = createLog({ level: 'debug', format: 'json' }, linesTo(this.lines));
    const connection = testConnection(place.kubeconfig, {
      server: kube.url,
      ...(options.token ? { token: options.token } : {}),
    });
    this.#client = new KubeClient(connection, { clock, log: log.with({ part: 'kube' }), ...options.kube });
    this.operator = new Operator({
      settings: loadSettings(undefined, {
        ...environmentOf(place),
        NEXLINK_LEADER_ELECTION_ENABLED: 'false',
        ...options.settings,
      }),
      client: this.#client,
      log,
      metrics,
      systemNamespace: place.systemNamespace,
      // The next one starts where this one was killed.
      place: options.place ?? place.systemNamespace,
      ca: place.tls.ca,
      clock,
      nexodus: { lookup: lookupTo(place.nexodusAddress), ...options.nexodus },
    });
    this.ended = this.operator.run(this.#stop.signal).catch((error: unknown) => error);
  }

  static async start(place: ControllerPlace, options: ControllerOptions = {}): Promise<Controller> {
    const proxies = await startProxies(place);
    options.prepare?.(proxies);
    return new Controller(place, options, proxies);
  }

  /** Ends it as SIGKILL does: whatever it says from now on, nobody hears. */
  async kill(): Promise<void> {
    // Connections first: what it still wants to write when it is told to stop must not arrive.
    await Promise.all([this.kube.stop(), this.nexodus.stop()]);
    this.#stop.abort(new Error('killed'));
    await this.#client.close();
    await this.ended;
  }

  /** Ends it as SIGTERM does. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.ended;
    await this.#client.close();
    await Promise.all([this.kube.stop(), this.nexodus.stop()]);
  }
}

const linesTo = (lines: string[]): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
