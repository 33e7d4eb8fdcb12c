import {
  type AnyFunction,
  checkFunction,
  describeValue,
  DStreamsError,
  type MakesRecords,
  type NotAsync,
  type Tuple2,
} from '../core/internal.ts';

/**
 * Functions as Java has them: classes to extend, object literals with `call`, or plain lambdas. Each class carries its
 * name twice: as a type, so that overloads can tell them apart, and on its prototype, for run time (`kindOf`).
 */
const FN = Symbol.for('dstreams.fn');

/** The names of the function classes. */
export type FunctionKind =
  | 'Function'
  | 'Function0'
  | 'Function2'
  | 'Function3'
  | 'Function4'
  | 'VoidFunction'
  | 'VoidFunction2'
  | 'FlatMapFunction'
  | 'FlatMapFunction2'
  | 'PairFunction'
  | 'PairFlatMapFunction'
  | 'DoubleFunction'
  | 'DoubleFlatMapFunction';

function mark(type: { readonly prototype: object }, kind: FunctionKind): void {
  // A bundler cannot call a class as JavaScript calls its own.
  Object.defineProperty(type, 'name', { value: kind, configurable: true });
  Object.defineProperty(type.prototype, FN, { value: kind });
}

/** Results of flatMap functions: Java 1.x returns an Iterable, 2.x an Iterator; arrays and strings' characters too. */
export type Results<R> = Iterable<R> | Iterator<R> | JavaIteratorLike<R>;

/** `java.util.Iterator`: `hasNext()`, and a `next()` that gives the value. */
export interface JavaIteratorLike<R> {
  /** Whether `next()` has something to give. */
  hasNext(): boolean;
  /** The next value. */
  next(): R;
}

/** A function of one argument. In imports also `JFunction`, since JavaScript has a `Function` of its own. */
export abstract class Function<T, R> {
  declare readonly __fn?: 'Function';
  /** The result for one argument. */
  abstract call(t: T): R;
}
/** A function without arguments. */
export abstract class Function0<R> {
  declare readonly __fn?: 'Function0';
  /** The result. */
  abstract call(): R;
}
/** A function of two arguments. */
export abstract class Function2<T1, T2, R> {
  declare readonly __fn?: 'Function2';
  /** The result for two arguments. */
  abstract call(t1: T1, t2: T2): R;
}
/** A function of three arguments. */
export abstract class Function3<T1, T2, T3, R> {
  declare readonly __fn?: 'Function3';
  /** The result for three arguments. */
  abstract call(t1: T1, t2: T2, t3: T3): R;
}
/** A function of four arguments. */
export abstract class Function4<T1, T2, T3, T4, R> {
  declare readonly __fn?: 'Function4';
  /** The result for four arguments. */
  abstract call(t1: T1, t2: T2, t3: T3, t4: T4): R;
}
/** A function of one argument without a result. */
export abstract class VoidFunction<T> {
  declare readonly __fn?: 'VoidFunction';
  /** A promise is waited for where the operation may wait: `foreachRDD`, `foreachPartition`. */
  abstract call(t: T): unknown;
}
/** A function of two arguments without a result: `foreachRDD` with the batch time. */
export abstract class VoidFunction2<T1, T2> {
  declare readonly __fn?: 'VoidFunction2';
  /** Called with the data set and the batch time. A promise is waited for. */
  abstract call(t1: T1, t2: T2): unknown;
}
/** A function that gives any number of records. */
export abstract class FlatMapFunction<T, R> {
  declare readonly __fn?: 'FlatMapFunction';
  /** The records for one argument: an iterable or an iterator. */
  abstract call(t: T): Results<R>;
}
/** A function of two arguments that gives any number of records. */
export abstract class FlatMapFunction2<A, B, R> {
  declare readonly __fn?: 'FlatMapFunction2';
  /** The records for two arguments: an iterable or an iterator. */
  abstract call(a: A, b: B): Results<R>;
}
/** Given to `map`, it makes a stream of pairs. No `Function`, so that overloads differ (api §6). */
export abstract class PairFunction<T, K, V> {
  declare readonly __fn: 'PairFunction';
  /** The pair for one argument. */
  abstract call(t: T): Tuple2<K, V>;
}
/** Given to `flatMap` or `mapPartitions`, it makes a stream of pairs. */
export abstract class PairFlatMapFunction<T, K, V> {
  declare readonly __fn: 'PairFlatMapFunction';
  /** The pairs for one argument: an iterable or an iterator. */
  abstract call(t: T): Results<Tuple2<K, V>>;
}
/** Given to `map` of a data set, it makes one of numbers. */
export abstract class DoubleFunction<T> {
  declare readonly __fn: 'DoubleFunction';
  /** The number for one argument. */
  abstract call(t: T): number;
}
/** Given to `flatMap` or `mapPartitions` of a data set, it makes one of numbers. */
export abstract class DoubleFlatMapFunction<T> {
  declare readonly __fn: 'DoubleFlatMapFunction';
  /** The numbers for one argument: an iterable or an iterator. */
  abstract call(t: T): Results<number>;
}

