import { expect } from 'chai';
import fc from 'fast-check';
import { type AnyFunction, looseSlots, type StateStep } from '../../rdd/index.ts';
import { ACCESS } from '../../stage/compile.ts';
import { applyState, StateVersion } from '../index.ts';

type Pair<V> = readonly [key: number, value: V];
/** One batch, reduced by key. */
type Batch<V> = readonly Pair<V>[];

/** In panes, of `batchesInPane` batches each. */
interface Span {
  readonly windowPanes: number;
  readonly slidePanes: number;
  readonly batchesInPane: number;
}

const pairs = ACCESS.array;

/** What a slide is given: from the version of an earlier slide on, or from nothing. */
async function slideTo<V>(
  slide: number,
  span: Span,
  batches: readonly Batch<V>[],
  f: (older: V, newer: V) => V,
  from?: { readonly slide: number; readonly version: StateVersion },
): Promise<StateVersion> {
  const { windowPanes, slidePanes, batchesInPane } = span;
  const after = Math.max(slide * slidePanes - windowPanes, from === undefined ? 0 : from.slide * slidePanes, 0);
  const inputs: Batch<V>[] = [];
  const panes: number[] = [];
  for (let i = after * batchesInPane; i < slide * slidePanes * batchesInPane; i++) {
    inputs.push(batches[i]!);
    panes.push(Math.floor(i / batchesInPane) + 1);
  }
  const reduce = looseSlots([f as AnyFunction])[0]!;
  const update = { kind: 'slidingWindow', reduce, slide, windowPanes, slidePanes, panes } as const;
  const step: StateStep = { update, dialect: 'array', timeMs: slide, label: 'window' };
  return applyState(from?.version ?? StateVersion.empty(), inputs, step, pairs);
}

/** Every key of the window with its values, oldest first: slow and obvious. */
function model(slide: number, { windowPanes, slidePanes, batchesInPane }: Span, batches: readonly Batch<string>[]) {
  const table = new Map<number, string>();
  const to = slide * slidePanes * batchesInPane;
  for (const batch of batches.slice(Math.max(0, to - windowPanes * batchesInPane), to)) {
    for (const [key, value] of batch) table.set(key, (table.get(key) ?? '') + value);
  }
  return [...table].sort(([a], [b]) => a - b);
}

function contents<V>(version: StateVersion): Pair<V>[] {
  const all: Pair<V>[] = [];
  version.forEach((key, value) => void all.push([key as number, value as V]));
  expect(version.count).to.equal(all.length);
  return all.sort(([a], [b]) => a - b);
}

const spans: fc.Arbitrary<Span> = fc
  .record({
    windowPanes: fc.integer({ min: 2, max: 9 }),
    slidePanes: fc.integer({ min: 1, max: 8 }),
    batchesInPane: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ windowPanes, slidePanes }) => slidePanes < windowPanes);

const batchOf = <V>(keyMax: number, value: fc.Arbitrary<V>): fc.Arbitrary<Batch<V>> =>
  fc.uniqueArray(fc.tuple(fc.nat(keyMax), value), { maxLength: 12, selector: ([key]) => key });

const SLIDES = 12;
const batchCount = ({ slidePanes, batchesInPane }: Span): number => SLIDES * slidePanes * batchesInPane;

/** Batches of the run, by repetition of a few. */
const repeated = <V>(some: readonly Batch<V>[], n: number): Batch<V>[] =>
  Array.from({ length: n }, (_, i) => some[i % some.length]!);

