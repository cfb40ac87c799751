/** The connection of a kubeconfig, with every kind of authentication that client-node knows. Only this file loads it. */

import { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import type { Connection, Credentials, TLSOptions } from './connection.ts';
import { inCluster, serviceAccountFolder } from './incluster.ts';

/** Files and plugins are asked again after this long, at once after a refusal. */
const rememberMs = 10_000;

export interface ConnectOptions {
  /** A kubeconfig file; without it: $KUBECONFIG, the pod's service account, ~/.kube/config, whichever is there first. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig instead of its current one. */
  readonly context?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/** Finds out how to reach the API server. Throws `NoKubeconfig` or `InvalidKubeconfig`, which say what was tried. */
export function connect(options: ConnectOptions = {}): Connection {
  const { env = process.env, clock = systemClock } = options;
  const named = options.kubeconfig ?? env['KUBECONFIG'];
  if (named) return kubeconfig(named.split(path.delimiter).filter(Boolean), options.context, clock);
  if (env['KUBERNETES_SERVICE_HOST'] && existsSync(path.join(serviceAccountFolder, 'token')))
    return inCluster({ env, clock });
  const file = path.join(homedir(), '.kube', 'config');
  if (existsSync(file)) return kubeconfig([file], options.context, clock);
  throw new NexlinkError(
    'NoKubeconfig',
    `no way to a cluster: KUBECONFIG is not set, there is no service account and no ${file}; give a kubeconfig`,
  );
}

function kubeconfig(files: readonly string[], context: string | undefined, clock: Clock): Connection {
  let config = load(files, context);
  let last: Promise<Credentials> | undefined;
  let askedAt = -Infinity;
  return {
    server: config.getCurrentCluster()!.server,
    renew() {
      // A new KubeConfig forgets tokens that plugins gave, and sees an edited file.
      last = undefined;
      try {
        config = load(files, context);
      } catch {
        // The file is being written: what was loaded stays, and the next refusal comes here again.
      }
    },
    credentials() {
      if (!last || clock.monotonic() - askedAt >= rememberMs) {
        const asked = credentialsOf(config);
        asked.catch(() => {
          if (last === asked) last = undefined;
        });
        last = asked;
        askedAt = clock.monotonic();
      }
      return last;
    },
  };
}

function load(files: readonly string[], context: string | undefined): KubeConfig {
  const fail = (cause: unknown) =>
    new NexlinkError(
      'InvalidKubeconfig',
      `kubeconfig ${files.join(', ')}${context === undefined ? '' : `, context ${context}`}: ${messageOf(cause)}`,
      { cause },
    );
  const config = new KubeConfig();
  try {
    for (const [at, file] of files.entries()) {
      const next = at === 0 ? config : new KubeConfig();
      next.loadFromFile(file);
      if (at > 0) config.mergeConfig(next, true);
    }
    if (context !== undefined) config.setCurrentContext(context);
  } catch (error) {
    throw fail(error);
  }
  if (!config.getCurrentCluster()?.server)
    throw fail(
      `no cluster for context ${config.getCurrentContext() || '(none is current)'}; choose one of: ` +
        config
          .getContexts()
          .map(({ name }) => name)
          .join(', '),
    );
  return config;
}

async function credentialsOf(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new NexlinkError(
      'NoCredentials',
      `credentials of user ${config.getCurrentUser()?.name ?? '(none)'} of the kubeconfig: ${messageOf(cause)}`,
      { cause },
    );
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {}))
    headers[name.toLowerCase()] = String(value);
  if (options.auth) headers['authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const proxy = config.getCurrentCluster()?.proxyUrl;
  return { headers, tls: tlsOf(options), ...(proxy ? { proxy } : {}) };
}

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): TLSOptions {
  const given = { ca, cert, key, servername, rejectUnauthorized };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null)) as TLSOptions;
}
