/** Work that may be left off between two of its steps, and what comes of it. */
export type Steps<T> = Generator<void, T, void>;

/** All of them at once. */
export function finish<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
