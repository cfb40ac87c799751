import type { Clock } from '../runtime/clock.ts';
import { Denied, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { type Credentials, type CredentialsSource, sameCredentials } from './credentials.ts';
import { noCredentials } from './errors.ts';
import { discover, passwordGrant, type Provider, refreshGrant, type Send, type Tokens } from './oidc.ts';
import type { ServerClock } from './serverclock.ts';

export interface SessionOptions {
  /** Origin of the API. */
  readonly origin: string;
  readonly credentials: CredentialsSource;
  readonly send: Send;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly log: Log;
}

/** A login that works. Times are monotonic milliseconds, so that a wrong wall clock does no harm. */
interface Login {
  readonly accessToken: string;
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/** A login that failed: nobody tries again before. */
interface Failure {
  readonly error: unknown;
  readonly until: number;
  readonly count: number;
}

/**
 * Holds one access token and renews it before it ends: with the refresh token while that works, else with the
 * password. Many callers cause one login. A change of the credentials starts anew.
 */
export class Session {
  readonly #options: SessionOptions;
  #credentials: Credentials | undefined;
  #provider: Provider | undefined;
  #login: Login | undefined;
  /** The latest one; providers may allow each only once. */
  #refreshToken: string | undefined;
  #failure: Failure | undefined;
  #pending: Promise<string> | undefined;
  readonly #listeners: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#credentials = options.credentials.current();
    options.credentials.onChange(() => this.#onCredentials());
  }

  /** Calls `listener` when other credentials are there: what was refused may work now. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** An access token for the next request. @throws Denied (Unauthorized) or Transient. */
  async token(): Promise<string> {
    const now = this.#options.clock.monotonic();
    if (this.#login && now < this.#login.refreshAt) return this.#login.accessToken;
    if (this.#failure && now < this.#failure.until) return this.#tokenDespite(this.#failure.error);
    if (this.#pending) return this.#pending;
    const pending = this.#renew().finally(() => {
      if (this.#pending === pending) this.#pending = undefined;
    });
    this.#pending = pending;
    return pending;
  }

  /** The server refused this token: the next one comes from a new login. */
  reject(token: string): void {
    if (this.#login?.accessToken === token) this.#login = undefined;
  }

  /** The server refused a token that had just been made: `error` is the answer to all for a while. */
  refuse(token: string, error: Denied): void {
    if (this.#login?.accessToken !== token) return;
    this.#login = undefined;
    this.#fail(error);
  }

  #onCredentials(): void {
    const credentials = this.#options.credentials.current();
    if (sameCredentials(credentials, this.#credentials)) return;
    this.#credentials = credentials;
    this.#login = undefined;
    this.#refreshToken = undefined;
    this.#failure = undefined;
    this.#pending = undefined;
    for (const listener of this.#listeners) listener();
  }

  async #renew(): Promise<string> {
    const credentials = this.#credentials;
    try {
      const login = this.#keep(await this.#logIn(credentials), credentials);
      if (login === undefined) return await this.token();
      this.#failure = undefined;
      return login.accessToken;
    } catch (error) {
      if (credentials !== this.#credentials) return this.token();
      this.#fail(error);
      return this.#tokenDespite(error);
    }
  }

  #fail(error: unknown): void {
    const count = (this.#failure?.count ?? 0) + 1;
    this.#failure = { error, count, until: this.#options.clock.monotonic() + holdMs(error, count) };
  }

  /** While the old token lives, a login that cannot be renewed just now is no failure. */
  #tokenDespite(error: unknown): string {
    if (this.#login && this.#options.clock.monotonic() < this.#login.expiresAt)
      return this.#login.accessToken;
    throw error;
  }

  /** Undefined when the credentials changed in the meantime. */
  #keep(tokens: Tokens, credentials: Credentials | undefined): Login | undefined {
    if (credentials !== this.#credentials) return undefined;
    const now = this.#options.clock.monotonic();
    const lifeMs = tokens.expiresIn * 1000;
    this.#refreshToken = tokens.refreshToken ?? this.#refreshToken;
    this.#login = {
      accessToken: tokens.accessToken,
      refreshAt: now + lifeMs - Math.min(60_000, lifeMs / 4),
      expiresAt: now + lifeMs,
    };
    return this.#login;
  }

  async #logIn(credentials: Credentials | undefined): Promise<Tokens> {
    if (credentials === undefined) throw noCredentials();
    const { origin, send, serverClock, log } = this.#options;
    this.#provider ??= await discover(origin, send, serverClock);
    const provider = this.#provider;
    try {
      for (const token of this.#refreshTokens(credentials)) {
        try {
          return await refreshGrant(provider, token, send);
        } catch (error) {
          // Only a refusal says something about the token; and there may be another way in.
          if (!(error instanceof Denied)) throw error;
          if (this.#refreshToken === token) this.#refreshToken = undefined;
          log.info('The refresh token is not accepted any more', { cause: messageOf(error) });
          if ('refreshToken' in credentials && credentials.refreshToken === token) throw error;
        }
      }
      if ('refreshToken' in credentials) throw noCredentials();
      return await passwordGrant(provider, credentials.username, credentials.password, send);
    } catch (error) {
      // The provider may have moved: ask again next time.
      this.#provider = undefined;
      throw error;
    }
  }

  /** The latest one first, then the one that the user gave. */
  #refreshTokens(credentials: Credentials): Set<string> {
    return new Set([
      ...(this.#refreshToken === undefined ? [] : [this.#refreshToken]),
      ...('refreshToken' in credentials ? [credentials.refreshToken] : []),
    ]);
  }
}

/**
 * How long a failed login is not repeated. A refused one waits from half a minute to five, so that accounts are not
 * locked; a change of the Secret ends that. Others wait from one second to eight.
 */
function holdMs(error: unknown, count: number): number {
  return error instanceof Denied
    ? Math.min(30_000 * 2 ** (count - 1), 300_000)
    : Math.min(1_000 * 2 ** (count - 1), 8_000);
}
