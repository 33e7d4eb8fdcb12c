import {
  add,
  type Counted,
  counted,
  crossed,
  digest,
  faded,
  farewell,
  joined,
  mapped,
  moved,
  passes,
  rankKey,
  ranked,
  shifted,
  shown,
  total,
  twice,
} from './functions.ts';
import type { Pair, Program, Stream, TransformKind } from './program.ts';

/** What a batch of a stream holds, in one order whatever the partitions: what two runs are compared by. */
export const canonical = (pairs: readonly unknown[]): string =>
  pairs
    .map((pair) => JSON.stringify(pair))
    .sort()
    .join(' ');

interface Touched {
  readonly state: Counted;
  readonly atMs: number;
}

/**
 * What a program gives, computed from whole lists: no partitions, no shuffles, nothing incremental, nothing that is
 * forgotten or restored. Knows of each source which records came in which batch.
 */
export class Model {
  private readonly known = new Map<string, readonly Pair[]>();
  private readonly fadedStates = new Map<string, ReadonlyMap<string, number>>();
  private readonly touched = new Map<string, { states: ReadonlyMap<string, Touched>; emitted: readonly Pair[] }>();

  constructor(
    private readonly program: Program,
    private readonly zeroMs: number,
    private readonly source: (stream: number, timeMs: number) => readonly Pair[],
  ) {}

  isValid(index: number, timeMs: number): boolean {
    return timeMs > this.zeroMs && (timeMs - this.zeroMs) % (this.streamAt(index).slide * this.program.batchMs) === 0;
  }

  at(index: number, timeMs: number): readonly Pair[] {
    if (!this.isValid(index, timeMs)) return [];
    const key = `${index}@${timeMs}`;
    let pairs = this.known.get(key);
    if (pairs === undefined) {
      pairs = this.compute(index, this.streamAt(index), timeMs);
      this.known.set(key, pairs);
    }
    return pairs;
  }

  private streamAt(index: number): Stream {
    return this.program.streams[index]!;
  }

  private compute(index: number, stream: Stream, timeMs: number): readonly Pair[] {
    const of = (n = 0) => this.at(stream.parents[n]!, timeMs);
    switch (stream.op) {
      case 'source':
        return this.source(index, timeMs);
      case 'map':
        return of().map((pair) => mapped(pair, stream.factor, stream.keys));
      case 'filter':
        return of().filter((pair) => passes(pair, stream.rest));
      case 'flatMap':
        return of().flatMap(twice);
      case 'reduceByKey':
        return sums(of());
      case 'groupByKey':
        return [...groups(of())].map(([key, values]) => [key, digest(values)]);
      case 'count':
        return [['count', of().length + 1]];
      case 'repartition':
        return of();
      case 'union':
        return [...of(0), ...of(1)];
      case 'join': {
        const right = new Map(sums(of(1)));
        return sums(of(0)).flatMap(([key, a]): Pair[] => {
          const b = right.get(key);
          return b === undefined ? [] : [[key, joined(a, b)]];
        });
      }
      case 'transform': {
        const pairs = of().map((pair) => shifted(pair, timeMs));
        return transformed(pairs, stream.kind);
      }
      case 'window':
        return this.windowOf(stream, stream.window, timeMs);
      case 'slidingWindow':
        return sums(this.windowOf(stream, stream.window, timeMs));
      case 'inverseWindow': {
        const now = new Map(sums(this.windowOf(stream, stream.window, timeMs)));
        if (stream.drops) return [...now].filter(([, value]) => value !== 0);
        // A key that was in any window so far stays, with nothing.
        const all = new Set<string>();
        for (let t = timeMs; t > this.zeroMs; t -= stream.slide * this.program.batchMs) {
          for (const [key] of this.windowOf(stream, stream.window, t)) all.add(key);
        }
        return [...all].map((key) => [key, now.get(key) ?? 0]);
      }
      case 'updateStateByKey':
        return [...this.fadedAt(index, stream, timeMs)];
      case 'mapWithState':
        return this.touchedAt(index, timeMs).emitted;
      case 'snapshots':
        return [...this.touchedAt(stream.parents[0]!, timeMs).states].map(([key, { state }]) => shown(key, state));
    }
  }

  private windowOf(stream: Stream, window: number, timeMs: number): Pair[] {
    const parent = stream.parents[0]!;
    const slideMs = this.streamAt(parent).slide * this.program.batchMs;
    const pairs: Pair[] = [];
    for (let t = timeMs - window * this.program.batchMs + slideMs; t <= timeMs; t += slideMs) {
      pairs.push(...this.at(parent, t));
    }
    return pairs;
  }

  private fadedAt(index: number, stream: Stream, timeMs: number): ReadonlyMap<string, number> {
    if (timeMs <= this.zeroMs) return new Map();
    const key = `${index}@${timeMs}`;
    const known = this.fadedStates.get(key);
    if (known !== undefined) return known;
    const before = this.fadedAt(index, stream, timeMs - stream.slide * this.program.batchMs);
    const fresh = groups(this.at(stream.parents[0]!, timeMs));
    const after = new Map<string, number>();
    for (const name of new Set([...before.keys(), ...fresh.keys()])) {
      const state = faded(fresh.get(name) ?? [], before.get(name));
      if (state !== undefined) after.set(name, state);
    }
    this.fadedStates.set(key, after);
    return after;
  }

  private touchedAt(index: number, timeMs: number): { states: ReadonlyMap<string, Touched>; emitted: readonly Pair[] } {
    const stream = this.streamAt(index);
    if (stream.op !== 'mapWithState') throw new TypeError('mapWithState');
    if (timeMs <= this.zeroMs) return { states: new Map(), emitted: [] };
    const key = `${index}@${timeMs}`;
    const known = this.touched.get(key);
    if (known !== undefined) return known;
    const { batchMs } = this.program;
    const states = new Map(this.touchedAt(index, timeMs - stream.slide * batchMs).states);
    const emitted: Pair[] = [];
    for (const [name, value] of this.at(stream.parents[0]!, timeMs)) {
      const state = counted(value, states.get(name)?.state);
      states.set(name, { state, atMs: timeMs });
      emitted.push([name, state[0]]);
    }
    // Looked for at the checkpoint interval only.
    if (stream.timeout !== undefined && (timeMs - this.zeroMs) % (stream.interval * batchMs) === 0) {
      for (const [name, { state, atMs }] of [...states]) {
        if (atMs >= timeMs - stream.timeout * batchMs) continue;
        emitted.push(farewell(name, state));
        states.delete(name);
      }
    }
    const result = { states, emitted };
    this.touched.set(key, result);
    return result;
  }
}

function transformed(pairs: readonly Pair[], kind: TransformKind): readonly Pair[] {
  switch (kind) {
    case 'adds':
      return pairs;
    case 'awaits':
      return [...pairs.map((pair) => moved(pair, pairs.length)), total(pairs.length)];
    case 'ranks':
      return pairs.map(rankKey).sort().map(ranked);
    case 'crosses':
      return pairs.flatMap((pair) => [crossed(pair, 0), crossed(pair, 1)]);
    case 'subtracts':
      return pairs.filter((pair) => !passes(pair, 0));
    case 'distinct':
      return [...new Map(pairs.map((pair) => [JSON.stringify(pair), pair])).values()];
  }
}

function groups(pairs: readonly Pair[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const [key, value] of pairs) {
    const values = found.get(key);
    if (values === undefined) found.set(key, [value]);
    else values.push(value);
  }
  return found;
}

const sums = (pairs: readonly Pair[]): Pair[] =>
  [...groups(pairs)].map(([key, values]) => [key, values.reduce(add, 0)]);
