import { JList, Optional, Tuple2 } from 'dstreams/java';
import { sortValues, type Value } from './values.ts';

/** A record of either surface in the values of the cases: tuples and lists are arrays, what is absent is null. */
export function plain(x: unknown): Value {
  if (x === undefined || x === null) return null;
  if (x instanceof Tuple2) return [plain(x._1()), plain(x._2())];
  if (x instanceof Optional) return x.isPresent() ? plain(x.get()) : null;
  if (Array.isArray(x)) return x.map(plain);
  if (typeof x === 'bigint') return Number(x);
  return x as Value;
}

/** The same of what the Java surface gives, all of whose lists have Java's methods. */
export function javaPlain(x: unknown): Value {
  if (x instanceof Tuple2) return [javaPlain(x._1()), javaPlain(x._2())];
  if (x instanceof Optional) return x.isPresent() ? javaPlain(x.get()) : null;
  if (!Array.isArray(x)) return plain(x);
  if (!(x instanceof JList)) throw new TypeError(`an array in place of a list: ${JSON.stringify(x)}`);
  return Array.from(x, javaPlain);
}

/** The elements of a batch, in canonical order unless their order counts. */
export function plainBatch(values: readonly unknown[], ordered: boolean): Value[] {
  const all = values.map(plain);
  return ordered ? all : sortValues(all);
}

/** The same value as the Java surface has it: an array of two is a tuple, any other a list. */
export function javaValue(x: Value): unknown {
  if (!Array.isArray(x)) return x;
  if (x.length === 2) return new Tuple2(javaValue(x[0]), javaValue(x[1]));
  return new JList(x.map(javaValue));
}

/** As a pair, whatever it is: what mapToPair and the like have to return. */
export function javaPair(x: Value): Tuple2<unknown, unknown> {
  const [k, v] = x as readonly [Value, Value];
  return new Tuple2(javaValue(k), javaValue(v));
}

/** Bytes in the values of the cases: a text with a character for each. */
export const textOfBytes = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
