/** Deadlines for answers of others, which do not pass because this process was late to read them. */

const timing = {
  /** A timer this late means that this process was held up, and perhaps all of the pod. */
  lateMs: 300,
  /** Then the answer gets so much more time. */
  reprieveMs: 1_000,
} as const;

/** Calls `pass` when `ms` are over, unless the returned function was called before. */
export function startDeadline(ms: number, pass: () => void): () => void {
  let isOff = false;
  const expire = (dueAt: number) => () => {
    if (performance.now() > dueAt + timing.lateMs) {
      timer = setTimeout(expire(Infinity), timing.reprieveMs);
      return;
    }
    // Timers run before sockets are read: the answer may be here.
    setImmediate(() => setImmediate(() => isOff || pass()));
  };
  let timer = setTimeout(expire(performance.now() + ms), ms);
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
}
