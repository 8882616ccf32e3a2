/**
 * What is under way at once.
 */
const IN_FLIGHT = 10;

/**
 * Do something with each of many, a few at a time, until all are done or a signal aborts.
 */
export async function forEachLimited<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  signal: AbortSignal
): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      if (signal.aborted) {
        return;
      }
      await work(item);
    }
  };
  const workers = Math.min(IN_FLIGHT, items.length);
  await Promise.all(Array.from({ length: workers }, worker));
}
