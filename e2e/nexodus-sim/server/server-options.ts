import type { AccountSpec } from './auth/account.ts';
import type { RateLimit } from './auth/rate-limit.ts';

export interface ServerOptions {
  /** Service domain; default `nexodus.test`. The API is at `api.` and the login at `auth.` of it. */
  readonly domain?: string;
  /** Address to bind; default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly httpsPort?: number;
  /** Plain HTTP too, on this port; not served when absent. */
  readonly httpPort?: number;
  readonly controlPort?: number;
  /** Default two free ports. */
  readonly stunPorts?: readonly number[];
  /** Port in the URLs told to clients, when it differs from the one bound. */
  readonly publicPort?: number;
  /** PEM. A private CA and a certificate are made when absent. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  /** File the CA certificate is written to. */
  readonly caFile?: string;
  readonly accounts?: readonly AccountSpec[];
  /** Default 600. */
  readonly accessTokenSeconds?: number;
  /** Default 0 (offline sessions do not expire). */
  readonly refreshExpiresIn?: number;
  /** Default 200 requests in 10 s; null for no limit. */
  readonly rateLimit?: RateLimit | null;
  /** JSON file that a restarted server goes on from; in memory only when absent. */
  readonly stateFile?: string;
  /** Default 10,000. */
  readonly writeTimeoutMs?: number;
  /** Default 30,000. */
  readonly anywhereCutMs?: number;
  /** Default 5,000. */
  readonly onlineGraceMs?: number;
}
