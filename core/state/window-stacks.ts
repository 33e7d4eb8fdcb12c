import type { Column } from './columns.ts';

/** What one pane brought to the keys of one group: slots and values in turn. A stack, newest on top. */
export interface Arrival {
  readonly pane: number;
  readonly entries: readonly unknown[];
  readonly older: Arrival | undefined;
}

/**
 * What is left of a group's keys when one pane leaves: slots and aggregates of the panes after it in turn, `restCount`
 * of them, then slots of keys that no pane after it has. A stack, oldest on top, so that what has left is let go.
 */
export interface Departure {
  readonly pane: number;
  readonly entries: readonly unknown[];
  readonly restCount: number;
  readonly newer: Departure | undefined;
}

/**
 * Two stacks for each group of keys, of one version: what leaves a window is popped, what enters is added, so that a
 * slide costs what its own panes hold, however long the window is (Tangwongsan et al., "In-order sliding-window
 * aggregation in worst-case constant time", and the folklore of a queue made of two stacks).
 *
 *     panes of the window   | 3 4 5 6 7 | 8 9 |
 *                             front       back       value = front ⊕ back
 *
 * `front` is the aggregate of the panes up to the group's last flip, and `departures` say what it is once the oldest of
 * them has left. `back` is the running aggregate of those since. A flip makes the back's panes the front's: it costs what
 * they hold, so each group flips once a window's length, at a slide of its own. Nothing here is ever changed once its
 * version has been made; versions share nodes and chunks.
 */
export interface WindowStacks {
  /** The slide whose window this is. */
  readonly slide: number;
  readonly front: Column;
  readonly back: Column;
  readonly departures: readonly (Departure | undefined)[];
  /** Since the last flip, and before it what the next one needs again. */
  readonly arrivals: readonly (Arrival | undefined)[];
  /** By slot; grows with the version's index. */
  readonly groupOf: number[];
}

/** The same with the slots of another index. */
export function movedArrivals(newest: Arrival | undefined, slots: Int32Array): Arrival | undefined {
  const nodes: Arrival[] = [];
  for (let node = newest; node !== undefined; node = node.older) nodes.push(node);
  return nodes.reduceRight<Arrival | undefined>(
    (older, { pane, entries }) => ({ pane, entries: movedEntries(entries, entries.length / 2, slots), older }),
    undefined,
  );
}

export function movedDepartures(oldest: Departure | undefined, slots: Int32Array): Departure | undefined {
  const nodes: Departure[] = [];
  for (let node = oldest; node !== undefined; node = node.newer) nodes.push(node);
  return nodes.reduceRight<Departure | undefined>(
    (newer, { pane, entries, restCount }) => ({
      pane,
      entries: movedEntries(entries, restCount, slots),
      restCount,
      newer,
    }),
    undefined,
  );
}

function movedEntries(entries: readonly unknown[], pairCount: number, slots: Int32Array): unknown[] {
  return entries.map((x, i) => (i >= 2 * pairCount || i % 2 === 0 ? slots[x as number] : x));
}
