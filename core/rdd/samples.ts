import { checkIterable, equalKeys, hashOf, type PairDialect, wrongArgument } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { SeededRandom } from '../time/index.ts';
import { ActionPromise } from './action-promise.ts';
import type { FnSlot } from './function-slot.ts';
import { type Rdd, slotsFor } from './rdd.ts';
import { type Compare, firstInOrder } from './first-in-order.ts';
import { transformRecords } from './transformations.ts';

type List = readonly unknown[];

/**
 * The seed of whoever gives none: the batch time, so that batches differ and a batch that is computed again does not. An
 * unseeded draw would give each executor a sample of its own.
 */
export const defaultSeed = (rdd: Rdd): number => rdd.timeMs ?? 0;

/** Equal for equal partitions of equal seeds. */
export const partitionRandom = (seed: number, partition: number): SeededRandom =>
  new SeededRandom(seed + partition * 0x1_0000_0000);

/** A draw with this mean (Knuth), in steps, as e^-mean of a large mean is 0. */
export function poisson(mean: number, random: SeededRandom): number {
  let drawn = 0;
  for (let left = mean; left > 0; left -= 500) {
    const limit = Math.exp(-Math.min(left, 500));
    for (let p = random.next(); p > limit; p *= random.next()) drawn++;
  }
  return drawn;
}

/** Every record in exactly one of as many data sets as there are weights, with a chance in proportion to its weight. */
export function randomSplit(rdd: Rdd, weights: readonly number[], seed: number): Rdd[] {
  if (!Array.isArray(weights)) throw wrongArgument('randomSplit', 'an array of weights', weights);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(total > 0) || !Number.isFinite(total)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `randomSplit: weights must be nonnegative, and their sum positive; got [${weights}].`,
    );
  }
  let before = 0;
  return weights.map((weight, i) => {
    const from = before / total;
    before += weight;
    // The last one ends at 1, whatever the sum has lost.
    const to = i === weights.length - 1 ? 1 : before / total;
    const pick = (records: List, partition: number) => {
      const random = partitionRandom(seed, partition);
      return records.filter(() => {
        const x = random.next();
        return x >= from && x < to;
      });
    };
    return transformRecords(rdd, 'mapPartitions', [pick], 'array', true);
  });
}

function fractionsOf(
  fractions: Iterable<readonly [unknown, number]>,
  withReplacement: boolean,
  operator: string,
): (key: unknown) => number {
  const all = [...fractions];
  for (const entry of all) checkIterable(entry, operator, 'pairs of a key and its fraction');
  const bad = all.find(([, fraction]) => !(fraction >= 0) || (!withReplacement && fraction > 1));
  if (bad !== undefined) throw new DStreamsError('OPTIONS_INVALID', `${operator}: ${bad[1]} is no fraction.`);
  const direct = new Map(all);
  return (key) => {
    const fraction = direct.get(key) ?? all.find(([k]) => equalKeys(k, key))?.[1];
    if (fraction !== undefined) return fraction;
    // The task that this ends says the operator.
    throw new DStreamsError('OPTIONS_INVALID', `no fraction is given for the key ${String(key)}.`);
  };
}

/** About `fractions.get(key)` of the pairs of each key. A key without a fraction is `OPTIONS_INVALID` when it comes. */
export function sampleByKey(
  rdd: Rdd,
  withReplacement: boolean,
  fractions: Iterable<readonly [unknown, number]>,
  seed: number,
  dialect: PairDialect,
): Rdd {
  const fractionOf = fractionsOf(fractions, withReplacement, 'sampleByKey');
  const pick = (records: List, partition: number) => {
    const random = partitionRandom(seed, partition);
    return records.flatMap((pair) => {
      const fraction = fractionOf((pair as { readonly 0: unknown })[0]);
      if (withReplacement) return new Array<unknown>(poisson(fraction, random)).fill(pair);
      return random.next() < fraction ? [pair] : [];
    });
  };
  return transformRecords(rdd, 'mapPartitions', [pick], dialect, true, 'sampleByKey');
}

/**
 * For all values of a key: exactly so many of them as its fraction of their number, rounded up, says. The same ones for the
 * same seed, key and values. Throws as `sampleByKey` does.
 */
export function exactPicker(
  withReplacement: boolean,
  fractions: Iterable<readonly [unknown, number]>,
  seed: number,
): (key: unknown, values: List) => unknown[] {
  const fractionOf = fractionsOf(fractions, withReplacement, 'sampleByKeyExact');
  return (key, values) => {
    const random = new SeededRandom(seed + hashOf(key) * 0x1_0000_0000);
    const n = Math.ceil(fractionOf(key) * values.length);
    if (withReplacement) return Array.from({ length: n }, () => values[random.int(values.length)]);
    const drawn = values.map((_, i) => ({ at: random.next(), i })).sort((a, b) => a.at - b.at || a.i - b.i);
    return drawn
      .slice(0, n)
      .sort((a, b) => a.i - b.i)
      .map(({ i }) => values[i]);
  };
}

interface Drawn {
  readonly at: number;
  readonly record: unknown;
}

const byDraw = (a: Drawn, b: Drawn): number => a.at - b.at;

/**
 * Exactly `n` records, or all where there are fewer; with replacement `n` of them, each as often as chance has it. Every record
 * has the same chance, in one job: partitions give candidates of their own, from which the driver draws.
 */
export function takeSample(rdd: Rdd, withReplacement: boolean, n: number, seed: number): ActionPromise<unknown[]> {
  if (!(Number.isInteger(n) && n >= 0)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `takeSample: Negative number of elements requested, or no whole one: ${n}.`,
    );
  }
  const candidates = (records: List, partition: number): unknown[] => {
    const random = partitionRandom(seed, partition);
    if (withReplacement) {
      if (records.length === 0) return [0, []];
      return [records.length, Array.from({ length: n }, () => records[random.int(records.length)])];
    }
    const drawn = records.map((record): Drawn => ({ at: random.next(), record }));
    const first = firstInOrder(drawn, n, byDraw as Compare) as Drawn[];
    return [records.length, first.map(({ at, record }) => [at, record])];
  };
  const [fn] = slotsFor(rdd.ctx, [rdd], 'takeSample', [candidates]) as [FnSlot];
  return ActionPromise.of(async () => {
    const action = { kind: 'partition', fn, label: 'takeSample', isAsync: false } as const;
    const parts = (await rdd.ctx.runner.run(rdd, action)) as [count: number, drawn: unknown[]][];
    if (!withReplacement) {
      const all = parts.flatMap(([, drawn]) => drawn as [at: number, record: unknown][]);
      return all
        .sort((a, b) => a[0] - b[0])
        .slice(0, n)
        .map(([, record]) => record);
    }
    const total = parts.reduce((sum, [count]) => sum + count, 0);
    if (total === 0) return [];
    const random = new SeededRandom(seed ^ 0x5bd1e995);
    const next = parts.map(() => 0);
    return Array.from({ length: n }, () => {
      let at = random.int(total);
      let p = 0;
      while (at >= parts[p]![0]) at -= parts[p++]![0];
      return parts[p]![1][next[p]!++];
    });
  });
}
