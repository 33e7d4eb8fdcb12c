import { expect } from 'chai';
import fc from 'fast-check';
import { isDStreamsError } from '../../errors.ts';
import { type AnyFunction, type FnSlot, looseSlots, type StateStep, type StateUpdate } from '../../rdd/index.ts';
import { ACCESS } from '../../stage/compile.ts';
import { applyState, initialState, type Loop, type State, StateVersion } from '../index.ts';

const slot = (fn: AnyFunction): FnSlot => looseSlots([fn])[0]!;
const stepOf = (update: StateUpdate, timeMs = 1000): StateStep => ({ update, dialect: 'array', timeMs, label: 'step' });
const pairs = ACCESS.array;

/** Keys with their states, in the order of the keys' text. */
function contents(version: StateVersion): string[] {
  const all: string[] = [];
  version.forEach((key, value) => void all.push(JSON.stringify([key, value])));
  expect(version.count).to.equal(all.length);
  return all.sort();
}

/** Many keys, so that versions have several chunks and slots of removed keys are given up. */
const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 4 })), {
  maxLength: 400,
  size: 'max',
});

describe('versions of state', () => {
  const counting = (values: readonly number[], state: number | undefined) => {
    const total = values.reduce((a, b) => a + b, state ?? 0);
    return total % 5 === 4 ? undefined : total;
  };
  const summing = (_: number, __: unknown, value: number, state: State<number>) => {
    const total = (state.getOption() ?? 0) + value;
    if (state.exists() && total % 5 === 4) state.remove();
    else state.update(total);
  };
  const UPDATES: Readonly<Record<string, (throwAt: number) => StateUpdate>> = {
    updateByKey: (throwAt) => ({ kind: 'updateByKey', fn: slot(failing(counting, throwAt)) }),
    mapWithState: (throwAt) => ({
      kind: 'mapWithState',
      fn: slot(failing(summing, throwAt)),
      timeoutMs: 1000,
      scan: false,
    }),
    inverseWindow: (throwAt) => ({
      kind: 'inverseWindow',
      reduce: slot(failing((a: number, b: number) => a + b, throwAt)),
      inverse: slot((a: number, b: number) => a - b),
      filter: slot(([, value]: [unknown, number]) => value % 5 !== 4),
      leaving: 0,
    }),
  };

  function failing(f: AnyFunction, at: number): AnyFunction {
    let calls = 0;
    return (...args: unknown[]) => {
      if (calls++ === at) throw new Error('on purpose');
      return f(...args);
    };
  }

  for (const [name, updateOf] of Object.entries(UPDATES)) {
    it(`${name}: the version before never changes, whatever the function does, and a second try sees it`, async () => {
      let thrown = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(records, fc.nat(600)), { minLength: 1, maxLength: 6 }),
          async (batches: readonly (readonly [readonly (readonly [number, number])[], number])[]) => {
            let version = StateVersion.empty();
            for (const [news, throwAt] of batches) {
              const before = contents(version);
              try {
                await applyState(version, [news], stepOf(updateOf(throwAt)), pairs);
              } catch {
                thrown++;
              }
              expect(contents(version)).to.deep.equal(before);
              const after = await applyState(version, [news], stepOf(updateOf(-1)), pairs);
              const again = await applyState(version, [news], stepOf(updateOf(-1)), pairs);
              expect(contents(again)).to.deep.equal(contents(after));
              expect(contents(version)).to.deep.equal(before);
              version = after;
            }
          },
        ),
        { numRuns: 40 },
      );
      expect(thrown).to.be.greaterThan(0);
    });
  }

  for (const [name, updateOf] of Object.entries(UPDATES)) {
    it(`${name}: the same in one go and in pieces, with others' work in between`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(records, { minLength: 1, maxLength: 5 }),
          fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
          async (batches, sizes) => {
            let piece = 0;
            const inPieces: Loop = async (count, run) => {
              for (let from = 0; from < count; ) {
                const to = Math.min(count, from + sizes[piece++ % sizes.length]!);
                run(from, to);
                from = to;
                await Promise.resolve();
              }
            };
            let whole = StateVersion.empty();
            let pieced = StateVersion.empty();
            for (const news of batches) {
              const before = contents(pieced);
              const under = applyState(pieced, [news], stepOf(updateOf(-1)), pairs, inPieces);
              // Whoever reads the version before sees nothing of what is under way.
              await Promise.resolve();
              expect(contents(pieced)).to.deep.equal(before);
              pieced = await under;
              whole = await applyState(whole, [news], stepOf(updateOf(-1)), pairs);
              expect(contents(pieced)).to.deep.equal(contents(whole));
              expect(pieced.emitted).to.deep.equal(whole.emitted);
            }
          },
        ),
        { numRuns: 40 },
      ));
  }

  it('of a key that is given twice, the first state is that of updateStateByKey, the last one that of mapWithState', async () => {
    const given = [
      ['a', 0],
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ];
    const stateOf = async (name: string) => contents(await initialState(given, stepOf(UPDATES[name]!(-1), 0), pairs));
    expect(await stateOf('updateByKey')).to.deep.equal(['["a",0]', '["b",1]']);
    expect(await stateOf('mapWithState')).to.deep.equal(['["a",3]', '["b",1]']);
  });

  it('slots of forgotten keys are given up once they are more than half', async () => {
    const all = Array.from({ length: 4000 }, (_, i): [string, number] => [`key ${i}`, i]);
    const forget: StateUpdate = {
      kind: 'updateByKey',
      fn: slot((_: unknown, state: number) => (state < 100 ? state : null)),
    };
    const full = await initialState(all, stepOf(forget, 0), pairs);
    const few = await applyState(full, [], stepOf(forget), pairs);
    expect([few.count, few.index.slotCount]).to.deep.equal([100, 4000]);
    const next = await applyState(few, [[['new', 1]]], stepOf(forget), pairs);
    expect([next.count, next.index.slotCount]).to.deep.equal([100, 101]);
    expect([full.count, few.count]).to.deep.equal([4000, 100]);
  });

  it('a batch that touches few keys copies few chunks', async () => {
    const all = Array.from({ length: 10_000 }, (_, i): [number, number] => [i, 0]);
    const touch: StateUpdate = {
      kind: 'mapWithState',
      fn: slot((_: number, __: unknown, value: number, state: State<number>) => state.update(value)),
      timeoutMs: undefined,
      scan: false,
    };
    const full = await initialState(all, stepOf(touch, 0), pairs);
    const next = await applyState(
      full,
      [
        [
          [5, 1],
          [5000, 1],
        ],
      ],
      stepOf(touch),
      pairs,
    );
    const copied = next.values.chunks.filter((chunk, i) => chunk !== full.values.chunks[i]);
    expect(copied).to.have.length(2);
  });

  it('a filter that drops a key which still has values in the window is found out when they leave', async () => {
    const update = (leaving: number): StateUpdate => ({
      kind: 'inverseWindow',
      reduce: slot((a: number, b: number) => a + b),
      inverse: slot((a: number, b: number) => a - b),
      filter: slot(([, value]: [unknown, number]) => value !== 0),
      leaving,
    });
    const dropped = await applyState(StateVersion.empty(), [[['a', 0]]], stepOf(update(0)), pairs);
    expect(dropped.count).to.equal(0);
    const error: unknown = await applyState(dropped, [[['a', 0]]], stepOf(update(1)), pairs).catch((e: unknown) => e);
    expect(isDStreamsError(error, 'INVERSE_KEY_UNKNOWN'), String(error)).to.equal(true);
    expect(String(error)).to.match(/key a/);
  });
});

