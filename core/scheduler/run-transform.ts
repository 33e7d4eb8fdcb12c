import { DStreamsError } from '../errors.ts';
import type { StreamNode } from '../plan/index.ts';
import { alias, type Partitioner, type Partitioning, Rdd, RddScope, standInOf, withTime } from '../rdd/index.ts';
import type { MaybePromise } from './maybe-promise.ts';

export interface TransformCall {
  readonly op: Extract<StreamNode['op'], { kind: 'transform' }>;
  readonly label: string;
  readonly timeMs: number;
  /** Of its parents, in order. */
  readonly rdds: readonly Rdd[];
  /** Of the partitioners that streams were made with. */
  readonly partitioningOf: (partitioner: Partitioner) => Partitioning | undefined;
  /** Runs the function where data sets that it makes belong to its scope. */
  readonly inTransform: <T>(scope: RddScope, f: () => T) => T;
}

/** The data set that a transform function makes of those of a batch. Throws `TRANSFORM_FAILED`, `TRANSFORM_RETURNED_NOTHING`. */
export function runTransform({
  op,
  label,
  timeMs,
  rdds,
  partitioningOf,
  inTransform,
}: TransformCall): MaybePromise<Rdd> {
  const { fn, coord, site } = op.fn;
  const standIns = rdds.map((rdd) => standInOf(rdd, partitioningOf));
  const scope = new RddScope(`${coord}@${timeMs}#`, `${site}#`, { coord: coord!, timeMs, standIns });
  const views: Rdd[] = rdds.map((rdd, i) => Object.assign(rdd.inScope(scope), { lineage: standIns[i]!.lineage }));
  const finish = (result: unknown): Rdd => {
    scope.close();
    if (!(result instanceof Rdd)) {
      throw new DStreamsError(
        'TRANSFORM_RETURNED_NOTHING',
        `${label}: Transform function must not return ${String(result)} (batch ${timeMs} ms). Return an RDD; for none, an empty one.`,
      );
    }
    const same = views.indexOf(result);
    return same >= 0 ? alias(rdds[same]!) : withTime(result, timeMs);
  };
  const fail = (error: unknown): never => {
    scope.close();
    const text = error instanceof Error ? error.message : String(error);
    throw new DStreamsError('TRANSFORM_FAILED', `${label} failed in batch ${timeMs} ms: ${text}`, { cause: error });
  };
  let result: unknown;
  try {
    result = inTransform(scope, () => fn(views, timeMs));
  } catch (error) {
    return fail(error);
  }
  return result instanceof Promise ? result.then(finish, fail) : finish(result);
}
