/**
 * Values that belong to one run: ids, tokens, times, revisions. Comparing a recorded answer with
 * ours learns which of ours stands for which recorded one, and later requests are translated.
 */

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const wholeUuid = new RegExp(`^${uuid.source}$`);
const time = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Texts that were masked in the recording, and what may stand there. */
const masks: Readonly<Record<string, RegExp>> = {
  '<jwt>': /^[\w-]+\.[\w-]+\.[\w-]+$/,
  'RK:<token>': /^RK:[A-Za-z0-9+/]{43}=$/,
  '<sealed>': /^djE=:[\w-]{43}=:[\w-]+=*$/,
};

type Kind = 'device' | 'metadata' | 'vpc';

function kindOf(object: object): Kind {
  if ('public_key' in object) return 'device';
  return 'key' in object ? 'metadata' : 'vpc';
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

export class RunSpecificValues {
  readonly #ids = new Map<string, string>();
  readonly #revisionOffsets = new Map<Kind, number>();
  /** Milliseconds from the recording's clock to ours. */
  readonly #timeShift: number;

  constructor(recordedStart: string, ourStart: number) {
    this.#timeShift = ourStart - Date.parse(recordedStart);
  }

  /** A recorded request in our terms. */
  translate(recorded: unknown): unknown {
    if (typeof recorded === 'string') return this.#translateText(recorded);
    if (Array.isArray(recorded)) return recorded.map(item => this.translate(item));
    if (recorded === null || typeof recorded !== 'object') return recorded;
    return Object.fromEntries(
      Object.entries(recorded).map(([key, value]) => {
        if (key !== 'gt_revision') return [key, this.translate(value)];
        const kind = (recorded as { kind?: string }).kind === 'device' ? 'device' : 'metadata';
        return [key, Number(value) + (this.#revisionOffsets.get(kind) ?? 0)];
      }),
    );
  }

  #translateText(text: string): string {
    if (time.test(text)) return this.#shifted(text);
    return text.replace(uuid, id => this.#ids.get(id) ?? id);
  }

  #shifted(recorded: string): string {
    const text = new Date(Date.parse(recorded) + this.#timeShift).toISOString();
    // The real server writes no trailing zeros.
    return text.replace(/\.(\d*?)0*Z$/, (_, digits) => (digits === '' ? 'Z' : `.${digits}Z`));
  }

  /** Where our value differs from the recorded one; each entry begins with the place. */
  compare(recorded: unknown, ours: unknown, where: string): string[] {
    if (Array.isArray(recorded) && Array.isArray(ours)) return this.#compareArrays(recorded, ours, where);
    if (isObject(recorded) && isObject(ours)) return this.#compareObjects(recorded, ours, where);
    if (typeof recorded === 'string' && typeof ours === 'string') {
      return this.#sameText(recorded, ours, where) ? [] : [difference(where, recorded, ours)];
    }
    return recorded === ours ? [] : [difference(where, recorded, ours)];
  }

  #compareArrays(recorded: readonly unknown[], ours: readonly unknown[], where: string): string[] {
    if (recorded.length !== ours.length) {
      return [difference(`${where}.length`, recorded.length, ours.length)];
    }
    const paired = recorded.map((item, index) => this.#counterpart(item, ours) ?? ours[index]);
    const inOrder = paired.every((item, index) => item === ours[index]) || isSortedById(ours);
    if (!inOrder) return [difference(`${where} order`, recorded, ours)];
    return recorded.flatMap((item, index) => this.compare(item, paired[index], `${where}[${index}]`));
  }

  /** Our object for a recorded one whose id is known: lists that are sorted by id are in another order. */
  #counterpart(recorded: unknown, ours: readonly unknown[]): unknown {
    const id = isObject(recorded) ? this.#ids.get(String(recorded['id'])) : undefined;
    return id === undefined ? undefined : ours.find(item => isObject(item) && item['id'] === id);
  }

  #compareObjects(
    recorded: Readonly<Record<string, unknown>>,
    ours: Readonly<Record<string, unknown>>,
    where: string,
  ): string[] {
    const fields = Object.keys(recorded).join();
    if (fields !== Object.keys(ours).join())
      return [difference(`${where} fields`, fields, Object.keys(ours).join())];
    return Object.entries(recorded).flatMap(([key, value]) => {
      const place = `${where}.${key}`;
      if (key === 'revision') return this.#compareRevision(kindOf(recorded), value, ours[key], place);
      return this.compare(value, ours[key], place);
    });
  }

  /** Revisions count alike: the distance is the same throughout. */
  #compareRevision(kind: Kind, recorded: unknown, ours: unknown, where: string): string[] {
    if (typeof recorded !== 'number' || typeof ours !== 'number') return [difference(where, recorded, ours)];
    const offset = this.#revisionOffsets.get(kind) ?? ours - recorded;
    this.#revisionOffsets.set(kind, offset);
    return ours - recorded === offset ? [] : [difference(where, `${recorded} + ${offset}`, ours)];
  }

  #sameText(recorded: string, ours: string, where: string): boolean {
    const mask = masks[recorded];
    if (mask !== undefined) return mask.test(ours);
    if (where.endsWith('.trace_id')) return /^[0-9a-f]{32}$/.test(ours);
    if (where.endsWith('.server_time'))
      return time.test(ours) && Math.abs(Date.parse(ours) - Date.now()) < 5000;
    if (time.test(recorded)) return ours === this.#shifted(recorded);
    if (!wholeUuid.test(recorded)) return recorded === ours;
    if (!wholeUuid.test(ours)) return false;
    const known = this.#ids.get(recorded);
    if (known === undefined) this.#ids.set(recorded, ours);
    return known === undefined || known === ours;
  }
}

function isSortedById(objects: readonly unknown[]): boolean {
  const ids = objects.map(object => (isObject(object) ? String(object['id']) : ''));
  return ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export function difference(where: string, recorded: unknown, ours: unknown): string {
  return `${where}: recorded ${show(recorded)}, ours ${show(ours)}`;
}
