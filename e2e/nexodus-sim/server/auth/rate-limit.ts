/** Requests a subject may send in a window. */
export interface RateLimit {
  readonly limit: number;
  readonly windowMs: number;
}

export interface RateDecision {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/**
 * Fixed windows that begin with a subject's first request, as limitador counts. Registration
 * keys and devices count for their owner: an operator and its proxies share one bucket.
 */
export class RateLimiter {
  rule: RateLimit | null;
  readonly #windows = new Map<string, { endsAt: number; count: number }>();
  readonly #now: () => number;

  constructor(rule: RateLimit | null, now: () => number) {
    this.rule = rule;
    this.#now = now;
  }

  /** Counts one request of the subject; undefined when there is no limit. */
  take(subject: string): RateDecision | undefined {
    if (this.rule === null) return undefined;
    const now = this.#now();
    let window = this.#windows.get(subject);
    if (window === undefined || window.endsAt <= now) {
      window = { endsAt: now + this.rule.windowMs, count: 0 };
      this.#windows.set(subject, window);
    }
    window.count++;
    return {
      allowed: window.count <= this.rule.limit,
      remaining: Math.max(0, this.rule.limit - window.count),
      resetSeconds: Math.ceil((window.endsAt - now) / 1000),
    };
  }
}
