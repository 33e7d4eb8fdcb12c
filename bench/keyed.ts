import { inFreshProcess, type Server } from './processes.ts';
import type { Bench } from './row.ts';
import { SteppedContext } from './stepped-context.ts';
import { fixed, median } from './stats.ts';

/** What one child measures: the engine's batches, and the same by hand where there is something to compare with. */
interface Times {
  readonly engineMs: number[];
  readonly handMs: number[];
}

type Pair = [string, number];
type What = 'window-300' | 'window-10' | 'window-inverse' | 'update-state' | 'map-with-state' | 'join' | 'group-by-key';

const RUNS = 15;
const WARM_UP_RUNS = 5;
/** Batches of state before any that counts; the first one has all keys. */
const FILLING = 3;
/** Short batches: more of them, so that a pause of the machine's does not count. */
const SHORT_RUNS = 60;
const STATE_KEYS = 1_000_000;
const TOUCHED = 1000;
const WINDOW_BATCHES = 20;

const add = (a: number, b: number): number => a + b;

/** From a fixed seed: xorshift, 32 bits. */
function random(seed: number): (n: number) => number {
  let x = seed;
  return (n) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % n;
  };
}

const pairs = (n: number, keys: number, seed: number): Pair[] => {
  const next = random(seed);
  return Array.from({ length: n }, () => [`key-${next(keys)}`, 1]);
};

interface Program {
  /** The batch's records, by number; batches before 0 fill windows and state. */
  readonly build: (context: SteppedContext, counted: (n: number) => void) => void;
  /** The same result by hand; returns how many records come out. */
  readonly hand: () => number;
  readonly filling: number;
  /** Default: RUNS. */
  readonly runs?: number;
}

function sums(records: readonly Pair[]): Map<string, number> {
  const out = new Map<string, number>();
  for (const [k, v] of records) out.set(k, (out.get(k) ?? 0) + v);
  return out;
}

/** Any ten batches in a row have all of the keys, so that windows of every length from ten on give as many records. */
const WINDOW_KEYS = 100_000;

function slidingWindow(windowBatches: number): Program {
  const batches = Array.from({ length: 30 }, (_, i) => {
    const every = Array.from({ length: WINDOW_KEYS / 10 }, (_, k): Pair => [`key-${10 * k + (i % 10)}`, 1]);
    return [...every, ...pairs(50_000 - every.length, WINDOW_KEYS, i + 1)];
  });
  let at = 0;
  return {
    filling: windowBatches + 5,
    runs: 45,
    build: (context, counted) =>
      context
        .pairs(() => batches[at++ % batches.length]!)
        .reduceByKeyAndWindow(add, windowBatches * 1000, 1000)
        .foreachRDD(async (rdd) => counted(await rdd.count())),
    hand: () => Math.min(at, 10) * (WINDOW_KEYS / 10),
  };
}

const PROGRAMS: Readonly<Record<What, () => Program>> = {
  'window-300': () => slidingWindow(300),
  'window-10': () => slidingWindow(10),
  'window-inverse': () => {
    const batches = Array.from({ length: 30 }, (_, i) => pairs(50_000, 100_000, i + 1));
    let at = 0;
    let byHand = 0;
    const state = new Map<string, number>();
    return {
      filling: WINDOW_BATCHES + 5,
      build: (context, counted) =>
        context
          .pairs(() => batches[at++ % batches.length]!)
          .reduceByKeyAndWindow(add, (a, b) => a - b, WINDOW_BATCHES * 1000, 1000)
          .foreachRDD(async (rdd) => counted(await rdd.count())),
      hand: () => {
        const leaving = batches[(byHand - WINDOW_BATCHES + batches.length * 100) % batches.length]!;
        if (byHand >= WINDOW_BATCHES) for (const [k, v] of sums(leaving)) state.set(k, state.get(k)! - v);
        for (const [k, v] of sums(batches[byHand++ % batches.length]!)) state.set(k, (state.get(k) ?? 0) + v);
        return state.size;
      },
    };
  },
  'update-state': () => {
    const { first, next } = stateBatches();
    let at = 0;
    let last: Pair[] = [];
    const state = new Map<string, number>();
    const update = (values: number[], sum: number | undefined): number => {
      let next = sum ?? 0;
      for (let i = 0; i < values.length; i++) next += values[i]!;
      return next;
    };
    const nothing: number[] = [];
    return {
      filling: FILLING,
      build: (context, counted) =>
        context
          .pairs(() => {
            last = at++ === 0 ? first : next();
            return last;
          })
          .updateStateByKey<number>(update)
          .foreachRDD(async (rdd) => counted(await rdd.count())),
      hand: () => {
        const news = new Map<string, number[]>();
        for (const [k, v] of last) {
          const values = news.get(k);
          if (values === undefined) news.set(k, [v]);
          else values.push(v);
        }
        for (const [k, sum] of state) {
          const next = update(news.get(k) ?? nothing, sum);
          if (next !== sum) state.set(k, next);
        }
        for (const [k, values] of news) if (!state.has(k)) state.set(k, update(values, undefined));
        return state.size;
      },
    };
  },
  'map-with-state': () => {
    const { first, next } = stateBatches();
    let at = 0;
    return {
      filling: FILLING,
      runs: SHORT_RUNS,
      build: (context, counted) =>
        context
          .pairs(() => (at++ === 0 ? first : next()))
          .mapWithState<number, number>((_, value, state) => {
            const sum = (state.getOption() ?? 0) + value!;
            state.update(sum);
            return sum;
          })
          .foreachRDD(async (rdd) => counted(await rdd.count())),
      hand: () => (at === 1 ? STATE_KEYS : TOUCHED),
    };
  },
  join: () => {
    const left = pairs(100_000, 100_000, 3);
    const right = pairs(100_000, 100_000, 5);
    return {
      filling: 0,
      build: (context, counted) => {
        const other = context.pairs(() => right);
        context
          .pairs(() => left)
          .join(other)
          .foreachRDD(async (rdd) => counted(await rdd.count()));
      },
      hand: () => {
        const table = new Map<string, number[]>();
        for (const [k, v] of left) {
          const values = table.get(k);
          if (values === undefined) table.set(k, [v]);
          else values.push(v);
        }
        const out: [string, [number, number]][] = [];
        for (const [k, w] of right) {
          const values = table.get(k);
          if (values !== undefined) for (const v of values) out.push([k, [v, w]]);
        }
        return out.length;
      },
    };
  },
  'group-by-key': () => {
    const records = pairs(500_000, 50_000, 9);
    return {
      filling: 0,
      build: (context, counted) =>
        context
          .pairs(() => records)
          .groupByKey()
          .foreachRDD(async (rdd) => counted(await rdd.count())),
      hand: () => {
        const table = new Map<string, number[]>();
        for (const [k, v] of records) {
          const values = table.get(k);
          if (values === undefined) table.set(k, [v]);
          else values.push(v);
        }
        return [...table].length;
      },
    };
  },
};

