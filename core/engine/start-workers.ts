import { CooperativePacer } from '../backend/executor/pacer.ts';
import { currentProgram } from '../backend/program/index.ts';
import { WorkerBackend } from '../backend/worker-threads/worker-backend.ts';
import { commandLineConf, systemProperties } from '../options/index.ts';
import { fingerprint } from '../plan/index.ts';
import type { StartingEngine } from './active.ts';

/**
 * The backend of a started context: worker threads where the master asks for threads and there is a program to load
 * again; undefined where tasks stay in process. An inline script on `local[N]` is told so once, and so is a program that starts
 * another context after its first.
 */
export function startWorkers({ sc, graph }: StartingEngine, isFirstStart: boolean): Promise<WorkerBackend> | undefined {
  const { master, logger, settings, executors } = sc;
  if (master.text === 'local') return undefined;
  const program = executors?.program ?? currentProgram();
  if (program === undefined) {
    if (master.threads > 1) {
      logger.warn(
        'StreamingContext',
        `This script builds its graph inline, so its tasks run in process. To use ${master.threads} threads, export default defineJob((args) => { … }) and run it with \`dstreams submit\`.`,
      );
    }
    return undefined;
  }
  if (!isFirstStart && executors === undefined) {
    logger.warn(
      'StreamingContext',
      `The program has started a context before, and threads run it no further than that: the tasks of this one run in process. To use ${master.threads} threads, start one context in a program.`,
    );
    return undefined;
  }
  // As it is now: a thread that takes the place of a lost one later is to read the same.
  const conf = { commandLine: [...commandLineConf], properties: [...systemProperties] };
  return WorkerBackend.start({
    threads: master.threads,
    limits: { memoryMb: settings.workerMemoryMb, youngGenerationMb: settings.workerYoungGenerationMb },
    ...(executors && { pool: executors.pool() }),
    memoryBytesMax: settings.blockBytesMax,
    scratchFolder: sc.scratchFolder,
    codec: sc.codec,
    pacer: () => new CooperativePacer(sc.clock, settings.yieldMs),
    logger,
    program: () => ({
      type: 'program',
      program,
      replay: sc.codec.encodeValue(sc.staticScope.allResults()),
      ids: sc.staticScope.ids,
      broadcasts: sc.staticScope.sharedValues(),
      conf,
    }),
    onUpdates: (updates) => sc.accumulated(updates),
    fingerprint: fingerprint(graph),
    shape: sc.staticScope.shape(),
  });
}
