/** What is counted; controllers/main.ts joins it to the metrics library. */
export interface NexodusMetrics {
  /** A request was answered, or failed without an answer (`status` 0). `route` is a template without ids. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** A request waited this long for its turn under our own rate limit. */
  limiterWaited(seconds: number): void;
  /** A watch ended and is opened again. */
  watchReconnect(reason: WatchEnd): void;
  /** How many faults the metadata record of a live device has: 0 when it is good or gone. */
  recordProblems(deviceID: string, count: number): void;
}

/**
 * Why a watch ended: `closed` by the server (something changed), `idle` (recycled by us), `reset` (revisions ran
 * backwards), `event` (the server sent an error), `failed` (it could not be opened, or sent nonsense).
 */
export type WatchEnd = 'closed' | 'idle' | 'reset' | 'event' | 'failed';

export const noMetrics: NexodusMetrics = {
  request: () => {},
  limiterWaited: () => {},
  watchReconnect: () => {},
  recordProblems: () => {},
};
