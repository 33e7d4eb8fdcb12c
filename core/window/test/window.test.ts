import { expect } from 'chai';
import fc from 'fast-check';
import { narrow } from '../../operator/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import { window, windowTimes } from '../window.ts';

describe('windowTimes', () => {
  const cases: { name: string; args: [number, number, number, number]; times: number[] }[] = [
    { name: 'both ends are included', args: [6000, 3000, 1000, 0], times: [4000, 5000, 6000] },
    { name: 'an early window is shorter', args: [2000, 5000, 1000, 0], times: [1000, 2000] },
    { name: 'the zero time itself is no batch', args: [1000, 2000, 1000, 0], times: [1000] },
    { name: 'the grid is that of the parent', args: [8000, 4000, 2000, 0], times: [6000, 8000] },
    { name: 'the zero time need not be 0', args: [7500, 3000, 1000, 5500], times: [6500, 7500] },
  ];
  for (const { name, args, times } of cases) {
    it(name, () => expect(windowTimes(...args)).to.deep.equal(times));
  }

  it('are the times of the parent in (t − W, t] after the zero time, ascending', () => {
    const natural = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(
        natural(60),
        natural(20),
        natural(500),
        fc.integer({ min: 0, max: 5000 }),
        (k, w, slideMs, zeroMs) => {
          const timeMs = zeroMs + k * slideMs;
          const windowMs = w * slideMs;
          const slow: number[] = [];
          for (let i = 1; i <= k; i++) {
            const at = zeroMs + i * slideMs;
            if (at > timeMs - windowMs && at <= timeMs) slow.push(at);
          }
          expect(windowTimes(timeMs, windowMs, slideMs, zeroMs)).to.deep.equal(slow);
        },
      ),
    );
  });
});

describe('a window', () => {
  it('gives what slicing the input gives, for any sizes, also over a window', async () => {
    const size = fc.integer({ min: 1, max: 4 });
    const inner = fc.record({ w: size, s: size });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(9), { maxLength: 3 }), { maxLength: 8 }),
        inner,
        fc.option(inner),
        async (batches, a, b) => {
          const t = new EngineHarness({ batchMs: 100 });
          try {
            const first = window(t.input(batches, 2), a.w * 100, a.s * 100);
            const recorded = record(b === null ? first : window(first, b.w * a.s * 100, b.s * a.s * 100));
            await t.run(10);
            const slice = (of: (at: number) => number[], w: number, slideOf: number) => (at: number) => {
              const all: number[] = [];
              for (let p = at - w + slideOf; p <= at; p += slideOf) if (p > 0) all.push(...of(p));
              return all;
            };
            const once = slice((at) => batches[at - 1] ?? [], a.w, 1);
            const values = b === null ? once : slice(once, b.w * a.s, a.s);
            const slide = b === null ? a.s : a.s * b.s;
            const expected = [];
            for (let at = slide; at <= 10; at += slide) expected.push({ timeMs: at * 100, values: values(at) });
            expect(recorded.batches).to.deep.equal(expected);
          } finally {
            await t.stop();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('calls the functions before it once a batch: its parent is persisted', async () => {
    const t = new EngineHarness({ batchMs: 100 });
    let calls = 0;
    const counted = narrow(
      t.input([[1], [2], [3], [4], [5]], 1),
      'map',
      'map',
      [
        (x: number) => {
          calls++;
          return x;
        },
      ],
      'array',
    );
    const { batches } = record(window(counted, 300, 100));
    await t.run(5);
    await t.stop();
    expect(batches.at(-1)!.values).to.deep.equal([3, 4, 5]);
    expect(calls).to.equal(5);
  });

  const refused: { name: string; args: [number, number]; code: string }[] = [
    { name: 'of no length', args: [0, 1000], code: 'WINDOW_INVALID' },
    { name: 'of negative length', args: [-1000, 1000], code: 'WINDOW_INVALID' },
    { name: 'that does not slide', args: [1000, 0], code: 'WINDOW_INVALID' },
    { name: 'of a length that is no number', args: [Number.NaN, 1000], code: 'WINDOW_INVALID' },
    { name: 'that is no multiple of the slide of its parent', args: [1500, 1000], code: 'WINDOW_NOT_MULTIPLE' },
    { name: 'whose slide is no multiple of it', args: [2000, 1500], code: 'SLIDE_NOT_MULTIPLE' },
  ];
  for (const { name, args, code } of refused) {
    it(`${name} is refused, and leaves no trace`, async () => {
      const t = new EngineHarness({ batchMs: 1000 });
      const input = t.input([], 1);
      expect(() => window(input, ...args))
        .to.throw()
        .with.property('code', code);
      expect(input.graph.nodes).to.have.length(1);
      expect(input.graph.settingsOf(input.node).storageLevel.isValid()).to.equal(false);
      await t.stop();
    });
  }
});
