import { expect } from 'chai';
import fc from 'fast-check';
import { HashPartitioner } from '../../rdd/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { rddOpsFor } from './static.ts';
import type { State } from '../../state/index.ts';
import { mapWithState, updateStateByKey } from '../state.ts';
import {
  BATCH_MS,
  batch,
  expectModel,
  FaultCount,
  Faults,
  faultyCalls,
  grouped,
  keyText,
  type Pair,
  pairs,
  run,
  SlowTable,
} from './run.ts';

const options = { partitioner: new HashPartitioner(2), dialect: 'array' } as const;
const initialState = fc.uniqueArray(pairs, { maxLength: 3, selector: ([key]) => keyText(key) });
/** null: no data set in that batch. */
const maybeBatches = fc.array(fc.option(batch, { freq: 4 }), { minLength: 1, maxLength: 8 });

describe('updateStateByKey, against a table that is gone through key by key', () => {
  /** Forgets by undefined and by null, on news and without, and tells `[]` from news. */
  const update = (values: readonly number[], state: number | undefined): number | null | undefined => {
    const total = values.reduce((a, b) => a + b, state ?? 0);
    if (total > 12) return undefined;
    return values.length === 0 && total % 3 === 0 ? null : total;
  };

  function model(batches: readonly (readonly Pair[] | null)[], initial: readonly Pair[]): Map<number, unknown[]> {
    const table = new SlowTable<number>();
    const result = new Map<number, unknown[]>();
    let hasBegun = false;
    for (const [i, records] of batches.entries()) {
      if (!hasBegun && records === null) continue;
      if (!hasBegun) for (const [key, state] of initial) table.set(key, state);
      hasBegun = true;
      const news = new SlowTable<number[]>();
      for (const [key, values] of grouped(records ?? [])) news.set(key, values);
      const known = [...table.pairs, ...news.pairs.filter(([key]) => !table.has(key))].map(([key]) => key);
      for (const key of known) {
        const next = update(news.get(key) ?? [], table.get(key));
        if (next === undefined || next === null) table.delete(key);
        else table.set(key, next);
      }
      result.set(i + 1, table.pairs);
    }
    return result;
  }

  it('gives the same in every batch, also after batches whose function threw', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(maybeBatches, initialState, faultyCalls, async (batches, initial, calls) => {
        const faults = new Faults(calls);
        // A last batch catches up with what failed before.
        const all = [...batches, []];
        const ran = await run([all], (input) =>
          updateStateByKey(input, faults.in(update), { ...options, initial: rddOpsFor(input).parallelize(initial) }),
        );
        expectModel(ran, model(all, initial), faults);
        seen.add(faults);
      }),
    );
    expect(seen.total).to.be.greaterThan(0);
  });

  it('gives no news as an empty list that cannot be changed', async () => {
    const seen: unknown[] = [];
    const ran = await run([[[['a', 1]], []]], (input) =>
      updateStateByKey(
        input,
        (values: number[], state: number | undefined) => {
          seen.push([[...values], state, Object.isFrozen(values)]);
          return values.length + (state ?? 0);
        },
        options,
      ),
    );
    expect(seen).to.deep.equal([
      [[1], undefined, false],
      [[], 1, true],
    ]);
    expectModel(
      ran,
      new Map([
        [1, [['a', 1]]],
        [2, [['a', 1]]],
      ]),
    );
  });
});

describe('a state function that changes its state in place', () => {
  const inPlace = (values: number[], state: { seen: number[] } | undefined) => {
    const next = state ?? { seen: [] };
    next.seen.push(...values);
    return next;
  };

  it('is found by the test kit, and leaves the state as it was', async () => {
    const script = [[['a', 1]], [['a', 2]]];
    const { outputs, failed } = await run([script], (input) => updateStateByKey(input, inPlace, options));
    expect(outputs.get(1)).to.deep.equal([['a', { seen: [1] }]]);
    expect([...failed]).to.deep.equal([2]);
  });

  it('the same for mapWithState', async () => {
    const step = (_: number, __: unknown, value: number, state: State<{ seen: number[] }>) =>
      state.update(inPlace([value], state.getOption()));
    const script = [[['a', 1]], [['a', 2]]];
    const { outputs, failed } = await run([script], (input) => mapWithState(input, step, undefined, options).snapshots);
    expect(outputs.get(1)).to.deep.equal([['a', { seen: [1] }]]);
    expect([...failed]).to.deep.equal([2]);
  });
});