mark(Function, 'Function');
mark(Function0, 'Function0');
mark(Function2, 'Function2');
mark(Function3, 'Function3');
mark(Function4, 'Function4');
mark(VoidFunction, 'VoidFunction');
mark(VoidFunction2, 'VoidFunction2');
mark(FlatMapFunction, 'FlatMapFunction');
mark(FlatMapFunction2, 'FlatMapFunction2');
mark(PairFunction, 'PairFunction');
mark(PairFlatMapFunction, 'PairFlatMapFunction');
mark(DoubleFunction, 'DoubleFunction');
mark(DoubleFlatMapFunction, 'DoubleFlatMapFunction');

/**
 * @internal A function object, and no function: functions have a method `call` of their own, which returns `any`. For the same reason
 * methods that infer their result from `f` take lambdas and objects in overloads of their own. The brand is optional, so that literals
 * `{ call(a) {…} }` pass (decision 29).
 */
type Called<Kind extends FunctionKind> = { readonly __fn?: Kind; readonly apply?: never };

/** The object forms of `Fn` … `Fn4`. */
export type FnObject<A, R> = Called<'Function' | 'DoubleFunction'> & { call(a: A): R };
/** `Function2` as an object. */
export type FnObject2<A, B, R> = Called<'Function2'> & { call(a: A, b: B): R };
/** `Function3` as an object. */
export type FnObject3<A, B, C, R> = Called<'Function3'> & { call(a: A, b: B, c: C): R };
/** `Function4` as an object. */
export type FnObject4<A, B, C, D, R> = Called<'Function4'> & { call(a: A, b: B, c: C, d: D): R };

/** `Function0`, an object with its `call`, or a lambda. */
export type Fn0<R> = (Called<'Function0'> & { call(): R }) | (() => R);
/** `Function`, an object with its `call`, or a lambda. */
export type Fn<A, R> = FnObject<A, R> | ((a: A) => R);
/** `Function2`, an object with its `call`, or a lambda. */
export type Fn2<A, B, R> = FnObject2<A, B, R> | ((a: A, b: B) => R);
/** `Function3`, an object with its `call`, or a lambda. */
export type Fn3<A, B, C, R> = FnObject3<A, B, C, R> | ((a: A, b: B, c: C) => R);
/** `Function4`, an object with its `call`, or a lambda. */
export type Fn4<A, B, C, D, R> = FnObject4<A, B, C, D, R> | ((a: A, b: B, c: C, d: D) => R);
/** `VoidFunction` as an object. */
type VFnObject<A> = Called<'VoidFunction' | 'Function'> & { call(a: A): unknown };
/** `VoidFunction`, an object with its `call`, or a lambda. */
export type VFn<A> = VFnObject<A> | ((a: A) => unknown);
/** The same where nobody waits for promises. */
export type SyncVFn<A, R> = VFnObject<A> | (((a: A) => R) & NotAsync<R>);
/** `foreachRDD`: functions of the data set, or of the data set and the batch time. */
export type VFn2<A, B> =
  | (Called<'VoidFunction' | 'VoidFunction2' | 'Function' | 'Function2'> & { call(a: A, b: B): unknown })
  | ((a: A, b: B) => unknown);
/** `FlatMapFunction`, an object with its `call`, or a lambda. */
export type FlatFn<A, R> =
  | (Called<'FlatMapFunction' | 'DoubleFlatMapFunction' | 'Function'> & { call(a: A): Results<R> })
  | ((a: A) => Results<R>);
