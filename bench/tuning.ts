import { defaultCodec, registerClass, StorageLevels } from '../core/internal.ts';
import type { BatchTimes, Cut } from './jobs.ts';
import { Child, inFreshProcess, type Server } from './processes.ts';
import type { Bench } from './row.ts';
import { fixed, median } from './stats.ts';
import { SteppedContext } from './stepped-context.ts';

/**
 * What docs/tuning.md says of batches, partitions, records and storage levels. Nobody has asked for a bar: they are there so
 * that its figures can be had again, on any machine.
 */

const WORDS = 200_000;
const WARM_UP_RUNS = 10;
const RUNS = 15;

async function wordCountOf(master: string, cut: Omit<Cut, 'words'>): Promise<BatchTimes> {
  const child = Child.start('job', ['word-count-cut', [master, { words: WORDS, ...cut }]]);
  try {
    const times: BatchTimes[] = [];
    for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) times.push(await child.ask<BatchTimes>());
    const counted = times.slice(WARM_UP_RUNS);
    return { ms: median(counted.map(({ ms }) => ms)), cpuMs: median(counted.map(({ cpuMs }) => cpuMs)) };
  } finally {
    await child.end();
  }
}

const partitions: Bench = {
  name: 'tuning-partitions',
  unit: 'ms for each partition more, local[2]',
  async measure() {
    const counts = [1, 2, 4, 16, 128];
    const ms: number[] = [];
    for (const n of counts) ms.push((await wordCountOf('local[2]', { batches: 1, partitions: n })).ms);
    const local = (await wordCountOf('local', { batches: 1, partitions: 4 })).ms;
    const detail = counts.map((n, i) => `${n}: ${fixed(ms[i]!, 1)} ms`).join(', ');
    return {
      value: (ms.at(-1)! - ms[2]!) / (counts.at(-1)! - counts[2]!),
      detail: `a batch of ${WORDS} words in so many partitions, ${detail}; local, 4 partitions: ${fixed(local, 1)} ms`,
    };
  },
};

const batchSize: Bench = {
  name: 'tuning-batch-size',
  unit: 'CPU time, 100 batches / 1 batch',
  async measure() {
    const figures: string[] = [];
    const cpu = new Map<string, number>();
    for (const master of ['local', 'local[2]']) {
      for (const batches of [1, 10, 100]) {
        const { cpuMs } = await wordCountOf(master, { batches, partitions: batches === 1 ? 5 : 1 });
        cpu.set(`${master} ${batches}`, cpuMs);
        figures.push(`${master} in ${batches}: ${fixed(cpuMs, 0)} ms`);
      }
    }
    return {
      value: cpu.get('local[2] 100')! / cpu.get('local[2] 1')!,
      detail: `${WORDS} words, ${figures.join(', ')}`,
    };
  },
};

class Plain {
  constructor(
    readonly user: string,
    readonly page: string,
    readonly ms: number,
  ) {}
}

class Packed extends Plain {}

const RECORDS = 100_000;

/** Records of a user, a page and a time, in the shapes that they may have. */
const SHAPES: Readonly<Record<string, (user: string, page: string, ms: number) => unknown>> = {
  array: (user, page, ms) => [user, page, ms],
  object: (user, page, ms) => ({ user, page, ms }),
  class: (user, page, ms) => new Plain(user, page, ms),
  'class, encode to an array': (user, page, ms) => new Packed(user, page, ms),
  'JSON text': (user, page, ms) => JSON.stringify({ user, page, ms }),
  Map: (user, page, ms) => new Map<string, unknown>(Object.entries({ user, page, ms })),
};

interface Coded {
  readonly bytes: number;
  readonly encodeUs: number;
  readonly decodeUs: number;
}

/** Of one shape, in a process that knows no other. */
export const codecChild: Server = (shape: string) => (): Coded => {
  registerClass(Plain, { name: 'Plain' });
  registerClass(Packed, {
    name: 'Packed',
    encode: ({ user, page, ms }) => [user, page, ms],
    decode: (data) => new Packed(...(data as [string, string, number])),
  });
  const make = SHAPES[shape]!;
  const records = Array.from({ length: RECORDS }, (_, i) => make(`user-${i % 997}`, `/page/${i % 31}`, 1.7e12 + i));
  const timed = <T>(run: () => T): [us: number, result: T] => {
    let result!: T;
    const us = Array.from({ length: RUNS }, () => {
      const startedMs = performance.now();
      result = run();
      return ((performance.now() - startedMs) * 1000) / RECORDS;
    });
    return [median(us), result];
  };
  const [encodeUs, bytes] = timed(() => defaultCodec.encodeBlock(records));
  const [decodeUs] = timed(() => defaultCodec.decodeBlock(bytes));
  return { bytes: bytes.length / RECORDS, encodeUs, decodeUs };
};

