import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { StreamRef } from '../plan/index.ts';

/**
 * The parent's batches of the last `windowMs`, every `slideMs`. Both must be positive multiples of the parent's slide;
 * Spark lets 0 and less through, and nobody can want them. The parent is persisted, as its batches are read again.
 */
export function window(stream: StreamRef, windowMs: number, slideMs: number = stream.node.slideMs): StreamRef {
  checkWindow(stream, windowMs, slideMs);
  const windowed = stream.graph.add({
    name: 'window',
    parents: [stream],
    slideMs,
    op: () => ({ kind: 'window', windowMs }),
  });
  stream.graph.persist(stream.node, StorageLevels.MEMORY_ONLY_SER, true);
  return windowed;
}

export function checkWindow({ node }: StreamRef, windowMs: number, slideMs: number, what = 'windowed DStream'): void {
  const parent = node.slideMs;
  for (const [name, ms] of [
    ['window', windowMs],
    ['slide', slideMs],
  ] as const) {
    if (!(ms > 0)) {
      throw new DStreamsError(
        'WINDOW_INVALID',
        `The ${name} duration of ${what} (${ms} ms) must be positive, and a multiple of ${parent} ms.`,
      );
    }
  }
  if (windowMs % parent !== 0) {
    throw new DStreamsError(
      'WINDOW_NOT_MULTIPLE',
      `The window duration of ${what} (${windowMs} ms) must be a multiple of the slide duration of parent DStream (${parent} ms)`,
    );
  }
  if (slideMs % parent !== 0) {
    throw new DStreamsError(
      'SLIDE_NOT_MULTIPLE',
      `The slide duration of ${what} (${slideMs} ms) must be a multiple of the slide duration of parent DStream (${parent} ms)`,
    );
  }
}

/**
 * Times of the parent's batches in the window that ends at t: [t − W + p, t], oldest first, without those at or before
 * the zero time. Early windows are shorter, none is suppressed (semantics §3).
 */
export function windowTimes(timeMs: number, windowMs: number, parentSlideMs: number, zeroMs: number): number[] {
  const times: number[] = [];
  for (let at = timeMs - windowMs + parentSlideMs; at <= timeMs; at += parentSlideMs) if (at > zeroMs) times.push(at);
  return times;
}

/**
 * For a window kept up to date, times of the parent's batches that leave and that enter between the window at
 * `timeMs − slideMs` and the one at `timeMs`, oldest first. Both ranges are clipped at the windows, so that batches
 * between two short windows are in neither.
 */
export function inverseWindowTimes(
  timeMs: number,
  windowMs: number,
  slideMs: number,
  parentSlideMs: number,
  zeroMs: number,
): [leaving: number[], entering: number[]] {
  const now = windowTimes(timeMs, windowMs, parentSlideMs, zeroMs);
  const before = timeMs - slideMs > zeroMs ? windowTimes(timeMs - slideMs, windowMs, parentSlideMs, zeroMs) : [];
  const first = timeMs - windowMs + parentSlideMs;
  const last = timeMs - slideMs;
  return [before.filter((at) => at < first), now.filter((at) => at > last || before.length === 0)];
}

/** The longest time that divides window and slide: batches inside such a pane enter and leave together. */
export function paneMsOf(windowMs: number, slideMs: number): number {
  let [a, b] = [windowMs, slideMs];
  while (b > 0) [a, b] = [b, a % b];
  return a;
}
