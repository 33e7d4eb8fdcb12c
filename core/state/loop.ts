/**
 * Runs `run(from, to)` over all of 0 up to `count`, in order, and lets the thread's other work in between where that is
 * due: the executor's. `startWith`: how many to take at first, few where one of them may be much work.
 */
export type Loop = (count: number, run: (from: number, to: number) => void, startWith?: number) => void | Promise<void>;

/** Everything at once. */
export const STRAIGHT: Loop = (count, run) => {
  if (count > 0) run(0, count);
};

/** Chunks of slots to begin with: a user's function may be called for each of their keys. */
export const CHUNKS = 4;
