import type { IdentityProvider } from './auth/identity-provider.ts';
import type { RateLimiter } from './auth/rate-limit.ts';
import type { Database } from './store/database.ts';
import type { OnlineTracker } from './watch/online-tracker.ts';
import type { Signals } from './watch/signals.ts';
import type { StreamRegistry } from './watch/stream-registry.ts';

/** What route handlers and the control endpoint work on; made once in `start.ts`. */
export interface Services {
  readonly database: Database;
  readonly provider: IdentityProvider;
  readonly rateLimiter: RateLimiter;
  readonly signals: Signals;
  readonly streams: StreamRegistry;
  readonly online: OnlineTracker;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** To be called after every change, so that the state file follows. */
  readonly changed: () => void;
}