describe('mapWithState, against a table that is gone through key by key', () => {
  /** Every way in which a function can treat its key's state. */
  const step = (_: number, key: unknown, value: number | undefined, state: State<number>): unknown => {
    if (state.isTimingOut()) return [key, 'out', state.get(), value];
    const total = (state.getOption() ?? 0) + value!;
    if (total > 9 && state.exists()) state.remove();
    else if (value !== 0) state.update(total);
    return value === 2 ? undefined : [key, total];
  };

  interface Row {
    state: number;
    touched: number;
  }

  /** Batches are 1 apart; `timeout` in batches; every `interval`-th one looks for idle keys. */
  function model(
    batches: readonly (readonly Pair[] | null)[],
    initial: readonly Pair[],
    timeout: number | undefined,
    interval: number,
  ) {
    const table = new SlowTable<Row>();
    for (const [key, state] of initial) table.set(key, { state, touched: 1 });
    const mapped = new Map<number, unknown[]>();
    const snapshots = new Map<number, unknown[]>();
    for (const [i, records] of batches.entries()) {
      const now = i + 1;
      const out: unknown[] = [];
      for (const [key, value] of records ?? []) {
        const row = table.get(key);
        const total = (row?.state ?? 0) + value;
        if (total > 9 && row !== undefined) table.delete(key);
        else if (value !== 0) table.set(key, { state: total, touched: now });
        else if (row !== undefined && timeout !== undefined) row.touched = now;
        if (value !== 2) out.push([key, total]);
      }
      if (timeout !== undefined && now % interval === 0) {
        for (const [key, { state, touched }] of table.pairs) {
          if (touched >= now - timeout) continue;
          out.push([key, 'out', state, undefined]);
          table.delete(key);
        }
      }
      mapped.set(now, out);
      snapshots.set(
        now,
        table.pairs.map(([key, { state }]) => [key, state]),
      );
    }
    return { mapped, snapshots };
  }

  const timeouts = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });

  it('gives the same records and the same snapshots, also after batches whose function threw', async () => {
    const seen = new FaultCount();
    await fc.assert(
      fc.asyncProperty(
        maybeBatches,
        initialState,
        timeouts,
        fc.integer({ min: 1, max: 3 }),
        faultyCalls,
        async (batches, initial, timeout, interval, calls) => {
          const all = [...batches, []];
          const expected = model(all, initial, timeout, interval);
          for (const view of ['mapped', 'snapshots'] as const) {
            const faults = new Faults(calls);
            const ran = await run([all], (input) => {
              const timeoutMs = timeout === undefined ? undefined : timeout * BATCH_MS;
              const spec = { ...options, initial: rddOpsFor(input).parallelize(initial) };
              const streams = mapWithState(input, faults.in(step), timeoutMs, spec);
              streams.mapped.graph.checkpointEvery(streams.mapped.node, interval * BATCH_MS);
              return streams[view];
            });
            expectModel(ran, expected[view], faults);
            seen.add(faults);
          }
        },
      ),
    );
    expect(seen.total).to.be.greaterThan(0);
  });
});

describe('the version of the form of a state', () => {
  const refused: readonly [string, { stateVersion?: number; migrate?: unknown }][] = [
    ['is no fraction', { stateVersion: 1.5 }],
    ['is not 0', { stateVersion: 0 }],
    ['is above 1 where there is a function that migrates', { migrate: (old: unknown) => old }],
  ];
  for (const [what, given] of refused) {
    it(what, () => {
      const harness = new EngineHarness({ batchMs: BATCH_MS });
      expect(() => updateStateByKey(harness.input([], 1), () => 1, { ...options, ...given }))
        .to.throw()
        .with.property('code', 'OPTIONS_INVALID');
    });
  }
});
