/** One life of the controller, in this process, behind proxies that can fail and end it. */

import type { LookupFunction } from 'node:net';
import { Writable } from 'node:stream';
import { KubeClient, type KubeClientOptions } from '../../../controllers/kube/client.ts';
import { createLog } from '../../../controllers/logging/log.ts';
import { createMetrics } from '../../../controllers/metrics/metrics.ts';
import { Operator, type OperatorOptions } from '../../../controllers/operator.ts';
import { loadSettings } from '../../../controllers/settings/load.ts';
import { testConnection } from '../../../hack/test/connection.ts';
import { FaultProxy, type Seen, type Served } from '../../harness/fault-proxy.ts';
import { fastClock } from './fast-clock.ts';

/** Waits of the controller end this many times sooner. */
export const speed = 20;

export interface ControllerOptions {
  /** Variables of the settings, such as NEXLINK_GATEWAY_REPLICAS. */
  readonly settings?: { readonly [variable: string]: string };
  /** A bearer token instead of the administrator's. */
  readonly token?: string;
  /** 1: real time. */
  readonly speed?: number;
  /** Of the clients, for faults that take their time. */
  readonly kube?: Partial<KubeClientOptions>;
  readonly nexodus?: OperatorOptions['nexodus'];
  /** Sets up faults before the first request. */
  readonly prepare?: (proxies: { readonly kube: FaultProxy; readonly nexodus: FaultProxy }) => void;
}

/** Where it works. */
export interface ControllerPlace {
  readonly kubeconfig: string;
  readonly kubeURL: string;
  readonly systemNamespace: string;
  /** `https://<domain>:<port>` of Nexodus, and where its host names lead: the port is the same at both. */
  readonly nexodusURL: string;
  readonly nexodusAddress: string;
  readonly nexodusUpstream: string;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  /** Called after every write that a server has answered. */
  readonly onWrite: (write: Write) => void;
}

export interface Write extends Served {
  readonly api: 'kubernetes' | 'nexodus';
}

/** Whether a request changes something that outlasts it: logins, watches and the lease do not. */
export const isWrite = ({ isWrite, isWatch, path }: Seen): boolean =>
  isWrite && !isWatch && !/openid-connect|\/device\/login|\/leases(\/|$|\?)/.test(path);

// One set for all: each would observe the garbage collector anew.
const metrics = createMetrics();

export class Controller {
  readonly kube: FaultProxy;
  readonly nexodus: FaultProxy;
  readonly operator: Operator;
  /** All writes that were answered, in order. */
  readonly writes: Write[] = [];
  /** What it logged, at level debug. */
  readonly lines: string[] = [];
  /** How it ended: `stopped`, `lost`, or with an error. */
  readonly ended: Promise<unknown>;
  readonly #client: KubeClient;
  readonly #stop = new AbortController();

  private constructor(place: ControllerPlace, options: ControllerOptions, proxies: [FaultProxy, FaultProxy]) {
    [this.kube, this.nexodus] = proxies;
    const clock = fastClock(options.speed ?? speed);
    const log = createLog({ level: 'debug', format: 'json' }, linesTo(this.lines));
    const server = this.kube.url;
    const connection = testConnection(place.kubeconfig, {
      server,
      ...(options.token ? { token: options.token } : {}),
    });
    this.#client = new KubeClient(connection, { clock, log: log.with({ part: 'kube' }), ...options.kube });
    this.operator = new Operator({
      settings: loadSettings(undefined, {
        NEXLINK_NEXODUS_URL: place.nexodusURL,
        NEXLINK_GATEWAY_REPLICAS: '1',
        NEXLINK_GATEWAY_AGENT_IMAGE: 'nexlink:test',
        NEXLINK_LEADER_ELECTION_ENABLED: 'false',
        ...options.settings,
      }),
      client: this.#client,
      log,
      metrics,
      systemNamespace: place.systemNamespace,
      ca: place.tls.ca,
      clock,
      nexodus: { lookup: lookupTo(place.nexodusAddress), ...options.nexodus },
    });
    this.ended = this.operator.run(this.#stop.signal).catch((error: unknown) => error);
  }

  static async start(place: ControllerPlace, options: ControllerOptions = {}): Promise<Controller> {
    const note = (api: Write['api']) => (served: Served) => {
      if (!isWrite(served)) return;
      const write = { ...served, api };
      controller.writes.push(write);
      place.onWrite(write);
    };
    const { tls, nexodusUpstream, nexodusAddress, nexodusURL, kubeURL } = place;
    const proxies = await Promise.all([
      new FaultProxy({ upstream: kubeURL, onServed: note('kubernetes') }).start(),
      new FaultProxy({
        upstream: nexodusUpstream,
        host: nexodusAddress,
        port: Number(new URL(nexodusURL).port),
        tls,
        keepHost: true,
        onServed: note('nexodus'),
      }).start(),
    ]);
    options.prepare?.({ kube: proxies[0], nexodus: proxies[1] });
    const controller = new Controller(place, options, proxies);
    return controller;
  }

  /** Ends it as SIGKILL does: whatever it says from now on, nobody hears. */
  async kill(): Promise<void> {
    // Connections first: what it still wants to write when it is told to stop must not arrive.
    await Promise.all([this.kube.stop(), this.nexodus.stop()]);
    this.#stop.abort(new Error('killed'));
    await this.#client.close();
  }

  /** Ends it as SIGTERM does. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.ended;
    await this.#client.close();
    await Promise.all([this.kube.stop(), this.nexodus.stop()]);
  }
}

/** Leads all names to one address. */
export const lookupTo =
  (address: string): LookupFunction =>
  (_name, options, callback) =>
    options.all ? callback(null, [{ address, family: 4 }]) : callback(null, address, 4);

const linesTo = (lines: string[]): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