/** `FlatMapFunction2`, an object with its `call`, or a lambda. */
export type FlatFn2<A, B, R> =
  | (Called<'FlatMapFunction2' | 'Function2'> & { call(a: A, b: B): Results<R> })
  | ((a: A, b: B) => Results<R>);
/** `PairFunction`, an object with its `call`, or a lambda. */
export type PairFn<A, K, V> =
  | (Called<'PairFunction' | 'Function'> & { call(a: A): Tuple2<K, V> })
  | ((a: A) => Tuple2<K, V>);
/** `PairFlatMapFunction`, an object with its `call`, or a lambda. */
export type PairFlatFn<A, K, V> =
  | (Called<'PairFlatMapFunction' | 'FlatMapFunction' | 'Function'> & { call(a: A): Results<Tuple2<K, V>> })
  | ((a: A) => Results<Tuple2<K, V>>);
/** `transform`: a function of the data set, or of the data set and the batch time. It may await actions. */
export type BatchFn<R, B, Out> =
  | (Called<'Function' | 'Function2'> & { call(rdd: R, time: B): Out | Promise<Out> })
  | ((rdd: R, time: B) => Out | Promise<Out>);

/** The same of two data sets: `transformWith`. */
export type BatchFn2<R, O, B, Out> =
  | FnObject3<R, O, B, Out | Promise<Out>>
  | ((rdd: R, other: O, time: B) => Out | Promise<Out>);

/** Whether `f` is a function object of numbers: `map`, `flatMap` and `mapPartitions` of data sets give a `JavaDoubleRDD`. */
export function makesDoubles(f: unknown): boolean {
  const kind = kindOf(f);
  return kind === 'DoubleFunction' || kind === 'DoubleFlatMapFunction';
}

/** An object whose results become records. */
export type RecordObject<A, R> = FnObject<A, R> & MakesRecords<R>;
/** A lambda whose results become records. */
export type RecordLambda<A, R> = ((a: A) => R) & MakesRecords<R>;
/**
 * Of the last of more than three overloads, which is the one that the compiler speaks of where none fits: it repeats what
 * lambdas and objects have to be, and takes none that the others do not.
 */
export type RecordFn<A, R> =
  | RecordLambda<A, R>
  | FnObject<A, 'a record, not a promise: use mapAsync(f, { concurrency })'>;

/** Which class of function an object is, whichever copy of the package made it; undefined for lambdas and literals. */
export function kindOf(f: unknown): FunctionKind | undefined {
  return typeof f === 'object' && f !== null ? (f as { readonly [FN]?: FunctionKind })[FN] : undefined;
}

/** Whether `f` is a pair function object: `map`, `flatMap` and `mapPartitions` of it give pairs. */
export function makesPairs(f: unknown): boolean {
  const kind = kindOf(f);
  return kind === 'PairFunction' || kind === 'PairFlatMapFunction';
}

/** Whether `f` can be called as a function is in Java. */
export function isFunctionLike(f: unknown): boolean {
  return (
    typeof f === 'function' ||
    (typeof f === 'object' && f !== null && typeof (f as { call?: unknown }).call === 'function')
  );
}

/** Of `toLambda`: what the operation can do with promises. */
export interface LambdaOptions {
  /** Whether `operator` waits for promises. Default false: async functions are refused. */
  readonly mayWait?: boolean;
}

/**
 * The function behind a function object, literal or lambda. Done once, when the operator is made, so that records meet
 * a plain closure. Throws `OPTIONS_INVALID` for anything else and `ASYNC_FUNCTION` where `operator` cannot wait.
 */
export function toLambda(f: unknown, operator: string, { mayWait = false }: LambdaOptions = {}): AnyFunction {
  if (!isFunctionLike(f)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${operator} takes a function, or an object with a method call, and got ${describeValue(f)}.`,
    );
  }
  const lambda = typeof f === 'function' ? (f as AnyFunction) : bound(f as { call: AnyFunction });
  if (!mayWait) checkFunction(lambda, operator);
  return lambda;
}

/** A bound method stays visible to the optimizer, and keeps the nature (async or not) of the method. */
const bound = (f: { call: AnyFunction }): AnyFunction => f.call.bind(f);
