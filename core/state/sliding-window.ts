import { hashOf } from '../data/index.ts';
import type { StateStep, StateUpdate } from '../rdd/index.ts';
import { ABSENT, Column } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import type { PairReader } from './pair-reader.ts';
import { slotsOf } from './slots.ts';
import type { StateVersion } from './version.ts';
import { type Arrival, type Departure, movedArrivals, movedDepartures, type WindowStacks } from './window-stacks.ts';

type SlidingWindow = Extract<StateUpdate, { kind: 'slidingWindow' }>;

/** More groups make flips smaller, and nodes more; fewer make the pieces of work longer that a slide is done in. */
const GROUPS_MIN = 64;
const GROUPS_MAX = 512;

/**
 * When groups flip: a function of the slide's number and the key alone. So a version that was made anew of the window's
 * batches calls the reduce function over the same pairs as one that was brought forward, and sums of doubles agree to the
 * last bit.
 */
class Flips {
  /** In slides. What has to be popped has been turned by then, also where slides do not divide the window. */
  private readonly period: number;
  readonly groupCount: number;

  constructor({ windowPanes, slidePanes }: SlidingWindow) {
    this.period = Math.max(1, Math.floor(windowPanes / slidePanes));
    this.groupCount = Math.min(Math.max(this.period, GROUPS_MIN), GROUPS_MAX);
  }

  /** The last slide up to `slide` at which the group flipped; below 1: it has not yet. */
  last(group: number, slide: number): number {
    const phase = Math.floor((group * this.period) / this.groupCount);
    const since = (slide - phase) % this.period;
    return slide - (since < 0 ? since + this.period : since);
  }

  next(last: number): number {
    return last + this.period;
  }

  /** Not the bits that choose a partition: all keys of this one share those. */
  groupOf(key: unknown): number {
    return (Math.imul(hashOf(key), 0x9e3779b1) >>> 8) % this.groupCount;
  }
}

/**
 * The window of a slide, reduced by key: over an earlier version, from the panes since then; or over an empty one, from
 * all panes of the window. Calls the reduce function with older values first, as it need not commute.
 */
export async function slidingWindow(
  before: StateVersion,
  inputs: readonly (readonly unknown[])[],
  { update }: StateStep,
  pairs: PairReader,
  loop: Loop,
): Promise<StateVersion> {
  if (update.kind !== 'slidingWindow') throw new TypeError('slidingWindow');
  const after = await before.next(loop);
  const known = before.stacks === undefined ? undefined : await carried(before.stacks, before, after, loop);
  const slide = new Slide(after, known, update);
  for (const [i, records] of inputs.entries()) {
    slide.begin(update.panes[i]!);
    const slots = await slotsOf(after.index, records, pairs, loop);
    await loop(records.length, (from, to) => slide.take(records, slots, from, to, pairs));
  }
  slide.seal();
  await loop(slide.groupCount, (from, to) => slide.turn(from, to), 1);
  await loop(slide.changedCount, (from, to) => slide.settle(from, to));
  after.stacks = slide.stacks();
  return after;
}

/** One slide under way. */
class Slide {
  private readonly flips: Flips;
  private readonly reduce: (older: unknown, newer: unknown) => unknown;
  /** The window's oldest pane. */
  private readonly firstPane: number;
  private readonly front: Column;
  private readonly back: Column;
  private readonly departures: (Departure | undefined)[];
  private readonly arrivals: (Arrival | undefined)[];
  private readonly groupOf: number[];
  /** By group, what came since the version before, oldest pane first. */
  private readonly fresh: { readonly pane: number; readonly entries: unknown[] }[][];
  private pane = Number.NEGATIVE_INFINITY;
  private arriving: unknown[][] = [];
  /** Where a key's value of this pane stands, once a second batch of the pane comes. */
  private places: Map<unknown, number> | undefined;
  private isChanged = new Uint8Array(0);
  private isTurned = new Uint8Array(0);
  private readonly changed: number[] = [];

