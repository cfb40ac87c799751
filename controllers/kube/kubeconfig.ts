/** The connection of a kubeconfig, with every kind of authentication that client-node knows. Only this file loads it. */

import { KubeConfig } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import type { Connection, Credentials, TLSOptions } from './connection.ts';

/** Files and plugins are asked again after this long, at once after a refusal. */
const rememberMs = 10_000;

/** `context`: instead of the current one. Throws `InvalidKubeconfig`. */
export function kubeconfig(
  files: readonly string[],
  context?: string,
  clock: Clock = systemClock,
): Connection {
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
