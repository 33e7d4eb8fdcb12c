import fc from 'fast-check';
import { Optional } from '../optional.ts';
import { Tuple2, Tuple3, Tuple4 } from '../tuple.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.constantFrom('__proto__', 'toJSON', 'constructor', '\ud800'),
);
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, 0, Number.NaN, -32, 2 ** 31, 2 ** 53));

const primitive = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.constantFrom(null, undefined),
);

/** Any record that the codec keeps without registered classes. */
export const record: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    primitive,
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 5 }),
    fc.float64Array({ maxLength: 3 }),
    fc.int16Array({ maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.tuple(fc.constant(-32), tie('value')),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((entries) => new Map(entries)),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => new Set(values)),
    tie('value').map((value) => Optional.ofNullable(value)),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple2(a, b)),
    fc.tuple(tie('value'), tie('value'), tie('value')).map(([a, b, c]) => new Tuple3(a, b, c)),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple4(a, b, a, b)),
  ),
})).value;

/** Keys with many equal ones among them: from few primitives, nested a little. */
export const keyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    {
      weight: 4,
      arbitrary: fc.constantFrom<unknown>('a', 'b', '', 1, 1n, 0, -0, Number.NaN, true, null, undefined, 'Aa', 'BB'),
    },
    fc.constantFrom(0, 1).map((ms) => new Date(ms)),
    fc.constantFrom(1, 2).map((byte) => new Uint8Array([byte])),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('x', 'y'), tie('value'), { maxKeys: 2 }),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple2(a, b)),
    fc.array(tie('value'), { maxLength: 2 }).map((values) => new Set(values)),
  ),
})).value;