  constructor(
    private readonly after: StateVersion,
    private readonly known: WindowStacks | undefined,
    private readonly update: SlidingWindow,
  ) {
    this.flips = new Flips(update);
    this.reduce = update.reduce.fn as typeof this.reduce;
    this.firstPane = update.slide * update.slidePanes - update.windowPanes + 1;
    this.front = known?.front.next() ?? Column.empty(ABSENT);
    this.back = known?.back.next() ?? Column.empty(ABSENT);
    const { groupCount } = this.flips;
    const none = () => new Array<undefined>(groupCount).fill(undefined);
    this.departures = known?.departures.slice() ?? none();
    this.arrivals = known?.arrivals.slice() ?? none();
    this.groupOf = known?.groupOf ?? [];
    this.fresh = Array.from({ length: groupCount }, () => []);
  }

  get groupCount(): number {
    return this.flips.groupCount;
  }

  get changedCount(): number {
    return this.changed.length;
  }

  /** The batch that comes next belongs to this pane. Batches come oldest first. */
  begin(pane: number): void {
    if (pane !== this.pane) {
      this.seal();
      this.pane = pane;
      this.arriving = Array.from({ length: this.groupCount }, () => []);
      return;
    }
    if (this.places !== undefined) return;
    this.places = new Map();
    for (const entries of this.arriving) for (let i = 0; i < entries.length; i += 2) this.places.set(entries[i], i + 1);
  }

  /** Pairs of a batch, reduced by key, and the slots of their keys. */
  take(records: readonly unknown[], slots: Int32Array, from: number, to: number, pairs: PairReader): void {
    const { index } = this.after;
    const { groupOf, arriving, places, reduce } = this;
    for (let i = from; i < to; i++) {
      const slot = slots[i]!;
      const value = pairs.value(records[i]);
      // A try that failed may have left slots behind that have no group yet.
      while (groupOf.length <= slot) groupOf.push(this.flips.groupOf(index.keyAt(groupOf.length)));
      const entries = arriving[groupOf[slot]!]!;
      const place = places?.get(slot);
      if (place !== undefined) entries[place] = reduce(entries[place], value);
      else {
        places?.set(slot, entries.length + 1);
        entries.push(slot, value);
      }
    }
  }

  /** All of the pane has come. */
  seal(): void {
    for (const [g, entries] of this.arriving.entries()) {
      if (entries.length > 0) this.fresh[g]!.push({ pane: this.pane, entries });
    }
    this.arriving = [];
    this.places = undefined;
    this.isChanged = new Uint8Array(this.after.index.slotCount);
    this.isTurned = new Uint8Array(this.after.index.slotCount);
  }

  /** Brings groups `from` up to `to` to this slide. */
  turn(from: number, to: number): void {
    const { slide, slidePanes } = this.update;
    for (let g = from; g < to; g++) {
      const fresh = this.fresh[g]!;
      const last = this.flips.last(g, slide);
      let i = 0;
      this.pop(g);
      if (last >= 1 && (this.known === undefined || last > this.known.slide)) {
        for (; i < fresh.length && fresh[i]!.pane <= (last - 1) * slidePanes; i++) {
          this.arrivals[g] = { ...fresh[i]!, older: this.arrivals[g] };
        }
        this.flip(g, last);
      }
      for (; i < fresh.length; i++) this.add(g, fresh[i]!.pane, fresh[i]!.entries);
    }
  }

  private change(slot: number): void {
    if (this.isChanged[slot] === 1) return;
    this.isChanged[slot] = 1;
    this.changed.push(slot);
  }

  /** Takes the panes that have left off the front. */
  private pop(g: number): void {
    let top = this.departures[g];
    for (; top !== undefined && top.pane < this.firstPane; top = top.newer) {
      const { entries, restCount } = top;
      let i = 0;
      for (; i < 2 * restCount; i += 2) {
        this.front.set(entries[i] as number, entries[i + 1]);
        this.change(entries[i] as number);
      }
      for (; i < entries.length; i++) {
        this.front.set(entries[i] as number, ABSENT);
        this.change(entries[i] as number);
      }
    }
    this.departures[g] = top;
  }

