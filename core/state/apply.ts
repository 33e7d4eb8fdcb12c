import { joined } from '../data/index.ts';
import type { StateStep } from '../rdd/index.ts';
import { inverseWindow } from './inverse-window.ts';
import { type Loop, STRAIGHT } from './loop.ts';
import { mapWithState } from './map-with-state.ts';
import { restored } from './restored.ts';
import type { PairReader } from './pair-reader.ts';
import { slidingWindow } from './sliding-window.ts';
import { updateByKey } from './update-by-key.ts';
import { updatePartition } from './update-partition.ts';
import { StateVersion } from './version.ts';

/**
 * The version of one partition after a batch. `inputs` are the records that the batch brings, a list a data set. Changes
 * nothing of `before`: what it throws leaves the state as it was. `loop` runs its loops, and may let others have the
 * thread in between: nobody sees the version before it is whole.
 */
export function applyState(
  before: StateVersion,
  inputs: readonly (readonly unknown[])[],
  step: StateStep,
  pairs: PairReader,
  loop: Loop = STRAIGHT,
): Promise<StateVersion> {
  switch (step.update.kind) {
    case 'updateByKey':
      return updateByKey(before, inOne(inputs), step, pairs, loop);
    case 'updatePartition':
      return updatePartition(before, inOne(inputs), step, pairs, loop);
    case 'mapWithState':
      return mapWithState(before, inOne(inputs), step, pairs, loop);
    case 'inverseWindow':
      return inverseWindow(before, inputs, step, pairs, loop);
    case 'slidingWindow':
      return slidingWindow(before, inputs, step, pairs, loop);
    case 'restored':
      return restored(before, inOne(inputs), step.update, loop);
  }
}

const inOne = (inputs: readonly (readonly unknown[])[]): readonly unknown[] =>
  inputs.length === 1 ? inputs[0]! : joined(inputs);

/**
 * State given from outside: the first version of a partition. Of a key that comes twice, `updateStateByKey` has the first
 * state and `mapWithState` the last one, as in Spark.
 */
export async function initialState(
  records: readonly unknown[],
  { timeMs, update }: StateStep,
  pairs: PairReader,
  loop: Loop = STRAIGHT,
): Promise<StateVersion> {
  const isLastKept = update.kind === 'mapWithState';
  const version = StateVersion.empty();
  await loop(records.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const pair = records[i];
      pairs.check(pair);
      const key = pairs.key(pair);
      if (isLastKept || !version.has(key)) version.put(key, pairs.value(pair), timeMs);
    }
  });
  return version;
}
