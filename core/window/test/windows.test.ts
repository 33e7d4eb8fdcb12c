import { expect } from 'chai';
import fc from 'fast-check';
import { output } from '../../operator/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import { isDStreamsError } from '../../errors.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import {
  countByValueAndWindow,
  countByWindow,
  groupByKeyAndWindow,
  reduceByInverseWindow,
  reduceByKeyAndInverseWindow,
  reduceByKeyAndWindow,
  reduceByWindow,
  type WindowSpec,
} from '../windows.ts';
import {
  BATCH_MS,
  batches,
  expectModel,
  FaultCount,
  Faults,
  faultyCalls,
  grouped,
  inWindow,
  type Pair,
  run,
  SlowTable,
  windows,
} from '../../operator/test/run.ts';

const TWO = new HashPartitioner(2);
const sum = (a: number, b: number): number => a + b;
const subtract = (a: number, b: number): number => a - b;

interface Span {
  readonly window: number;
  readonly slide: number;
}
const specOf = ({ window, slide }: Span): WindowSpec => ({ windowMs: window * BATCH_MS, slideMs: slide * BATCH_MS });

/** The records of every window, batch after batch. */
function windowed<T>(all: readonly (readonly T[])[], { window, slide }: Span): Map<number, T[]> {
  const result = new Map<number, T[]>();
  for (let at = slide; at <= all.length; at += slide)
    result.set(
      at,
      inWindow(at, window).flatMap((n) => all[n - 1]!),
    );
  return result;
}

const map = <A, B>(results: ReadonlyMap<number, A>, f: (values: A) => B): Map<number, B> =>
  new Map([...results].map(([at, values]) => [at, f(values)]));

const total = (values: readonly number[]): number => values.reduce(sum);
const sums = (records: readonly Pair[]): [unknown, number][] =>
  grouped(records).map(([key, values]) => [key, total(values)]);

/** The sums of each window, and 0 for keys that were in one before. */
function withZeros(results: ReadonlyMap<number, readonly Pair[]>): Map<number, [unknown, number][]> {
  const known = new SlowTable<number>();
  return map(results, (records) => {
    for (const [key] of known.pairs) known.set(key, 0);
    for (const [key, value] of sums(records)) known.set(key, value);
    return known.pairs;
  });
}

const values = (all: readonly (readonly Pair[])[]): number[][] =>
  all.map((records) => records.map(([, value]) => value));

describe('windows by key, against the records of each window', () => {
  /** Batches to wait for after the last fault: a window comes only every so often. */
  const quiet: readonly (readonly Pair[])[] = [[], [], [], []];
  /** Batches after which no executor has the version any more. */
  const losses = fc.subarray([1, 2, 3, 4, 5, 6, 7, 8]);

  it('groupByKeyAndWindow, values oldest batch first', () =>
    fc.assert(
      fc.asyncProperty(batches, windows, async (all, span) => {
        const ran = await run([all], (input) => groupByKeyAndWindow(input, specOf(span), TWO, 'array'));
        // Inside a batch the order of values follows its partitions, which is that of the records.
        expectModel(ran, map(windowed(all, span), grouped));
      }),
    ));

  it('reduceByKeyAndWindow', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(batches, windows, faultyCalls, async (some, span, calls) => {
        const faults = new Faults(calls);
        const all = [...some, ...quiet];
        const ran = await run([all], (input) =>
          reduceByKeyAndWindow(input, faults.in(sum), specOf(span), TWO, 'array'),
        );
        expectModel(ran, map(windowed(all, span), sums), faults);
        seen.add(faults);
      }),
    );
    expect(seen.total).to.be.greaterThan(0);
  });

  it('reduceByKeyAndWindow, for a function that does not commute, though versions are lost', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(batches, windows, faultyCalls, losses, async (some, span, calls, lost) => {
        const faults = new Faults(calls);
        const all = [...some, ...quiet].map((records, i) => records.map(([key], j) => [key, `${i}.${j} `] as const));
        const ran = await run(
          [all],
          (input) => {
            const f = faults.in((older: string, newer: string) => older + newer);
            const joined = reduceByKeyAndWindow(input, f, specOf(span), TWO, 'array');
            output(joined, 'lose', async (rdd, timeMs) => {
              if (lost.includes(timeMs / BATCH_MS)) rdd.ctx.unpersist([rdd.id]);
            });
            return joined;
          },
          undefined,
          // No checkpoint: a version can be made again.
          {},
        );
        const model = map(windowed(all, span), (records) =>
          grouped(records).map(([key, texts]) => [key, texts.join('')]),
        );
        expectModel(ran, model, faults);
        seen.add(faults);
      }),
    );
    expect(seen.total).to.be.greaterThan(0);
  });

  it('reduceByKeyAndWindow with an inverse: keys stay, whatever fails on the way', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(batches, windows, faultyCalls, async (some, span, calls) => {
        const faults = new Faults(calls);
        const all = [...some, ...quiet];
        const ran = await run([all], (input) =>
          reduceByKeyAndInverseWindow(
            input,
            faults.in(sum),
            faults.in(subtract),
            undefined,
            specOf(span),
            TWO,
            'array',
          ),
        );
        expectModel(ran, withZeros(windowed(all, span)), faults);
        seen.add(faults);
      }),
    );
    expect(seen.total).to.be.greaterThan(0);
  });

  it('reduceByKeyAndWindow with an inverse and a filter: the same as without either', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(batches, windows, faultyCalls, async (some, span, calls) => {
        const faults = new Faults(calls);
        // A filter must not drop a key that still has values in the window.
        const positive = some.map((records) => records.map(([key, value]): Pair => [key, Math.abs(value) + 1]));
        const all = [...positive, ...quiet];
        const ran = await run([all], (input) =>
          reduceByKeyAndInverseWindow(
            input,
            faults.in(sum),
            faults.in(subtract),
            faults.in(([, value]: Pair) => value !== 0),
            specOf(span),
            TWO,
            'array',
          ),
        );
        expectModel(ran, map(windowed(all, span), sums), faults);
        seen.add(faults);
      }),
    );
    expect(seen.total).to.be.greaterThan(0);
  });

  it('countByValueAndWindow', () =>
    fc.assert(
      fc.asyncProperty(batches, windows, async (all, span) => {
        const ran = await run([all], (input) => countByValueAndWindow(input, specOf(span), TWO, 'array'));
        const ones = all.map((records) => records.map((record): Pair => [record, 1]));
        expectModel(ran, map(windowed(ones, span), sums));
      }),
    ));
});

