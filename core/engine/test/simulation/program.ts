import type { SeededRandom } from '../../../time/random.ts';

/** A record of every stream: a key and a whole number, 0 or more. */
export type Pair = readonly [key: string, value: number];

/**
 * What the function of a transform does: `adds` changes each record; `awaits` awaits an action, and makes a broadcast variable and a
 * data set of what it gave; `ranks` sorts and numbers; `crosses` is a product with a data set of the driver's; `subtracts` and
 * `distinct` are what they say.
 */
export type TransformKind = (typeof TRANSFORM_KINDS)[number];
const TRANSFORM_KINDS = ['adds', 'awaits', 'ranks', 'crosses', 'subtracts', 'distinct'] as const;

export type SourceKind = 'files' | 'queue' | 'blocks' | 'bytes';

interface Common {
  /** Indices of earlier streams. */
  readonly parents: readonly number[];
  /** In batches. */
  readonly slide: number;
}

export type Stream = Common &
  (
    | { readonly op: 'source'; readonly kind: SourceKind }
    | {
        readonly op: 'map';
        readonly factor: number;
        readonly keys: number;
        /** The factor is in a broadcast variable. */
        readonly isShared: boolean;
      }
    | { readonly op: 'filter'; readonly rest: number }
    | { readonly op: 'flatMap' }
    | { readonly op: 'reduceByKey'; readonly parts: number }
    | { readonly op: 'groupByKey'; readonly parts: number }
    | { readonly op: 'count' }
    | { readonly op: 'repartition'; readonly parts: number }
    | { readonly op: 'union' }
    | { readonly op: 'join'; readonly parts: number }
    | { readonly op: 'transform'; readonly kind: TransformKind }
    | { readonly op: 'window'; readonly window: number }
    | { readonly op: 'slidingWindow'; readonly window: number; readonly parts: number }
    | {
        readonly op: 'inverseWindow';
        readonly window: number;
        readonly parts: number;
        readonly drops: boolean;
        readonly interval: number;
      }
    | { readonly op: 'updateStateByKey'; readonly parts: number; readonly interval: number }
    | {
        readonly op: 'mapWithState';
        readonly parts: number;
        readonly interval: number;
        readonly timeout: number | undefined;
      }
    /** All keys with their state, of the `mapWithState` that is the parent. */
    | { readonly op: 'snapshots' }
  );

/** A random program, as data: it is built again in each life, and computed by the model. */
export interface Program {
  readonly batchMs: number;
  readonly streams: readonly Stream[];
  /** Which streams `foreachRDD` looks at; all sources are among them. */
  readonly outputs: readonly number[];
  /** Which streams are saved as files. */
  readonly saved: readonly number[];
  readonly persisted: readonly number[];
  /** Of `outputs`: an accumulator counts their records as they are made, once each. */
  readonly tallied: readonly number[];
  readonly concurrentJobs: number;
  readonly pendingBatchesMax: number;
  /** Seconds after which the log goes on in a new file. */
  readonly rollingSeconds: number;
  /** `local[N]`; 0: `local`. */
  readonly threads: number;
  /** Data sets are kept twice. */
  readonly keepsTwo: boolean;
}

const KINDS: readonly SourceKind[] = ['files', 'queue', 'blocks', 'bytes'];
const SLIDE_MAX = 4;

/**
 * What is `shared` by tasks, variables and what a transform awaits, is drawn from a source of its own: seeds that found something keep
 * their programs.
 */
