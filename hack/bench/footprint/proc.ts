/** What Linux tells of a process, as text of /proc. */

export interface Reading {
  /** Resident memory in KiB. */
  readonly rss: number;
  /** The part of it that is pages of files, such as those of the Node.js binary, which processes share. */
  readonly files: number;
  /** The most resident memory that it ever had, in KiB. */
  readonly peak: number;
  /** CPU time that it has used, in seconds. */
  readonly cpu: number;
  /** Seconds since it started. */
  readonly age: number;
  /** Seconds since the machine started: the time of the reading. */
  readonly at: number;
}

/** USER_HZ, which is 100 on every architecture that containers run on. */
const ticksPerSecond = 100;

/** The files of /proc that a reading is made of, in this order. */
export const filesOf = (pid: number): string[] => [
  `/proc/${pid}/status`,
  `/proc/${pid}/stat`,
  '/proc/uptime',
];

/** Takes the text of `filesOf`, one after the other. */
export function parseReading(text: string): Reading {
  const lines = text.trimEnd().split('\n');
  const at = Number.parseFloat(lines.at(-1)!);
  // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
  const stat = lines.at(-2)!;
  const [utime, stime, start] = pick(stat.slice(stat.lastIndexOf(')') + 2).split(' '), 11, 12, 19);
  const reading = {
    rss: kilobytes(lines, 'VmRSS'),
    files: kilobytes(lines, 'RssFile'),
    peak: kilobytes(lines, 'VmHWM'),
    cpu: (utime! + stime!) / ticksPerSecond,
    age: at - start! / ticksPerSecond,
    at,
  };
  if (Object.values(reading).some(Number.isNaN)) throw new Error(`this is not text of /proc: ${text}`);
  return reading;
}

/** The share of one core that it used between two readings, in percent. */
export const cpuPercent = (from: Reading, to: Reading): number =>
  (100 * (to.cpu - from.cpu)) / (to.at - from.at);

const kilobytes = (lines: readonly string[], field: string): number =>
  Number.parseInt(lines.find(line => line.startsWith(`${field}:`))?.slice(field.length + 1) ?? '');

const pick = (fields: readonly string[], ...indexes: number[]) => indexes.map(index => Number(fields[index]));
