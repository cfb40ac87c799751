/** One request as the server saw it. */
export interface LoggedRequest {
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly host: 'api' | 'auth' | 'web';
  readonly method: string;
  readonly path: string;
  /** The route, for example `/api/devices/{id}`; the path when there is none. */
  readonly template: string;
  readonly token: 'KC' | 'RK' | 'DT' | 'none';
  /** Name of the user the token belongs to; empty without one. */
  readonly subject: string;
  /** Id of the registration key or device behind the token. */
  readonly identity: string;
  /** 0 when the connection was closed instead of answering. */
  status: number;
  /** Until the answer was complete or the connection closed; null while it is open. */
  durationMs: number | null;
}

export interface RequestCount {
  readonly method: string;
  readonly template: string;
  readonly token: string;
  readonly subject: string;
  readonly identity: string;
  count: number;
}

export interface Counters {
  readonly total: number;
  /** Requests that may change something: POST (but event streams and logins), PUT, PATCH, DELETE. */
  readonly writes: number;
  /** Most requests of one user (keys and devices included) within any 10 s. */
  readonly maxPer10s: Readonly<Record<string, number>>;
  readonly byRoute: readonly RequestCount[];
}

const keptRequests = 20_000;
const windowMs = 10_000;

function isWrite({ host, method, template }: LoggedRequest): boolean {
  return (
    host === 'api' && method !== 'GET' && template !== '/device/login/start' && !template.endsWith('/events')
  );
}

/** Remembers the last requests and counts all of them. */
export class RequestLog {
  #entries: LoggedRequest[] = [];
  #seq = 0;
  #total = 0;
  #writes = 0;
  #byRoute = new Map<string, RequestCount>();
  #recent = new Map<string, number[]>();
  #maxPer10s = new Map<string, number>();

  add(fields: Omit<LoggedRequest, 'seq' | 'status' | 'durationMs'>): LoggedRequest {
    const entry: LoggedRequest = { seq: ++this.#seq, ...fields, status: 0, durationMs: null };
    this.#entries.push(entry);
    if (this.#entries.length > 2 * keptRequests) this.#entries = this.#entries.slice(-keptRequests);
    this.#total++;
    if (isWrite(entry)) this.#writes++;
    const { method, template, token, subject, identity } = entry;
    const key = [method, template, token, subject, identity].join(' ');
    const counted = this.#byRoute.get(key);
    if (counted !== undefined) counted.count++;
    else this.#byRoute.set(key, { method, template, token, subject, identity, count: 1 });
    if (entry.host === 'api' && subject !== '') this.#countInWindow(subject, entry.at);
    return entry;
  }

  #countInWindow(subject: string, at: number): void {
    const times = (this.#recent.get(subject) ?? []).filter(time => time > at - windowMs);
    times.push(at);
    this.#recent.set(subject, times);
    this.#maxPer10s.set(subject, Math.max(times.length, this.#maxPer10s.get(subject) ?? 0));
  }

  /** Requests with a higher sequence number, oldest first. */
  since(seq: number): LoggedRequest[] {
    return this.#entries.filter(entry => entry.seq > seq);
  }

  counters(): Counters {
    return {
      total: this.#total,
      writes: this.#writes,
      maxPer10s: Object.fromEntries(this.#maxPer10s),
      byRoute: [...this.#byRoute.values()].map(entry => ({ ...entry })),
    };
  }

  resetCounters(): void {
    this.#total = 0;
    this.#writes = 0;
    this.#byRoute = new Map();
    this.#maxPer10s = new Map();
    this.#recent = new Map();
  }
}
