/** Prepared wrong answers, chosen by method, path and token. */

const faultAnswers = [
  /** Answers with `status` and `body`, without touching anything. */
  'status',
  /** Serves the request and sends the first half of the JSON answer as a complete HTTP message. */
  'truncated',
  /** Serves the request and sends its answer twice in one body. */
  'doubled',
  /** 200 with an HTML page. */
  'html',
  /** 200 with JSON white space that never ends. */
  'endless',
  /** Never answers. */
  'hang',
  /** Closes the connection before serving the request. */
  'reset',
  /** Serves the request, then closes the connection instead of answering. */
  'lost',
  /** Serves the request after `delayMs`. */
  'delay',
] as const;

export type FaultAnswer = (typeof faultAnswers)[number];

export interface FaultSpec {
  /** Any method when absent. */
  readonly method?: string;
  /** `*` stands for one segment, `**` for any number; any path when absent. */
  readonly path?: string;
  /** Kind of token; any when absent. */
  readonly token?: 'KC' | 'RK' | 'DT' | 'none';
  /** How many requests get it; until removed when absent. */
  readonly times?: number;
  readonly answer: FaultAnswer;
  readonly status?: number;
  /** Seconds for the `Retry-After` header. */
  readonly retryAfter?: number;
  readonly body?: string;
  readonly delayMs?: number;
}

export interface Fault extends FaultSpec {
  readonly id: string;
  /** How many requests have got it. */
  hits: number;
}

export interface FaultSubject {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

function pathPattern(glob: string): RegExp {
  const source = glob
    .split('**')
    .map(part =>
      part
        .split('*')
        .map(text => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
        .join('[^/]*'),
    )
    .join('.*');
  return new RegExp(`^${source}$`);
}

export class Faults {
  readonly #faults: { readonly fault: Fault; readonly pattern: RegExp }[] = [];
  #count = 0;

  /** Throws when the answer is none of those known. */
  add(spec: FaultSpec): Fault {
    if (!faultAnswers.includes(spec.answer)) {
      throw new Error(`a fault needs an "answer", one of ${faultAnswers.join(', ')}`);
    }
    const fault = { ...spec, id: String(++this.#count), hits: 0 };
    this.#faults.push({ fault, pattern: pathPattern(spec.path ?? '**') });
    return fault;
  }

  list(): Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** Removes one fault, or all of them. Returns how many. */
  remove(id?: string): number {
    const before = this.#faults.length;
    for (let index = before - 1; index >= 0; index--) {
      if (id === undefined || this.#faults[index]?.fault.id === id) this.#faults.splice(index, 1);
    }
    return before - this.#faults.length;
  }

  /** The first fault that fits, counted; undefined when the request is to be served as usual. */
  take(subject: FaultSubject): Fault | undefined {
    for (const { fault, pattern } of this.#faults) {
      if (fault.method !== undefined && fault.method !== subject.method) continue;
      if (fault.token !== undefined && fault.token !== subject.token) continue;
      if (fault.times !== undefined && fault.hits >= fault.times) continue;
      if (!pattern.test(subject.path)) continue;
      fault.hits++;
      return fault;
    }
    return undefined;
  }
}
