import { SUM } from '../../accumulators.ts';
import { StorageLevels } from '../../../data/index.ts';
import {
  HashPartitioner,
  receiverInput,
  rddOps,
  saveOps,
  type State,
  streamOps,
  textFileStream,
} from '../../../internal.ts';
import type { StreamRef } from '../../../plan/index.ts';
import type { Rdd } from '../../../rdd/index.ts';
import type { StreamEngine } from '../../stream-engine.ts';
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
  subtract,
  twice,
} from './functions.ts';
import type { Pair, Program, Stream, TransformKind } from './program.ts';
import { BytesHand, durableQueue, Hand, pairOf } from './sources.ts';

export interface Built {
  /** By stream: where records are handed in. */
  readonly hands: ReadonlyMap<number, Hand>;
}

export interface BuildOptions {
  readonly program: Program;
  /** By stream: what is in a queue. */
  readonly queues: ReadonlyMap<number, readonly Pair[]>;
  readonly seen: (stream: number, timeMs: number, pairs: readonly unknown[]) => void;
  /** Of a stream that is tallied: a batch has so many records, and this is what was added for them. */
  readonly tallied: (stream: number, timeMs: number, records: number, added: number) => void;
  /** Called by each of the user's functions: may throw. */
  readonly touch: () => void;
  /** What it puts into variables then must not be seen: the driver's takes its place. */
  readonly isExecutor: boolean;
}

const DIALECT = 'array';
export const INPUT_FOLDER = (stream: number): string => `/in-${stream}`;
export const OUTPUT_PREFIX = (stream: number): string => `/out/s${stream}`;

