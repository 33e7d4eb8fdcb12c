import { DStreamsError } from '../errors.ts';
import { describeValue } from './describe.ts';
import { Tuple2 } from './tuple.ts';

/** How a surface writes a pair: `tuple` = `Tuple2` objects (Java style), `array` = `[key, value]` (fluent). Fixed per node of the plan. */
export type PairDialect = 'tuple' | 'array';

/** The pair operations of one dialect, as functions and as source fragments for generated code. */
export interface PairDialectOps {
  readonly dialect: PairDialect;
  keyOf(pair: unknown): unknown;
  valueOf(pair: unknown): unknown;
  make(key: unknown, value: unknown): unknown;
  isPair(value: unknown): boolean;
  /** Expression for the key of the pair that the expression `pair` names; `pair` is one identifier. */
  keyExpr(pair: string): string;
  valueExpr(pair: string): string;
  /** Expression that makes a pair. In the `tuple` dialect the name `Tuple2` must be bound where the text is compiled. */
  makeExpr(key: string, value: string): string;
  /** Condition that is true when the expression `value` (one identifier) is no pair; binds as `makeExpr`. */
  notPairExpr(value: string): string;
}

const TUPLE: PairDialectOps = Object.freeze<PairDialectOps>({
  dialect: 'tuple',
  keyOf: (pair) => (pair as Tuple2<unknown, unknown>).first,
  valueOf: (pair) => (pair as Tuple2<unknown, unknown>).second,
  make: (key, value) => new Tuple2(key, value),
  isPair: (value) => value instanceof Tuple2,
  keyExpr: (pair) => `${pair}.first`,
  valueExpr: (pair) => `${pair}.second`,
  makeExpr: (key, value) => `new Tuple2(${key}, ${value})`,
  notPairExpr: (value) => `!(${value} instanceof Tuple2)`,
});

// A Tuple2 has [0] and [1] too, so that a Java-style stream can be used from the fluent surface.
const ARRAY: PairDialectOps = Object.freeze<PairDialectOps>({
  dialect: 'array',
  keyOf: (pair) => (pair as readonly unknown[])[0],
  valueOf: (pair) => (pair as readonly unknown[])[1],
  make: (key, value) => [key, value],
  isPair: (value) => (Array.isArray(value) && value.length === 2) || value instanceof Tuple2,
  keyExpr: (pair) => `${pair}[0]`,
  valueExpr: (pair) => `${pair}[1]`,
  makeExpr: (key, value) => `[${key}, ${value}]`,
  notPairExpr: (value) => `!(Array.isArray(${value}) && ${value}.length === 2) && !(${value} instanceof Tuple2)`,
});

export function pairOps(dialect: PairDialect): PairDialectOps {
  return dialect === 'tuple' ? TUPLE : ARRAY;
}

/** Throws `PAIR_EXPECTED` unless `value` is a pair of the dialect. `where` names the operator, for the message. */
export function assertPair(value: unknown, dialect: PairDialect, where = 'a by-key operation'): void {
  if (!pairOps(dialect).isPair(value)) throw pairExpected(value, dialect, where);
}

/** The error of `assertPair`, for generated code that has done the test itself. */
export function pairExpected(value: unknown, dialect: PairDialect, where = 'a by-key operation'): DStreamsError {
  const wanted = dialect === 'tuple' ? 'a Tuple2' : 'a [key, value] array';
  const advice = dialect === 'tuple' ? 'make pairs with mapToPair' : 'make pairs with map(x => [key, value])';
  return new DStreamsError(
    'PAIR_EXPECTED',
    `${where} needs ${wanted} per record, got ${describeValue(value)}; ${advice}`,
  );
}
