import type { FileSplit, ReadSplit } from '../format/index.ts';
import type { Rdd, RddContext } from './rdd.ts';
import { applyStep, sourceRdd } from './transformations.ts';
import { type Step, step } from './step.ts';
import type { FnSlot } from './function-slot.ts';

/** The step that reads files; `slot` holds a `ReadSplit`. A stream's input makes it once, for all batches. */
export const readStep = (slot: FnSlot, label: string): Step => step('readFiles', [slot], 'array', label);

/**
 * A data set of files, one partition a split, or a list of them. They are read where the task runs, piece by piece as the operations behind
 * take them, again for each action. `slot.fn` is a `ReadSplit`.
 */
export function filesRdd(
  ctx: RddContext,
  splits: readonly (FileSplit | readonly FileSplit[])[],
  read: Step,
  timeMs?: number,
): Rdd {
  const blocks = splits.map((split) => [{ kind: 'values' as const, values: [split].flat() }]);
  return applyStep(sourceRdd(ctx, blocks, timeMs), read);
}

/** The records of a split, for whoever runs tasks. */
export const splitReader = ({ fns }: Step): ReadSplit => fns[0]!.fn as ReadSplit;