/** Builds a program on an engine, as each of its lives does. */
export function build(
  engine: StreamEngine,
  { program, queues, seen, tallied, touch, isExecutor }: BuildOptions,
): Built {
  const hands = new Map<number, Hand>();
  const refs: StreamRef[] = [];
  /** What `snapshots` reads, beside what its parent emits. */
  const states = new Map<number, StreamRef>();
  const { batchMs } = program;
  const { sc } = engine;
  const tallies = new Map(program.tallied.map((index) => [index, sc.accumulator(SUM, SUM.zero())]));
  const checked = <A extends unknown[], R>(f: (...args: A) => R) => {
    return (...args: A): R => {
      touch();
      return f(...args);
    };
  };
  const map = (stream: StreamRef, f: (pair: never) => unknown) =>
    streamOps.narrow(stream, 'map', 'map', [checked(f)], DIALECT);
  const source = (index: number, kind: string): StreamRef => {
    switch (kind) {
      case 'files':
        return map(textFileStream(engine, INPUT_FOLDER(index)), pairOf);
      case 'queue':
        return engine.addInput('durableQueue', durableQueue(queues.get(index)!));
      default: {
        const hand = kind === 'bytes' ? new BytesHand() : new Hand();
        hands.set(index, hand);
        return engine.addInput('receiverStream', receiverInput(hand));
      }
    }
  };
  const withTotal = async (rdd: Rdd): Promise<Rdd> => {
    const found = await rddOps.count(rdd);
    const count = sc.broadcast(isExecutor ? Number.NaN : found);
    const rest = rddOps.parallelize(sc, isExecutor ? [] : [total(found)], 1);
    const after = rddOps.transformRecords(rdd, 'map', [(pair: Pair) => moved(pair, count.value())], DIALECT);
    return rddOps.union([after, rest]);
  };
  const transformed = (rdd: Rdd, kind: TransformKind): Rdd | Promise<Rdd> => {
    const records = (of: Rdd, name: 'map' | 'filter', f: (record: never) => unknown) =>
      rddOps.transformRecords(of, name, [f], DIALECT);
    switch (kind) {
      case 'adds':
        return rdd;
      case 'awaits':
        return withTotal(rdd);
      case 'ranks': {
        const keyed = records(rdd, 'map', (pair: Pair) => [rankKey(pair), 0]);
        const numbered = rddOps.zipWithIndex(rddOps.sortByKey(keyed, true, 2, DIALECT), DIALECT);
        return records(numbered, 'map', ([[key], index]: [[string, number], number]) => ranked(key, index));
      }
      case 'crosses': {
        const two = rddOps.parallelize(sc, isExecutor ? [] : [0, 1], 2);
        return records(rddOps.cartesian(rdd, two, DIALECT), 'map', ([pair, n]: [Pair, number]) => crossed(pair, n));
      }
      case 'subtracts': {
        const passing = records(rdd, 'filter', (pair: Pair) => passes(pair, 0));
        return rddOps.subtract(rdd, passing, new HashPartitioner(2));
      }
      case 'distinct':
        return rddOps.distinct(rdd, new HashPartitioner(2));
    }
  };
  const make = (index: number, stream: Stream): StreamRef => {
    const parents = stream.parents.map((parent) => refs[parent]!);
    const parent = parents[0]!;
    const by = (n: number) => new HashPartitioner(n);
    switch (stream.op) {
      case 'source':
        return source(index, stream.kind);
      case 'map': {
        const { factor, keys, isShared } = stream;
        const shared = isShared ? sc.broadcast(isExecutor ? Number.NaN : factor) : { value: () => factor };
        const tally = tallies.get(index);
        return map(parent, (pair: Pair) => {
          tally?.add(1);
          return mapped(pair, shared.value(), keys);
        });
      }
      case 'filter':
        return streamOps.narrow(
          parent,
          'filter',
          'filter',
          [checked((pair: Pair) => passes(pair, stream.rest))],
          DIALECT,
        );
      case 'flatMap':
        return streamOps.narrow(parent, 'flatMap', 'flatMap', [checked(twice)], DIALECT);
      case 'reduceByKey':
        return streamOps.reduceByKey(parent, checked(add), by(stream.parts), DIALECT);
      case 'groupByKey':
        return map(streamOps.groupByKey(parent, by(stream.parts), DIALECT), ([key, values]: [string, number[]]) => [
          key,
          digest(values),
        ]);
      case 'count':
        return map(streamOps.count(parent, engine.sc), (n: number) => ['count', n + 1]);
      case 'repartition':
        return streamOps.repartition(parent, stream.parts, DIALECT);
      case 'union':
        return streamOps.union(parents);
      case 'join': {
        const sides = parents.map((side) => streamOps.reduceByKey(side, checked(add), by(stream.parts), DIALECT));
        const pairs = streamOps.cogroup(sides, 'join', by(stream.parts), DIALECT);
        return map(pairs, ([key, [a, b]]: [string, [number, number]]) => [key, joined(a, b)]);
      }
      case 'transform':
        return streamOps.transform(parents, ([rdd], timeMs) => {
          const after = rddOps.transformRecords(rdd!, 'map', [(pair: Pair) => shifted(pair, timeMs)], DIALECT);
          return transformed(after, stream.kind);
        });
      case 'window':
        return streamOps.window(parent, stream.window * batchMs, stream.slide * batchMs);
      case 'slidingWindow': {
        const span = { windowMs: stream.window * batchMs, slideMs: stream.slide * batchMs };
        return streamOps.reduceByKeyAndWindow(parent, checked(add), span, by(stream.parts), DIALECT);
      }
      case 'inverseWindow': {
        const span = { windowMs: stream.window * batchMs, slideMs: stream.slide * batchMs };
        const filter = stream.drops ? ([, value]: Pair) => value !== 0 : undefined;
        const { parts } = stream;
        const made = streamOps.reduceByKeyAndInverseWindow(
          parent,
          checked(add),
          subtract,
          filter,
          span,
          by(parts),
          DIALECT,
        );
        made.graph.checkpointEvery(made.node, stream.interval * batchMs);
        return made;
      }
      case 'updateStateByKey': {
        const made = streamOps.updateStateByKey(parent, checked(faded), {
          partitioner: by(stream.parts),
          dialect: DIALECT,
        });
        made.graph.checkpointEvery(made.node, stream.interval * batchMs);
        return made;
      }
      case 'mapWithState': {
        const fn = (_: number, key: string, value: number | undefined, state: State<Counted>): Pair => {
          touch();
          if (state.isTimingOut()) return farewell(key, state.get());
          const next = counted(value!, state.getOption());
          state.update(next);
          return [key, next[0]];
        };
        const timeoutMs = stream.timeout === undefined ? undefined : stream.timeout * batchMs;
        const options = { partitioner: by(stream.parts), dialect: DIALECT } as const;
        const { mapped: emitted, snapshots } = streamOps.mapWithState(parent, fn, timeoutMs, options);
        emitted.graph.checkpointEvery(emitted.node, stream.interval * batchMs);
        states.set(index, snapshots);
        return emitted;
      }
      case 'snapshots':
        return map(states.get(stream.parents[0]!)!, ([key, state]: [string, Counted]) => shown(key, state));
    }
  };
  for (const [index, stream] of program.streams.entries()) refs.push(make(index, stream));
  const level = program.keepsTwo ? StorageLevels.MEMORY_ONLY_2 : StorageLevels.MEMORY_ONLY_SER;
  for (const index of program.persisted) engine.graph.persist(refs[index]!.node, level);
  for (const index of program.outputs) {
    const tally = tallies.get(index);
    streamOps.output(refs[index]!, 'foreachRDD', async (rdd: Rdd, timeMs: number) => {
      const before = tally?.state.sum;
      const pairs = await rddOps.collect(rdd);
      seen(index, timeMs, pairs);
      if (tally !== undefined) tallied(index, timeMs, pairs.length, tally.state.sum - before!);
    });
  }
  for (const index of program.saved) {
    const lines = streamOps.narrow(refs[index]!, 'map', 'map', [(pair: unknown) => JSON.stringify(pair)], DIALECT);
    const plan = saveOps.textPlan({ kind: 'fluent' });
    streamOps.saveFiles(lines, 'saveAsTextFiles', OUTPUT_PREFIX(index), undefined, plan, engine.sc.files);
  }
  return { hands };
}