describe('windows of records, against the records of each window', () => {
  const second = ([, value]: Pair): number => value;
  const plain = (all: readonly (readonly Pair[])[], span: Span) => windowed(values(all), span);
  const scripts = (all: readonly (readonly Pair[])[]) => [all.map((records) => records.map(second))];

  it('reduceByWindow: one record, none for an empty window', () =>
    fc.assert(
      fc.asyncProperty(batches, windows, async (all, span) => {
        const ran = await run(scripts(all), (input) => reduceByWindow(input, sum, specOf(span)));
        expectModel(
          ran,
          map(plain(all, span), (xs) => (xs.length === 0 ? [] : [total(xs)])),
        );
      }),
    ));

  it('reduceByWindow with an inverse: one record ever after the first one', () =>
    fc.assert(
      fc.asyncProperty(batches, windows, async (all, span) => {
        const ran = await run(scripts(all), (input) => reduceByInverseWindow(input, sum, subtract, specOf(span)));
        let hasBegun = false;
        const model = map(plain(all, span), (xs) => {
          hasBegun ||= xs.length > 0;
          return hasBegun ? [xs.reduce(sum, 0)] : [];
        });
        expectModel(ran, model);
      }),
    ));

  it('countByWindow: nothing before the first record, then a number', () =>
    fc.assert(
      fc.asyncProperty(batches, windows, async (all, span) => {
        const ran = await run(scripts(all), (input) => countByWindow(input, specOf(span)));
        let hasBegun = false;
        const model = map(plain(all, span), (xs) => {
          hasBegun ||= xs.length > 0;
          return hasBegun ? [xs.length] : [];
        });
        expectModel(ran, model);
      }),
    ));
});

describe('a window whose function throws', () => {
  it('fails the outputs that it comes to, in its batch, and no others', async () => {
    const t = new EngineHarness({ batchMs: BATCH_MS, onFailure: 'keep' });
    const input = t.input([[['a', 1]], [['a', 2]], [['a', 3]]], 1);
    let isBroken = false;
    const f = (a: number, b: number): number => {
      if (isBroken) throw new Error('on purpose');
      return a + b;
    };
    const windowed = record(reduceByKeyAndWindow(input, f, { windowMs: 2000, slideMs: 1000 }, TWO, 'array'));
    const plain = record(input);
    await t.run(1);
    isBroken = true;
    await t.run(1);
    isBroken = false;
    await t.run(1);
    await t.stop();
    expect(windowed.batches).to.deep.equal([
      { timeMs: 1000, values: [['a', 1]] },
      { timeMs: 3000, values: [['a', 5]] },
    ]);
    expect(plain.batches.map(({ timeMs }) => timeMs)).to.deep.equal([1000, 2000, 3000]);
    expect(t.failures.map(({ timeMs }) => timeMs)).to.deep.equal([2000]);
    expect(String(t.failures[0]!.error)).to.match(
      /reduceByKeyAndWindow \(uid .* batch 2000 ms failed: Error: on purpose/,
    );
  });

  it('fails in the test kit where the function changes what it is given', async () => {
    const t = new EngineHarness({ batchMs: BATCH_MS, onFailure: 'keep' });
    const input = t.input([[['a', [1]]], [['a', [2]]], [['a', [3]]]], 1);
    const append = (older: number[], newer: number[]): number[] => {
      older.push(...newer);
      return older;
    };
    record(reduceByKeyAndWindow(input, append, { windowMs: 3000, slideMs: 1000 }, TWO, 'array'));
    await t.run(3);
    await t.stop();
    expect(t.failures).to.have.length.greaterThan(0);
    expect(isDStreamsError(t.failures[0]!.error, 'USER_FUNCTION_FAILED')).to.equal(true);
  });
});
