import { expect } from 'chai';
import fc from 'fast-check';
import { isDStreamsError } from '../../errors.ts';
import type { StreamRef } from '../../plan/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import type { ScriptedBatch } from '../../testing/scripted-input.ts';

export type Pair = readonly [key: unknown, value: number];

export const BATCH_MS = 1000;

/** What a stream gave, by batch number from 1; a batch that failed, or in which it did not speak, has nothing. */
export interface Ran {
  readonly outputs: ReadonlyMap<number, readonly unknown[]>;
  readonly failed: ReadonlySet<number>;
}

/** Runs `build` over scripted batches in two partitions, in virtual time. A batch that fails does not end the run. */
export async function run(
  inputs: readonly (readonly ScriptedBatch[])[],
  build: (...streams: StreamRef[]) => StreamRef,
  batchCount = inputs[0]!.length,
  options: { readonly checkpointDir?: string } = { checkpointDir: 'checkpoints' },
): Promise<Ran> {
  const harness = new EngineHarness({ batchMs: BATCH_MS, onFailure: 'keep', ...options });
  const { batches } = record(build(...inputs.map((batches) => harness.input(batches, 2))));
  await harness.run(batchCount);
  const outputs = new Map(batches.map(({ timeMs, values }) => [timeMs / BATCH_MS, values]));
  const failed = new Set<number>();
  for (const { error, timeMs } of harness.failures) {
    expect(isDStreamsError(error, 'USER_FUNCTION_FAILED'), String(error)).to.equal(true);
    failed.add(timeMs / BATCH_MS);
  }
  await harness.stop();
  return { outputs, failed };
}

/** Faults of all runs of a property: a test that they never reach tests nothing. */
export class FaultCount {
  total = 0;
  add({ count }: Faults): void {
    this.total += count;
  }
}

/** Makes functions that throw at their n-th calls, counted over all of them; each such call happens once. */
export class Faults {
  private calls = 0;
  private readonly thrown = new Set<number>();

  constructor(private readonly at: readonly number[]) {}

  in<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      const call = this.calls++;
      if (this.at.includes(call)) {
        this.thrown.add(call);
        throw new Error(`call ${call}`);
      }
      return f(...args);
    };
  }

  get count(): number {
    return this.thrown.size;
  }
}

/**
 * Every batch gave what the model says, but for those that failed; and as many failed as faults happened. The order of
 * records is nobody's promise here.
 */
export function expectModel(
  { outputs, failed }: Ran,
  model: ReadonlyMap<number, readonly unknown[]>,
  faults: Faults = new Faults([]),
): void {
  for (const [batch, values] of model) {
    if (failed.has(batch)) expect(outputs.has(batch)).to.equal(false);
    else expect(canonical(outputs.get(batch)), `batch ${batch}`).to.deep.equal(canonical(values));
  }
  for (const batch of outputs.keys()) expect(model.has(batch), `batch ${batch} spoke`).to.equal(true);
  expect(failed.size).to.equal(faults.count);
}

const text = (x: unknown): string => JSON.stringify(x, (_, y: unknown) => (y === undefined ? '(nothing)' : y));
const canonical = (values: readonly unknown[] | undefined): string[] | undefined => values?.map(text).sort();

/** Keys of every kind: equal ones are equal by value. */
export const keys = fc.constantFrom<unknown>('a', 'b', 'c', 1, null, [1, 'x'], [1, 'y']);
export const pairs: fc.Arbitrary<Pair> = fc.tuple(keys, fc.integer({ min: -3, max: 9 }));
export const batch: fc.Arbitrary<readonly Pair[]> = fc.array(pairs, { maxLength: 6 });
export const batches = fc.array(batch, { minLength: 1, maxLength: 8 });
/** A few calls that throw, early ones mostly, as there are few calls. */
export const faultyCalls = fc.array(fc.nat(40), { maxLength: 3 });
/** In batches; both may be longer than the run. */
export const windows = fc.record({ window: fc.integer({ min: 1, max: 5 }), slide: fc.integer({ min: 1, max: 4 }) });

export const keyText = (key: unknown): string => JSON.stringify(key);

/** The numbers of the batches in the window that ends with batch `at`. */
export function inWindow(at: number, window: number): number[] {
  return Array.from({ length: window }, (_, i) => at - window + 1 + i).filter((n) => n >= 1);
}

/** A table by key, in plain objects: slow and obvious. */
export class SlowTable<V> {
  private readonly rows = new Map<string, { key: unknown; value: V }>();
  get(key: unknown): V | undefined {
    return this.rows.get(keyText(key))?.value;
  }
  has(key: unknown): boolean {
    return this.rows.has(keyText(key));
  }
  set(key: unknown, value: V): void {
    this.rows.set(keyText(key), { key, value });
  }
  delete(key: unknown): void {
    this.rows.delete(keyText(key));
  }
  get pairs(): [unknown, V][] {
    return [...this.rows.values()].map(({ key, value }) => [key, value]);
  }
}

/** Values of one key in one list, in the order of the records. */
export function grouped<V>(records: readonly (readonly [unknown, V])[]): [unknown, V[]][] {
  const table = new SlowTable<V[]>();
  for (const [key, value] of records) {
    const list = table.get(key);
    if (list === undefined) table.set(key, [value]);
    else list.push(value);
  }
  return table.pairs;
}