  /** Makes what has arrived the front: from the newest pane to the oldest, each with the aggregate of those after it. */
  private flip(g: number, last: number): void {
    const { front, back, isTurned, reduce } = this;
    const neededAgain = this.flips.next(last) * this.update.slidePanes - this.update.windowPanes;
    const kept: Arrival[] = [];
    let top: Departure | undefined;
    for (let node = this.arrivals[g]; node !== undefined; node = node.older) {
      const { pane, entries } = node;
      const rests: unknown[] = [];
      const gone: number[] = [];
      for (let i = 0; i < entries.length; i += 2) {
        const slot = entries[i] as number;
        back.set(slot, ABSENT);
        this.change(slot);
        if (pane < this.firstPane) continue;
        if (isTurned[slot] === 1) {
          const rest = front.get(slot);
          rests.push(slot, rest);
          front.set(slot, reduce(entries[i + 1], rest));
        } else {
          isTurned[slot] = 1;
          gone.push(slot);
          front.set(slot, entries[i + 1]);
        }
      }
      if (pane < this.firstPane) continue;
      const restCount = rests.length / 2;
      for (const slot of gone) rests.push(slot);
      top = { pane, entries: rests, restCount, newer: top };
      if (pane > neededAgain) kept.push(node);
    }
    this.departures[g] = top;
    this.arrivals[g] = kept.reduceRight<Arrival | undefined>((older, node) => ({ ...node, older }), undefined);
  }

  /** Adds a pane at the back. */
  private add(g: number, pane: number, entries: readonly unknown[]): void {
    const { back, reduce } = this;
    for (let i = 0; i < entries.length; i += 2) {
      const slot = entries[i] as number;
      const value = back.get(slot);
      back.set(slot, value === ABSENT ? entries[i + 1] : reduce(value, entries[i + 1]));
      this.change(slot);
    }
    this.arrivals[g] = { pane, entries, older: this.arrivals[g] };
  }

  /** The values of keys that something happened to. */
  settle(from: number, to: number): void {
    const { front, back, reduce, after } = this;
    for (let i = from; i < to; i++) {
      const slot = this.changed[i]!;
      const older = front.get(slot);
      const newer = back.get(slot);
      after.setAt(slot, older === ABSENT ? newer : newer === ABSENT ? older : reduce(older, newer));
    }
  }

  stacks(): WindowStacks {
    const { front, back, departures, arrivals, groupOf } = this;
    return { slide: this.update.slide, front, back, departures, arrivals, groupOf };
  }
}

/** The stacks for a version's successor: with other slots where its index was made anew. */
async function carried(
  stacks: WindowStacks,
  before: StateVersion,
  after: StateVersion,
  loop: Loop,
): Promise<WindowStacks> {
  if (after.index === before.index) return stacks;
  // By slot before, as compaction gives out new ones: in order. All that stacks name has a value.
  const slots = new Int32Array(before.index.slotCount);
  const front = Column.empty(ABSENT);
  const back = Column.empty(ABSENT);
  const groupOf: number[] = [];
  const move = (_: unknown, __: unknown, slot: number) => {
    const to = groupOf.push(stacks.groupOf[slot]!) - 1;
    slots[slot] = to;
    front.set(to, stacks.front.get(slot));
    back.set(to, stacks.back.get(slot));
  };
  await loop(before.chunkCount, (from, to) => before.forEachIn(from, to, move), CHUNKS);
  const arrivals: (Arrival | undefined)[] = [];
  const departures: (Departure | undefined)[] = [];
  const moveGroups = (from: number, to: number) => {
    for (let g = from; g < to; g++) {
      arrivals.push(movedArrivals(stacks.arrivals[g], slots));
      departures.push(movedDepartures(stacks.departures[g], slots));
    }
  };
  await loop(stacks.arrivals.length, moveGroups, 1);
  return { slide: stacks.slide, front, back, departures, arrivals, groupOf };
}