function stateBatches(): { readonly first: Pair[]; readonly next: () => Pair[] } {
  const first = Array.from({ length: STATE_KEYS }, (_, i): Pair => [`key-${i}`, 1]);
  const pick = random(7);
  // Made before anything is timed; each batch has strings of its own, as records that are read have.
  const batches = Array.from({ length: FILLING + WARM_UP_RUNS + SHORT_RUNS }, () =>
    Array.from({ length: TOUCHED }, (): Pair => [`key-${pick(STATE_KEYS)}`, 1]),
  );
  return { first, next: () => batches.pop() ?? [] };
}

export const keyedChild: Server = (what: What) => async (): Promise<Times> => {
  const { build, hand, filling, runs = RUNS } = PROGRAMS[what]();
  const context = new SteppedContext('local');
  let counted = 0;
  build(context, (n) => {
    counted = n;
  });
  await context.start();
  const times: Times = { engineMs: [], handMs: [] };
  for (let i = 0; i < filling + WARM_UP_RUNS + runs; i++) {
    const engineMs = await context.batch();
    const startedMs = performance.now();
    const found = hand();
    const handMs = performance.now() - startedMs;
    if (found !== counted && i >= filling)
      throw new Error(`${what}: the engine has ${counted} records, the loop ${found}`);
    if (i < filling + WARM_UP_RUNS) continue;
    times.engineMs.push(engineMs);
    times.handMs.push(handMs);
  }
  await context.stop();
  return times;
};

const against = (name: string, what: What, atMost: number, spark: string): Bench => ({
  name,
  unit: 'engine / hand-written',
  bar: { atMost },
  async measure() {
    const { engineMs, handMs } = await inFreshProcess<Times>('keyed', [what]);
    const ratio = median(engineMs.map((ms, i) => ms / handMs[i]!));
    const detail = `engine ${fixed(median(engineMs))} ms, by hand ${fixed(median(handMs))} ms; Spark 3.5.7 ${spark}`;
    return { value: ratio, detail };
  },
});

const mapWithState: Bench = {
  name: 'map-with-state',
  unit: 'of updateStateByKey',
  bar: { atMost: 0.1 },
  async measure() {
    const touched = await inFreshProcess<Times>('keyed', ['map-with-state']);
    const all = await inFreshProcess<Times>('keyed', ['update-state']);
    const [ms, allMs] = [median(touched.engineMs), median(all.engineMs)];
    return {
      value: ms / allMs,
      detail: `${fixed(ms)} ms against ${fixed(allMs)} ms; 1 M keys, 1 k touched; Spark 3.5.7 62 ms, 1,091 when it checkpoints`,
    };
  },
};

const slidingWindows: Bench = {
  name: 'window-length',
  unit: 'W = 300 / W = 10',
  bar: { atMost: 1.5 },
  async measure() {
    const long = await inFreshProcess<Times>('keyed', ['window-300']);
    const short = await inFreshProcess<Times>('keyed', ['window-10']);
    const [longMs, shortMs] = [median(long.engineMs), median(short.engineMs)];
    const detail =
      `${fixed(longMs)} ms a slide (slowest ${fixed(Math.max(...long.engineMs))}) against ${fixed(shortMs)} ms ` +
      `(slowest ${fixed(Math.max(...short.engineMs))}); Spark 3.5.7 4,045 ms against 334 ms: 12`;
    return { value: longMs / shortMs, detail };
  },
};

export const keyed: readonly Bench[] = [
  slidingWindows,
  against('window-inverse', 'window-inverse', 2, '289 to 326 ms'),
  against('update-state', 'update-state', 1, '1,154 ms'),
  mapWithState,
  against('join', 'join', 1.5, '315 to 361 ms'),
  against('group-by-key', 'group-by-key', 1.5, '919 to 1,106 ms'),
];
