import { mkdirSync, writeFileSync } from 'node:fs';
import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { dirname } from 'node:path';
import { IdentityProvider } from './auth/identity-provider.ts';
import { exportSigningKey, generateSigningKey, importSigningKey } from './auth/jwt.ts';
import { RateLimiter } from './auth/rate-limit.ts';
import { Control } from './control/control.ts';
import { Faults } from './control/faults.ts';
import { RequestLog } from './control/request-log.ts';
import { createControlServer } from './control/server.ts';
import { Gateway } from './http/gateway.ts';
import { Router } from './http/router.ts';
import { ApiListeners, closeServer, listen } from './listeners.ts';
import { LinkHub } from './link/hub.ts';
import { accountRoutes } from './routes/accounts.ts';
import { deviceRoutes } from './routes/devices.ts';
import { eventRoutes } from './routes/events.ts';
import { metadataRoutes } from './routes/metadata.ts';
import { regKeyRoutes } from './routes/reg-keys.ts';
import { vpcRoutes } from './routes/vpcs.ts';
import type { Services } from './services.ts';
import { Database } from './store/database.ts';
import { loadSnapshot, SnapshotFile } from './store/snapshot-file.ts';
import { StunResponders } from './stun.ts';
import { generateCertificates, serverNames } from './tls/certificates.ts';
import { OnlineTracker } from './watch/online-tracker.ts';
import type { ServerOptions } from './server-options.ts';
import { Signals } from './watch/signals.ts';
import { StreamRegistry } from './watch/stream-registry.ts';

export type { ServerOptions };

export interface RunningServer {
  readonly domain: string;
  /** What a user configures: `https://<domain>:<port>`. */
  readonly serviceUrl: string;
  readonly apiUrl: string;
  /** CA certificate, PEM. */
  readonly ca: string;
  readonly ports: {
    readonly https: number;
    readonly http: number | undefined;
    readonly control: number;
    readonly stun: readonly number[];
  };
  readonly control: Control;
  /** For `net.connect` and undici's `connect`: sends the service's host names to the server. */
  readonly lookup: LookupFunction;
  close(): Promise<void>;
}

function lookupFor(domain: string, host: string): LookupFunction {
  const address = host === '::' || host === '0.0.0.0' ? '127.0.0.1' : host;
  const family = address.includes(':') ? 6 : 4;
  return (hostname, options, callback) => {
    if (hostname !== domain && !hostname.endsWith(`.${domain}`)) {
      dnsLookup(hostname, options, callback);
    } else if (options.all === true) {
      callback(null, [{ address, family }]);
    } else {
      callback(null, address, family);
    }
  };
}

/**
 * Starts the stand-in for a Nexodus service and resolves when all its ports are open.
 *
 * @example
 * const server = await startServer({ accounts: [{ username: 'nexlink', password: 'secret' }] });
 * // server.serviceUrl, server.ca, server.lookup for the client; server.control to disturb it
 * await server.close();
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const domain = options.domain ?? 'nexodus.test';
  const host = options.host ?? '127.0.0.1';
  const now = Date.now;
  const saved = options.stateFile === undefined ? undefined : loadSnapshot(options.stateFile);
  const signingKey = saved === undefined ? await generateSigningKey() : importSigningKey(saved.signingKey);

  const database = new Database();
  const provider = new IdentityProvider(
    signingKey,
    {
      accessTokenSeconds: options.accessTokenSeconds ?? 600,
      refreshExpiresIn: options.refreshExpiresIn ?? 0,
    },
    now,
  );
  for (const account of options.accounts ?? []) provider.putAccount(account);
  if (saved !== undefined) {
    database.restore(saved.database);
    provider.restoreAccounts(saved.accounts);
  }
  const snapshots =
    options.stateFile === undefined
      ? undefined
      : new SnapshotFile(options.stateFile, () => ({
          signingKey: exportSigningKey(signingKey),
          accounts: provider.accounts(),
          database: database.snapshot(),
        }));
  const links = new LinkHub();
  const changed = (): void => snapshots?.changed();
  const services: Services = {
    database,
    provider,
    rateLimiter: new RateLimiter(
      options.rateLimit === undefined ? { limit: 200, windowMs: 10_000 } : options.rateLimit,
      now,
    ),
    signals: new Signals(),
    streams: new StreamRegistry(),
    online: new OnlineTracker(database, options.onlineGraceMs ?? 5_000, changed),
    now,
    changed,
  };

  const router = new Router();
  for (const routes of [accountRoutes, vpcRoutes, deviceRoutes, metadataRoutes, regKeyRoutes])
    router.add(routes(services));
  router.add(
    eventRoutes(services, {
      writeTimeoutMs: options.writeTimeoutMs ?? 10_000,
      anywhereCutMs: options.anywhereCutMs ?? 30_000,
    }),
  );
  const faults = new Faults();
  const requests = new RequestLog();
  const gateway = new Gateway(services, router, faults, requests, domain);
  const listeners = new ApiListeners(gateway, links, database, host);
  const stun = new StunResponders();
  const control = new Control(faults, requests, { services, links, stun, listeners });
  const controlServer = createControlServer(control);

  const generated = options.tls === undefined ? generateCertificates(serverNames(domain)) : undefined;
  const ca = options.tls?.ca ?? generated?.caCert ?? '';
  if (options.caFile !== undefined) {
    mkdirSync(dirname(options.caFile), { recursive: true });
    writeFileSync(options.caFile, ca);
  }
  const cert = options.tls?.cert ?? generated?.serverCert ?? '';
  const key = options.tls?.key ?? generated?.serverKey ?? '';
  const https = await listeners.listenHttps(options.httpsPort ?? 0, cert, key);
  const http = options.httpPort === undefined ? undefined : await listeners.listenHttp(options.httpPort);
  const ports = {
    https,
    http,
    control: await listen(controlServer, options.controlPort ?? 0, host),
    stun: await stun.listen(options.stunPorts ?? [0, 0], host),
  };
  const publicPort = options.publicPort ?? https;
  const authority = publicPort === 443 ? domain : `${domain}:${publicPort}`;
  provider.issuer = `https://auth.${authority}/realms/nexodus`;

  return {
    domain,
    serviceUrl: `https://${authority}`,
    apiUrl: `https://api.${authority}`,
    ca,
    ports,
    control,
    lookup: lookupFor(domain, host),
    close: async () => {
      services.online.stop();
      services.streams.dropAll();
      links.close();
      stun.close();
      await Promise.all([listeners.close(), closeServer(controlServer)]);
      snapshots?.close();
    },
  };
}
