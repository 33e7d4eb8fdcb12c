import { listOf, toArray } from '../../stage/support.ts';
import { StepError } from '../../stage/compile.ts';
import type { Step } from '../../rdd/index.ts';

/** Runs an operation over a whole partition. `mapPartitions` functions take (records, partition index). */
export async function runPartitionStep(
  step: Step,
  records: readonly unknown[],
  partition: number,
): Promise<readonly unknown[]> {
  try {
    switch (step.op) {
      case 'glom':
        return [listOf[step.dialect](records)];
      case 'countPartition':
        return [records.length];
      case 'mapPartitions':
        return toArray(step.fns[0]!.fn(records, partition));
      case 'mapAsync':
        return await mapAsync(step, records);
      default:
        throw new RangeError(`${step.op} is not an operation over a partition`);
    }
  } catch (error) {
    throw error instanceof StepError ? error : new StepError(step.label, error);
  }
}

/** At most `concurrency` calls under way; results in the order of the records, or as they come. */
async function mapAsync(step: Step, records: readonly unknown[]): Promise<unknown[]> {
  const { fn } = step.fns[0]!;
  const { concurrency = 16, ordered = true } = step;
  const out: unknown[] = [];
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < records.length && !failed) {
      const i = next++;
      try {
        const result: unknown = await fn(records[i]);
        if (ordered) out[i] = result;
        else out.push(result);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, records.length) }, lane));
  return out;
}
