/**
 * Comparing resourceVersions. Kubernetes 1.35 made it part of the API that those of one kind are integers that grow
 * with every change; every older API server on etcd behaves so too. A version that is not an integer (an aggregated
 * API may have such) compares as newer, which is what a client that cannot compare has to believe.
 */

/** Whether `a` is a later state than `b`. */
export function isNewer(a: string | undefined, b: string | undefined): boolean {
  if (!isRevision(a) || !isRevision(b)) return true;
  // Decimal numbers without leading zeros: the longer one is greater.
  return a.length === b.length ? a > b : a.length > b.length;
}

/** The later of two. */
export const laterOf = (a: string | undefined, b: string): string =>
  a === undefined || isNewer(b, a) ? b : a;

const isRevision = (text: string | undefined): text is string =>
  text !== undefined && /^[1-9]\d*$|^0$/.test(text);
