export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** Waits for a condition, at most that long. */
export async function until(isMet: () => boolean, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (!isMet() && performance.now() < end) await sleep(20);
}
