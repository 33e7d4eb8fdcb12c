import { DStreamsError } from '../errors.ts';

export const noCheckpoint = (dir: string): DStreamsError =>
  new DStreamsError(
    'CHECKPOINT_NOT_FOUND',
    `Failed to read checkpoint from directory ${dir}: there is none. Spark Streaming cannot be initialized with both SparkContext and checkpoint as null; ` +
      'use getOrCreate(directory, create), which begins anew where there is none.',
    { details: { path: dir } },
  );
