import { join } from 'node:path';
import { bundleProgram, isDriver, loadEntry, packageRoot, programHash, setCurrentProgram } from '../core/internal.ts';
import type { Server } from './processes.ts';
import { SteppedContext } from './stepped-context.ts';
import { textBlocks } from './text-blocks.ts';
import { latencyJob } from './latency-job.ts';
import { recoveryJob } from './recovery-job.ts';
import { socketJob } from './socket-job.ts';
import { WORD_COUNT, wordCount, wordCountJavaStyle } from './word-count.ts';

/** A program that is run as `dstreams submit` runs one; in the driver it gives what answers requests. */
export type BenchJob = (...args: never[]) => Promise<(request: never) => unknown>;

const JOBS: Readonly<Record<string, BenchJob>> = {
  'word-count': (master: string) => wordCountJob(master, wordCount),
  'word-count-cut': wordCountCutJob,
  'word-count-java': (master: string) => wordCountJob(master, wordCountJavaStyle),
  latency: latencyJob,
  recovery: recoveryJob,
  socket: socketJob,
};

/** The job module's main, in the driver and in every worker: `NAME ARGUMENTS`, these as JSON. */
export function jobMain([name, args]: readonly string[]): unknown {
  return JOBS[name!]!(...(JSON.parse(args!) as never[]));
}

/** A child that is the driver of a job. */
export const jobChild: Server = async (name: string, args: readonly unknown[]) => {
  const bundle = await bundleProgram(join(packageRoot(), 'bench.mjs'), { packageRoot: packageRoot() });
  const main = [name, JSON.stringify(args)];
  const hash = programHash(bundle, main);
  setCurrentProgram({ file: bundle.file, bundlePath: bundle.path, hash, className: undefined, args: main });
  return (await (
    await loadEntry(bundle.path)
  )(main)) as (request: never) => unknown;
};

export interface BatchTimes {
  readonly ms: number;
  /** Of all threads of the process. */
  readonly cpuMs: number;
}

/** Each request runs a batch. */
async function wordCountJob(master: string, program: typeof wordCount): Promise<() => Promise<BatchTimes>> {
  const context = new SteppedContext(master);
  program(context.lines(isDriver() ? textBlocks(WORD_COUNT) : []), (keys) => {
    if (keys !== WORD_COUNT.distinct) throw new Error(`${keys} words in place of ${WORD_COUNT.distinct}`);
  });
  await context.start();
  return () => timesOf(() => context.batch());
}

/** Words that are cut into batches, and those into partitions. */
export interface Cut {
  readonly words: number;
  readonly batches: number;
  readonly partitions: number;
}

/** Each request runs all batches of the words. */
async function wordCountCutJob(
  master: string,
  { words, batches, partitions }: Cut,
): Promise<() => Promise<BatchTimes>> {
  const context = new SteppedContext(master);
  const cut = { ...WORD_COUNT, words: words / batches, blocks: partitions };
  wordCount(context.lines(isDriver() ? textBlocks(cut) : []), () => {});
  await context.start();
  return () =>
    timesOf(async () => {
      let ms = 0;
      for (let i = 0; i < batches; i++) ms += await context.batch();
      return ms;
    });
}

async function timesOf(run: () => Promise<number>): Promise<BatchTimes> {
  const before = process.cpuUsage();
  const ms = await run();
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}