const serialization: Bench = {
  name: 'tuning-serialization',
  unit: 'bytes, class / encode to an array',
  async measure() {
    const figures: string[] = [];
    const bytes = new Map<string, number>();
    for (const shape of Object.keys(SHAPES)) {
      const coded = await inFreshProcess<Coded>('codec', [shape]);
      bytes.set(shape, coded.bytes);
      const { encodeUs, decodeUs } = coded;
      figures.push(`${shape}: ${fixed(coded.bytes, 1)} bytes, ${fixed(encodeUs)} + ${fixed(decodeUs)} us`);
    }
    return {
      value: bytes.get('class')! / bytes.get('class, encode to an array')!,
      detail: `of a record of two texts and a number, to encode and to decode: ${figures.join('; ')}`,
    };
  },
};

const LEVELS = ['MEMORY_ONLY', 'MEMORY_ONLY_SER', 'MEMORY_AND_DISK_SER', 'DISK_ONLY'] as const;
type Level = 'none' | (typeof LEVELS)[number];

interface Kept {
  /** Of the outputs of a batch, the first of which stores. */
  readonly firstMs: number;
  readonly againMs: number;
}

/** Of a record, in bytes. */
interface Room {
  readonly heap: number;
  readonly outside: number;
}

/** `RECORDS` a batch that are computed, kept, and read by two outputs; what these took is added to `ms`. */
function keeping(level: Level, ms: number[]): SteppedContext {
  const context = new SteppedContext('local');
  const seeds = context.pairs(() => [['seed', 1]]);
  const records = seeds.flatMap(([, seed]) =>
    Array.from({ length: RECORDS }, (_, i): [string, number] => [`key-${i % 997}`, seed + i]),
  );
  if (level !== 'none') records.persist(StorageLevels[level]);
  for (let output = 0; output < 2; output++) {
    records.foreachRDD(async (rdd) => {
      const startedMs = performance.now();
      await rdd.filter(([, n]) => n > 0).count();
      ms.push(performance.now() - startedMs);
    });
  }
  return context;
}

export const levelChild: Server = (level: Level) => async (): Promise<Kept> => {
  const ms: number[] = [];
  const context = keeping(level, ms);
  await context.start();
  for (let i = 0; i < WARM_UP_RUNS + RUNS; i++) await context.batch();
  await context.stop();
  const counted = ms.slice(2 * WARM_UP_RUNS);
  return {
    firstMs: median(counted.filter((_, i) => i % 2 === 0)),
    againMs: median(counted.filter((_, i) => i % 2 === 1)),
  };
};

/** The same, with all batches kept. */
export const levelRoomChild: Server = (level: Level) => async (): Promise<Room> => {
  const context = keeping(level, []);
  context.ssc.remember('1h');
  await context.start();
  const room = () => {
    globalThis.gc!();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { heapUsed, arrayBuffers };
  };
  for (let i = 0; i < WARM_UP_RUNS; i++) await context.batch();
  const before = room();
  for (let i = 0; i < RUNS; i++) await context.batch();
  const after = room();
  await context.stop();
  const count = RUNS * RECORDS;
  return {
    heap: (after.heapUsed - before.heapUsed) / count,
    outside: (after.arrayBuffers - before.arrayBuffers) / count,
  };
};

const storageLevels: Bench = {
  name: 'tuning-storage-levels',
  unit: 'ms to read again, MEMORY_ONLY_SER / MEMORY_ONLY',
  async measure() {
    const kept = new Map<Level, Kept>();
    const figures: string[] = [];
    for (const level of ['none', ...LEVELS] as const) {
      const use = await inFreshProcess<Kept>('level', [level]);
      kept.set(level, use);
      const { heap, outside } = await inFreshProcess<Room>('level-room', [level], ['--expose-gc']);
      const ms = `${fixed(use.firstMs, 1)} ms, then ${fixed(use.againMs, 1)} ms`;
      figures.push(`${level}: ${ms}; ${fixed(heap, 0)} + ${fixed(outside, 0)} bytes`);
    }
    return {
      value: kept.get('MEMORY_ONLY_SER')!.againMs / kept.get('MEMORY_ONLY')!.againMs,
      detail: `${RECORDS} pairs read by two outputs, and a record in the heap + outside of it: ${figures.join('; ')}`,
    };
  },
};

export const tuning: readonly Bench[] = [partitions, batchSize, serialization, storageLevels];
