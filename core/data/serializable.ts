import { DStreamsError } from '../errors.ts';
import { classNameOf, describeValue } from './describe.ts';
import { Optional } from './optional.ts';
import type { ClassRegistry } from './registry.ts';
import { defaultRegistry, findByPrototype } from './registry.ts';
import { Tuple2, Tuple3, Tuple4 } from './tuple.ts';

/** How deep records may be nested, arrays in objects in maps …; what is deeper most likely holds itself. */
export const DEPTH_MAX = 64;

/** The typed arrays that the codec keeps, by their code in its bytes. The order is part of the format. */
export const TYPED_ARRAYS = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const;

/** What the codec keeps beside primitives, arrays and plain objects: by prototype, because a subclass is another class. */
export type BuiltInKind = 'bytes' | 'typed' | 'date' | 'map' | 'set' | 'optional' | 'tuple2' | 'tuple3' | 'tuple4';

const BUILT_IN = new Map<object, BuiltInKind>([
  [Uint8Array.prototype, 'bytes'],
  [Buffer.prototype, 'bytes'],
  [Date.prototype, 'date'],
  [Map.prototype, 'map'],
  [Set.prototype, 'set'],
  [Optional.prototype, 'optional'],
  [Tuple2.prototype, 'tuple2'],
  [Tuple3.prototype, 'tuple3'],
  [Tuple4.prototype, 'tuple4'],
  ...TYPED_ARRAYS.map((type): [object, BuiltInKind] => [type.prototype, 'typed']),
]);

export function builtInKind(prototype: object): BuiltInKind | undefined {
  return BUILT_IN.get(prototype);
}

/** The error for a value that the codec refuses. `where` names operator and uid; `path` leads from the record to the value. */
export function notSerializable(value: unknown, where: string | undefined, path = ''): DStreamsError {
  const place = `${where === undefined ? '' : `${where}: `}${path === '' ? 'a record' : `the part ${path} of a record`}`;
  if (typeof value !== 'object' || value === null) {
    return new DStreamsError(
      'RECORD_NOT_SERIALIZABLE',
      `${place} is ${describeValue(value)}, which cannot be stored or sent to another thread; keep plain data in records`,
      { details: { where, className: typeof value } },
    );
  }
  const name = classNameOf(value);
  return new DStreamsError(
    'RECORD_NOT_SERIALIZABLE',
    `${place} is an instance of ${name}, a class that is not registered; register it with conf.registerKryoClasses([${name}]) ` +
      `or registerClass(${name}, { name, version, encode, decode }), or keep plain data in records`,
    { details: { where, className: name } },
  );
}

export function tooDeep(where: string | undefined, depthMax: number): DStreamsError {
  return new DStreamsError(
    'RECORD_NOT_SERIALIZABLE',
    `${where === undefined ? '' : `${where}: `}a record is nested deeper than ${depthMax} levels, or holds itself`,
    { details: { where, depthMax } },
  );
}

/**
 * Decides whether the codec would keep records, without encoding them: what every master asks where records are persisted or shuffled,
 * so that `local` refuses what `local[2]` would. Instances of a registered class are looked into once per class, not per record.
 */
export class SerializableCheck {
  readonly #registry: ClassRegistry;
  readonly #depthMax: number;
  /** Prototypes of registered classes of which one instance was looked into. */
  readonly #good = new WeakSet<object>();

  constructor(registry: ClassRegistry = defaultRegistry, depthMax: number = DEPTH_MAX) {
    this.#registry = registry;
    this.#depthMax = depthMax;
  }

  /** Throws `RECORD_NOT_SERIALIZABLE` naming `where`, the class, and the call that registers it. */
  check(value: unknown, where?: string): void {
    if (typeof value === 'string' || typeof value === 'number') return;
    this.#walk(value, this.#depthMax, where, '');
  }

  /** `check` for each of many records. */
  checkAll(values: readonly unknown[], where?: string): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string' || typeof value === 'number') continue;
      this.#walk(value, this.#depthMax, where, '');
    }
  }

  // `path` grows by names only; building one per array element would cost more than the check.
  #walk(value: unknown, depth: number, where: string | undefined, path: string): void {
    switch (typeof value) {
      case 'object':
        if (value !== null) this.#object(value, depth, where, path);
        return;
      case 'function':
      case 'symbol':
        throw notSerializable(value, where, path);
      default:
    }
  }

  #object(value: object, depth: number, where: string | undefined, path: string): void {
    if (depth <= 0) throw tooDeep(where, this.#depthMax);
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) {
      this.#list(value as readonly unknown[], depth - 1, where, path);
    } else if (prototype === Tuple2.prototype) {
      const pair = value as Tuple2<unknown, unknown>;
      this.#walk(pair.first, depth - 1, where, path);
      this.#walk(pair.second, depth - 1, where, path);
    } else if (prototype === Object.prototype || prototype === null) {
      this.#fields(value, depth - 1, where, path);
    } else {
      this.#instance(value, prototype, depth - 1, where, path);
    }
  }

  #list(values: readonly unknown[], depth: number, where: string | undefined, path: string): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string' || typeof value === 'number') continue;
      this.#walk(value, depth, where, path);
    }
  }

  #fields(value: object, depth: number, where: string | undefined, path: string): void {
    const fields = value as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(fields)) {
      const field = fields[name];
      if (typeof field === 'string' || typeof field === 'number') continue;
      if (typeof field === 'object' && field !== null) this.#object(field, depth, where, `${path}.${name}`);
      else if (typeof field === 'function' || typeof field === 'symbol') {
        throw notSerializable(field, where, `${path}.${name}`);
      }
    }
  }

  #instance(value: object, prototype: object, depth: number, where: string | undefined, path: string): void {
    switch (BUILT_IN.get(prototype)) {
      case 'bytes':
      case 'typed':
      case 'date':
        return;
      case 'map':
        for (const [key, entry] of value as Map<unknown, unknown>) {
          this.#walk(key, depth, where, path);
          this.#walk(entry, depth, where, path);
        }
        return;
      case 'set':
        for (const entry of value as Set<unknown>) this.#walk(entry, depth, where, path);
        return;
      case 'optional':
        this.#walk((value as Optional<unknown>).orNull(), depth, where, path);
        return;
      case 'tuple2':
      case 'tuple3':
      case 'tuple4':
        for (const part of value as Iterable<unknown>) this.#walk(part, depth, where, path);
        return;
      case undefined:
    }
    if (this.#good.has(prototype)) return;
    const registered = findByPrototype(this.#registry, prototype);
    if (registered === undefined) throw notSerializable(value, where, path);
    if (registered.encode === undefined) this.#fields(value, depth, where, path);
    else this.#walk(registered.encode(value), depth, where, path);
    this.#good.add(prototype);
  }
}

/** `SerializableCheck.check` of one value against `registry`, looking into it as a whole. */
export function checkSerializable(value: unknown, where?: string, registry?: ClassRegistry): void {
  new SerializableCheck(registry).check(value, where);
}