describe('a window that slides, against the values of each window', () => {
  const text: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'dd');
  /** How each slide comes about: of the slide before, of one before that, or of nothing; and where its function throws. */
  const ways = fc.array(fc.record({ back: fc.integer({ min: 0, max: 4 }), throwAt: fc.nat(30) }), {
    minLength: SLIDES,
    maxLength: SLIDES,
  });

  it('joins values in order, whatever is lost and whatever throws on the way', async () => {
    let thrown = 0;
    await fc.assert(
      fc.asyncProperty(
        spans,
        fc.array(batchOf(9, text), { minLength: 1, maxLength: 7 }),
        ways,
        async (span, some, ways) => {
          const batches = repeated(some, batchCount(span));
          const versions: { slide: number; version: StateVersion }[] = [];
          for (const [i, { back, throwAt }] of ways.entries()) {
            const slide = i + 1;
            // 0: what came before is lost.
            const from = back === 0 ? undefined : versions[versions.length - Math.min(back, versions.length)];
            let calls = 0;
            const faulty = (a: string, b: string) => {
              if (calls++ === throwAt) throw new Error('on purpose');
              return a + b;
            };
            const failed = await slideTo(slide, span, batches, faulty, from).then(
              () => false,
              () => true,
            );
            if (failed) thrown++;
            const version = await slideTo(slide, span, batches, (a, b) => a + b, from);
            const again = await slideTo(slide, span, batches, (a, b) => a + b, from);
            expect(contents(version)).to.deep.equal(model(slide, span, batches));
            expect(contents(again)).to.deep.equal(contents(version));
            versions.push({ slide, version });
          }
          // Nothing that came later has changed an earlier one.
          for (const { slide, version } of versions) {
            expect(contents(version)).to.deep.equal(model(slide, span, batches));
          }
        },
      ),
      { numRuns: 200 },
    );
    expect(thrown).to.be.greaterThan(0);
  });

  it('a version made of all batches equals one that was brought forward, to the last bit of a sum of doubles', () =>
    fc.assert(
      fc.asyncProperty(
        spans,
        fc.array(batchOf(5, fc.double({ noNaN: true, noDefaultInfinity: true })), { minLength: 1, maxLength: 7 }),
        async (span, some) => {
          const batches = repeated(some, batchCount(span));
          const add = (a: number, b: number) => a + b;
          let from: { slide: number; version: StateVersion } | undefined;
          for (let slide = 1; slide <= SLIDES; slide++) {
            const version = await slideTo(slide, span, batches, add, from);
            const anew = await slideTo(slide, span, batches, add);
            expect(contents(anew)).to.deep.equal(contents(version));
            from = { slide, version };
          }
        },
      ),
    ));

  it('keys that have left give their slots back', async () => {
    const span: Span = { windowPanes: 4, slidePanes: 1, batchesInPane: 1 };
    const batches = Array.from(
      { length: 40 },
      (_, i): Batch<string> =>
        // The key 0 stays, 700 others come new with each batch.
        [[0, 'x'], ...Array.from({ length: 700 }, (_, k): Pair<string> => [1 + i * 700 + k, 'y'])],
    );
    let from: { slide: number; version: StateVersion } | undefined;
    for (let slide = 1; slide <= 40; slide++) {
      const version = await slideTo(slide, span, batches, (a: string, b) => a + b, from);
      expect(contents(version)).to.deep.equal(model(slide, span, batches));
      expect(version.index.slotCount).to.be.lessThan(2 * 4 * 700 + 2 * 701);
      from = { slide, version };
    }
  });

  it('calls the function as often for a long window as for a short one, and in no slide much more often', async () => {
    const perSlide = async (windowPanes: number): Promise<{ mean: number; most: number }> => {
      const span: Span = { windowPanes, slidePanes: 1, batchesInPane: 1 };
      const keys = Array.from({ length: 600 }, (_, k): Pair<number> => [k, 1]);
      const batches = Array.from({ length: 3 * windowPanes }, () => keys);
      let from: { slide: number; version: StateVersion } | undefined;
      let most = 0;
      let all = 0;
      for (let slide = 1; slide <= batches.length; slide++) {
        let calls = 0;
        const add = (a: number, b: number) => {
          calls++;
          return a + b;
        };
        const version = await slideTo(slide, span, batches, add, from);
        from = { slide, version };
        if (slide <= windowPanes) continue;
        all += calls;
        most = Math.max(most, calls);
      }
      return { mean: all / (2 * windowPanes), most };
    };
    const [short, long] = [await perSlide(10), await perSlide(100)];
    // Per key: one to add, one to turn, one to join front and back.
    expect(short.mean).to.be.lessThan(3 * 600);
    expect(long.mean).to.be.lessThan(3 * 600);
    expect(long.most).to.be.lessThan(1.7 * long.mean);
  });
});
