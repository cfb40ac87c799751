/** Waiting times of nexd in milliseconds; the defaults are the real ones. */
export interface Timings {
  /** One question to a STUN server. */
  readonly stunTimeoutMs: number;
  readonly stunRetryMs: number;
  readonly stunRecheckMs: number;
  /** Between attempts to log in or to register. */
  readonly retryMs: number;
  /** Between attempts to get the event stream back. */
  readonly pollMs: number;
}

/** Reads `NEXD_SIM_<NAME>_MS`, so that tests need not wait. */
export function timingsFrom(env: Readonly<Record<string, string | undefined>>): Timings {
  const ms = (name: string, fallback: number): number => Number(env[`NEXD_SIM_${name}_MS`] ?? fallback);
  return {
    stunTimeoutMs: ms('STUN_TIMEOUT', 5_000),
    stunRetryMs: ms('STUN_RETRY', 1_000),
    stunRecheckMs: ms('STUN_RECHECK', 20_000),
    retryMs: ms('RETRY', 15_000),
    pollMs: ms('POLL', 5_000),
  };
}
