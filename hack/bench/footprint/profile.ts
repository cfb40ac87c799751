/** A CPU profile as V8's inspector gives it, and what is in it. */

export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds from each sample to the one before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  /** File, line and column, as a bundle has few lines; empty for what V8 does itself. */
  readonly place: string;
  readonly ms: number;
  /** Of all time that was not idle, in percent. */
  readonly share: number;
}

/** How long each function itself ran, the longest first, and how long anything did. */
export function selfTimes({ nodes, samples, timeDeltas }: Profile): {
  readonly seconds: number;
  readonly busyPercent: number;
  readonly functions: readonly SelfTime[];
} {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const found = new Map<string, { name: string; place: string; ms: number }>();
  let [all, busy] = [0, 0];
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber, columnNumber } = frames.get(id)!;
    // What a sample found lasts until the next one.
    const ms = (timeDeltas[index + 1] ?? 0) / 1000;
    all += ms;
    if (functionName === '(idle)') return;
    busy += ms;
    const place = url && `${url.slice(url.lastIndexOf('/') + 1)}:${lineNumber + 1}:${columnNumber + 1}`;
    const name = functionName || '(anonymous)';
    const entry = found.get(`${name} ${place}`) ?? { name, place, ms: 0 };
    found.set(`${name} ${place}`, { ...entry, ms: entry.ms + ms });
  });
  const functions = [...found.values()]
    .sort((x, y) => y.ms - x.ms)
    .map(entry => ({ ...entry, share: (100 * entry.ms) / busy }));
  return { seconds: all / 1000, busyPercent: all ? (100 * busy) / all : 0, functions };
}
