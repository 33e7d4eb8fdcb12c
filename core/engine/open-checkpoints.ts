import { Checkpoints, type CheckpointsParts } from './checkpoints.ts';
import type { StartingEngine } from './active.ts';
import { programToRecord } from './recorded-program.ts';

type Given = Pick<CheckpointsParts, 'dir' | 'rememberMs' | 'inputs' | 'services' | 'onFailed'> & {
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
      program: programToRecord(),
      graph,
      batchMs: graph.batchMs,
      // Both of Spark's logs are this one.
      rollingMs: Math.min(sc.settings.driverWalRollingMs, sc.settings.receiverWalRollingMs),
      reserveBytes: sc.checkpointReserveBytes,
      backend: () => sc.backend,
    },
    recovers,
  );
}