export function randomProgram(random: SeededRandom, shared: SeededRandom): Program {
  const streams: Stream[] = [];
  for (let n = 1 + random.int(3); n > 0; n--) {
    streams.push({ op: 'source', kind: KINDS[random.int(KINDS.length)]!, parents: [], slide: 1 });
  }
  for (let n = 1 + random.int(6); n > 0; n--) addRandom(streams, random);
  const isLeaf = (i: number) => !streams.some(({ parents }) => parents.includes(i));
  const outputs = streams.flatMap(({ op }, i) => (op === 'source' || isLeaf(i) || random.int(4) === 0 ? [i] : []));
  const saved = outputs.filter(() => random.int(6) === 0).slice(0, 2);
  const persisted = streams.flatMap((_, i) => (random.int(6) === 0 ? [i] : []));
  const tallied = outputs.filter(
    (i) => streams[i]!.op === 'map' && isLeaf(i) && !persisted.includes(i) && shared.int(2) === 0,
  );
  return {
    batchMs: 1000,
    streams: streams.map((stream) => {
      if (stream.op === 'map') return { ...stream, isShared: shared.int(2) === 0 };
      return stream.op === 'transform'
        ? { ...stream, kind: TRANSFORM_KINDS[shared.int(TRANSFORM_KINDS.length)]! }
        : stream;
    }),
    outputs,
    saved,
    persisted,
    tallied,
    concurrentJobs: [1, 1, 1, 2, 3][random.int(5)]!,
    pendingBatchesMax: [64, 64, 2][random.int(3)]!,
    rollingSeconds: 1 + random.int(4),
    threads: [0, 1, 2, 2, 3][random.int(5)]!,
    keepsTwo: random.int(2) === 0,
  };
}

function addRandom(streams: Stream[], random: SeededRandom): void {
  const parent = random.int(streams.length);
  const { slide } = streams[parent]!;
  const parts = 1 + random.int(3);
  const common = { parents: [parent], slide };
  const interval = slide * (1 + random.int(4));
  const windowed = () => {
    const steps = 1 + random.int(Math.max(1, Math.floor(SLIDE_MAX / slide)));
    return { parents: [parent], slide: slide * steps, window: slide * (1 + random.int(4)) };
  };
  switch (random.int(16)) {
    case 0:
      streams.push({ ...common, op: 'map', factor: 1 + random.int(9), keys: 2 + random.int(5), isShared: false });
      return;
    case 1:
      streams.push({ ...common, op: 'filter', rest: random.int(3) });
      return;
    case 2:
      streams.push({ ...common, op: 'flatMap' });
      return;
    case 3:
      streams.push({ ...common, op: 'reduceByKey', parts });
      return;
    case 4:
      streams.push({ ...common, op: 'groupByKey', parts });
      return;
    case 5:
      streams.push(random.int(2) === 0 ? { ...common, op: 'count' } : { ...common, op: 'transform', kind: 'adds' });
      return;
    case 6:
      streams.push({ ...common, op: 'repartition', parts });
      return;
    case 7:
    case 8: {
      const others = streams.flatMap((other, i) => (other.slide === slide ? [i] : []));
      const parents = [parent, others[random.int(others.length)]!];
      if (random.int(2) === 0) streams.push({ op: 'union', parents, slide });
      else streams.push({ op: 'join', parents, slide, parts });
      return;
    }
    case 9:
    case 10:
      streams.push({ ...windowed(), op: 'window' });
      return;
    case 11:
      streams.push({ ...windowed(), op: 'slidingWindow', parts });
      return;
    case 12: {
      const shape = windowed();
      const every = shape.slide * (1 + random.int(4));
      // Who drops keys whose sum is 0 must not get values that are 0: a key would go that still has some in the window.
      const drops = random.int(2) === 0 && !mayBeZero(streams, parent);
      streams.push({ ...shape, op: 'inverseWindow', parts, drops, interval: every });
      return;
    }
    case 13:
    case 14:
      streams.push({ ...common, op: 'updateStateByKey', parts, interval });
      return;
    default:
      streams.push({
        ...common,
        op: 'mapWithState',
        parts,
        interval,
        timeout: random.int(2) === 0 ? slide * (1 + random.int(4)) : undefined,
      });
      if (random.int(2) === 0) streams.push({ op: 'snapshots', parents: [streams.length - 1], slide });
  }
}

function mayBeZero(streams: readonly Stream[], i: number): boolean {
  const stream = streams[i]!;
  switch (stream.op) {
    case 'inverseWindow':
      return !stream.drops;
    case 'source':
    case 'map':
    case 'count':
    case 'groupByKey':
    case 'join':
    case 'updateStateByKey':
    case 'mapWithState':
    case 'snapshots':
      return false;
    default:
      return stream.parents.some((parent) => mayBeZero(streams, parent));
  }
}