describe('State', () => {
  const visit = (fn: AnyFunction, before = StateVersion.empty(), scan = false, timeMs = 1000): Promise<StateVersion> =>
    applyState(
      before,
      [scan ? [] : [['k', 1]]],
      stepOf({ kind: 'mapWithState', fn: slot(fn), timeoutMs: 10, scan }, timeMs),
      pairs,
    );
  const withState = () => visit((_, __, value, state: State<number>) => state.update(value));

  const refusals: { name: string; run: () => Promise<unknown>; says: RegExp }[] = [
    {
      name: 'get without a state',
      run: async () => visit((_, __, ___, s: State<number>) => s.get()),
      says: /State is not set/,
    },
    {
      name: 'update after remove',
      run: async () =>
        visit(
          (_, __, ___, s: State<number>) => {
            s.remove();
            s.update(1);
          },
          await withState(),
        ),
      says: /Cannot update the state after it has been removed/,
    },
    {
      name: 'remove twice',
      run: async () =>
        visit(
          (_, __, ___, s: State<number>) => {
            s.remove();
            s.remove();
          },
          await withState(),
        ),
      says: /Cannot remove the state that has already been removed/,
    },
    {
      name: 'update while timing out',
      run: async () => visit((_, __, ___, s: State<number>) => s.update(1), await withState(), true, 5000),
      says: /Cannot update the state that is timing out/,
    },
    {
      name: 'remove while timing out',
      run: async () => visit((_, __, ___, s: State<number>) => s.remove(), await withState(), true, 5000),
      says: /Cannot remove the state that is timing out/,
    },
  ];
  for (const { name, run, says } of refusals) {
    it(`${name} is refused`, async () => {
      const error: unknown = await run().catch((e: unknown) => e);
      expect(String(error)).to.match(says);
    });
  }

  it('shows what there is', async () => {
    const seen: unknown[] = [];
    const look = (_: number, __: unknown, value: unknown, s: State<number>) => {
      seen.push([value, s.exists(), s.getOption(), s.isTimingOut(), String(s)]);
    };
    await visit(look);
    await visit(look, await withState());
    await visit(look, await withState(), true, 5000);
    expect(seen).to.deep.equal([
      [1, false, undefined, false, '<state not set>'],
      [1, true, 1, false, '1'],
      [undefined, true, 1, true, '1'],
    ]);
  });
});
