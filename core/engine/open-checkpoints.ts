import { DStreamsError } from '../errors.ts';
import { Checkpoints, type CheckpointsParts } from './checkpoints.ts';
import type { StartingEngine } from './active.ts';

type Given = Pick<CheckpointsParts, 'dir' | 'keepMs' | 'inputs' | 'services' | 'onFailed'> & {
  readonly recovers: boolean;
};

/** The checkpoint directory of an engine, on its disk and by its clock. */
export function openCheckpoints({ sc, graph }: StartingEngine, given: Given): Promise<Checkpoints> {
  const { recovers, ...parts } = given;
  return Checkpoints.open(
    {
      ...parts,
      disk: sc.checkpointDisk,
      clock: sc.clock,
      random: sc.random,
      processes: sc.processes,
      logger: sc.logger,
      codec: sc.codec,
      conf: Object.fromEntries(sc.conf.getAll().map(([key, value]) => [key, value])),
      graph,
      batchMs: graph.batchMs,
      rollingMs: sc.settings.driverWalRollingMs,
      backend: () => sc.backend,
    },
    recovers,
  );
}

export const noCheckpoint = (dir: string): DStreamsError =>
  new DStreamsError(
    'CHECKPOINT_NOT_FOUND',
    `Failed to read checkpoint from directory ${dir}: there is none. Spark Streaming cannot be initialized with both SparkContext and checkpoint as null; ` +
      'use getOrCreate(directory, create), which begins anew where there is none.',
    { details: { path: dir } },
  );
