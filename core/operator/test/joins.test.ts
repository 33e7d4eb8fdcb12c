import { expect } from 'chai';
import fc from 'fast-check';
import { isDStreamsError } from '../../errors.ts';
import { type CogroupEmit, HashPartitioner } from '../../rdd/index.ts';
import { partitionBy, reduceByKey } from '../by-key.ts';
import { cogroup } from '../joins.ts';
import { window } from '../../window/window.ts';
import { batch, expectModel, grouped, keyText, type Pair, run } from './run.ts';

type Batch = readonly Pair[];

/** Two inputs of the same number of batches. */
const twoInputs = fc
  .array(fc.tuple(batch, batch), { minLength: 1, maxLength: 4 })
  .map((both) => [both.map(([left]) => left), both.map(([, right]) => right)] as const);

const same = (a: unknown, b: unknown): boolean => keyText(a) === keyText(b);

/** Nested loops. */
function joined(left: Batch, right: Batch, keepsLeft: boolean, keepsRight: boolean): unknown[] {
  const out: unknown[] = [];
  for (const [key, value] of left) {
    const matches = right.filter(([other]) => same(key, other));
    for (const [, other] of matches) out.push([key, [value, other]]);
    if (matches.length === 0 && keepsLeft) out.push([key, [value, undefined]]);
  }
  if (keepsRight) {
    for (const [key, value] of right) {
      if (!left.some(([other]) => same(key, other))) out.push([key, [undefined, value]]);
    }
  }
  return out;
}

function cogrouped(left: Batch, right: Batch): unknown[] {
  const every = grouped([...left, ...right]).map(([key]) => key);
  const of = (side: Batch, key: unknown) => side.filter(([other]) => same(key, other)).map(([, value]) => value);
  return every.map((key) => [key, [of(left, key), of(right, key)]]);
}

const MODELS: Readonly<Record<Exclude<CogroupEmit, 'subtractByKey'>, (left: Batch, right: Batch) => unknown[]>> = {
  cogroup: cogrouped,
  join: (left, right) => joined(left, right, false, false),
  leftOuterJoin: (left, right) => joined(left, right, true, false),
  rightOuterJoin: (left, right) => joined(left, right, false, true),
  fullOuterJoin: (left, right) => joined(left, right, true, true),
};

describe('joins, against nested loops', () => {
  const two = new HashPartitioner(2);
  for (const [emit, model] of Object.entries(MODELS) as [keyof typeof MODELS, (typeof MODELS)['join']][]) {
    const expected = ([left, right]: readonly (readonly Batch[])[]) =>
      new Map(left!.map((records, i) => [i + 1, model(records, right![i]!)]));

    it(emit, () =>
      fc.assert(
        fc.asyncProperty(twoInputs, async (inputs) => {
          const ran = await run(inputs, (a, b) => cogroup([a!, b!], emit, two, 'array'));
          expectModel(ran, expected(inputs));
        }),
        { numRuns: 60 },
      ),
    );

    it(`${emit} of a side that is partitioned already, and of one side with itself`, () =>
      fc.assert(
        fc.asyncProperty(twoInputs, async (inputs) => {
          const ran = await run(inputs, (a, b) => cogroup([partitionBy(a!, two, 'array'), b!], emit, two, 'array'));
          expectModel(ran, expected(inputs));
          const [left] = inputs;
          const twice = await run([left], (a) => cogroup([a!, a!], emit, two, 'array'));
          expectModel(twice, expected([left, left]));
        }),
        { numRuns: 30 },
      ));
  }

  it('streams of different slides are refused', () => {
    let error: unknown;
    return run([[[]], [[]]], (a, b) => {
      try {
        cogroup([a!, window(b!, 2000, 2000)], 'join', two, 'array');
      } catch (e) {
        error = e;
      }
      return a!;
    }).then(() => expect(isDStreamsError(error, 'SLIDES_DIFFER')).to.equal(true));
  });
});

describe('partitionBy', () => {
  const two = new HashPartitioner(2);

  it('changes no record, and puts each where its key belongs', () =>
    fc.assert(
      fc.asyncProperty(batch, async (records) => {
        const ran = await run([[records]], (input) => partitionBy(input, two, 'array'));
        expectModel(ran, new Map([[1, records]]));
        const partitions = ran.outputs.get(1)!.map((pair) => two.getPartition((pair as Pair)[0]));
        expect(partitions).to.deep.equal(partitions.slice().sort());
      }),
      { numRuns: 40 },
    ));

  it('of a stream that is partitioned so already leaves the other its blocks', async () => {
    const ran = await run([[[['a', 1]], [['a', 2]], [['b', 3]]]], (input) => {
      const sums = reduceByKey(input, (a: number, b: number) => a + b, two, 'array');
      const again = partitionBy(sums, two, 'array');
      const wide = window(sums, 3000, 1000);
      return cogroup([again, wide], 'join', two, 'array');
    });
    expectModel(
      ran,
      new Map([
        [1, [['a', [1, 1]]]],
        [
          2,
          [
            ['a', [2, 1]],
            ['a', [2, 2]],
          ],
        ],
        [3, [['b', [3, 3]]]],
      ]),
    );
  });
});
