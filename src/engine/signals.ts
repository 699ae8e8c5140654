const ending = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls a function for each signal that asks this process to end, in place of ending it; with 1 for the first one.
 * @returns what restores the usual end.
 */
export function onEndSignals(handle: (count: number) => void): () => void {
  let count = 0;
  const listener = (): void => handle((count += 1));
  for (const signal of ending) process.on(signal, listener);
  return () => ending.forEach((signal) => void process.off(signal, listener));
}

let running = 0;

/** Does something that must be finished although nobody reads this process's output any more. */
export async function uninterrupted<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
  }
}

export const isUninterrupted = (): boolean => running > 0;
