import { expect } from 'chai';
import fc from 'fast-check';
import { GroupTable, KeyTable, type PairDialect, Tuple2 } from '../../data/index.ts';
import { type AnyFunction, type RecordOp, type ShuffleMode, type Step, step } from '../../rdd/index.ts';
import { compileKernel, StepError, type Terminal } from '../compile.ts';

let sites = 0;
const slot = (fn: AnyFunction) => ({ fn, coord: undefined, site: `test-${sites++}` });

const pairOf = (dialect: PairDialect, k: unknown, v: unknown) => (dialect === 'array' ? [k, v] : new Tuple2(k, v));
const isPair = (x: unknown): boolean => Array.isArray(x) || x instanceof Tuple2;
const sizeOf = (x: unknown): number => (typeof x === 'number' ? x : isPair(x) ? 7 : String(x).length);

/** For each operation a function that takes anything, so that chains are free. */
const FUNCTIONS: Readonly<Record<RecordOp, (dialect: PairDialect) => readonly AnyFunction[]>> = {
  map: (dialect) => [(x: unknown) => pairOf(dialect, sizeOf(x) % 3, x)],
  filter: () => [(x: unknown) => sizeOf(x) % 2 === 1],
  flatMap: (dialect) => [(x: unknown) => [pairOf(dialect, 'a', x), pairOf(dialect, sizeOf(x), 1)]],
  mapValues: () => [(x: unknown) => sizeOf(x) + 1],
  flatMapValues: () => [(x: unknown) => new Set([sizeOf(x), 0])],
  keys: () => [],
  values: () => [],
  keyBy: () => [(x: unknown) => sizeOf(x) % 2],
  pairWithOne: () => [],
  pairWithNull: () => [],
};
const OPS = Object.keys(FUNCTIONS) as RecordOp[];
const chain = (ops: readonly RecordOp[], dialect: PairDialect): Step[] =>
  ops.map((op, i) => step(op, FUNCTIONS[op](dialect).map(slot), dialect, `${op}-${i}`));

const add = slot((a: unknown, b: unknown) => sizeOf(a) + sizeOf(b));
const MODES: readonly (ShuffleMode | undefined)[] = [
  undefined,
  { kind: 'group' },
  { kind: 'combine', create: undefined, mergeValue: add, mergeCombiners: add, mapSide: true },
  {
    kind: 'combine',
    create: slot((x: unknown) => [x]),
    mergeValue: slot((a: unknown[], b: unknown) => [...a, b]),
    mergeCombiners: add,
    mapSide: true,
  },
];

/** What a kernel leaves, or where it failed. */
function run(steps: readonly Step[], terminal: Terminal, generate: boolean, input: readonly unknown[]): unknown {
  const out: unknown[] = [];
  const groups = terminal.kind === 'combine' && terminal.mode.kind === 'group';
  const table = groups ? new GroupTable() : new KeyTable();
  try {
    const kernel = compileKernel(steps, terminal, generate);
    const middle = input.length >> 1;
    kernel(input, 0, middle, out, table);
    kernel(input, middle, input.length, out, table);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { failed: error.label, cause: String(error.cause) };
  }
  return { out, table: table instanceof GroupTable ? table.columns : table.cells };
}

describe('compiled kernels', () => {
  it('do what the interpreter does, for any chain of steps and any end', () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 9 }), fc.constantFrom('', 'a', 'bb'), fc.constant(null));
    const dialects = fc.constantFrom<PairDialect>('array', 'tuple');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...OPS), { maxLength: 6 }),
        dialects,
        fc.constantFrom(...MODES),
        fc.array(value, { maxLength: 12 }),
        (ops, dialect, mode, input) => {
          const steps = chain(ops, dialect);
          const terminal: Terminal =
            mode === undefined ? { kind: 'push' } : { kind: 'combine', mode, dialect, label: 'end' };
          expect(run(steps, terminal, true, input)).to.deep.equal(run(steps, terminal, false, input));
        },
      ),
      { numRuns: 400 },
    );
  });

  for (const generate of [true, false]) {
    describe(generate ? 'generated' : 'interpreted', () => {
      it('name the step whose function threw, with its cause', () => {
        const cause = new RangeError('no luck');
        const steps = [
          ...chain(['map'], 'array'),
          step(
            'filter',
            [
              slot(() => {
                throw cause;
              }),
            ],
            'array',
            'the second',
          ),
        ];
        expect(() => compileKernel(steps, { kind: 'push' }, generate)([1], 0, 1, [], new KeyTable()))
          .to.throw(StepError)
          .that.includes({ label: 'the second', cause });
      });

      it('name the end when what combines throws', () => {
        const fail = slot(() => {
          throw new Error('no luck');
        });
        const mode: ShuffleMode = {
          kind: 'combine',
          create: undefined,
          mergeValue: fail,
          mergeCombiners: fail,
          mapSide: true,
        };
        const kernel = compileKernel([], { kind: 'combine', mode, dialect: 'array', label: 'the end' }, generate);
        expect(() =>
          kernel(
            [
              ['a', 1],
              ['a', 2],
            ],
            0,
            2,
            [],
            new KeyTable(),
          ),
        )
          .to.throw(StepError)
          .with.property('label', 'the end');
      });

      it('refuse what is no pair, and what cannot be iterated, by code', () => {
        const codeOf = (steps: Step[], input: unknown) => {
          try {
            compileKernel(steps, { kind: 'push' }, generate)([input], 0, 1, [], new KeyTable());
          } catch (error) {
            return ((error as StepError).cause as { code?: string }).code;
          }
          return undefined;
        };
        expect(codeOf(chain(['mapValues'], 'array'), 'text')).to.equal('PAIR_EXPECTED');
        expect(codeOf(chain(['mapValues'], 'tuple'), ['a', 1])).to.equal('PAIR_EXPECTED');
        for (const list of [[], ['a'], ['a', 1, 2]])
          expect(codeOf(chain(['mapValues'], 'array'), list), `${list.length}`).to.equal('PAIR_EXPECTED');
        expect(codeOf([step('flatMap', [slot(() => 5)], 'array', 'f')], 1)).to.equal('ITERABLE_EXPECTED');
        expect(codeOf([step('flatMap', [slot(() => Promise.resolve([]))], 'array', 'f')], 1)).to.equal(
          'ASYNC_FUNCTION',
        );
      });

      it('call each function once per record', () => {
        let calls = 0;
        const counted = step(
          'map',
          [
            slot((x: number) => {
              calls++;
              return x;
            }),
          ],
          'array',
          'map',
        );
        compileKernel([counted, ...chain(['flatMap', 'pairWithOne'], 'array')], { kind: 'push' }, generate)(
          [1, 2, 3, 4],
          1,
          3,
          [],
          new KeyTable(),
        );
        expect(calls).to.equal(2);
      });
    });
  }

  it('of one place share one text, and see the functions of their own batch', () => {
    const at = (fn: AnyFunction) => step('map', [{ fn, coord: undefined, site: 'one place' }], 'array', 'map');
    const out: unknown[] = [];
    for (const factor of [1, 10])
      compileKernel([at((x: number) => x * factor)], { kind: 'push' })([1, 2], 0, 2, out, new KeyTable());
    expect(out).to.deep.equal([1, 2, 10, 20]);
  });
});
