import { type ClassRegistry, defaultRegistry, findByPrototype, type RegisteredClass } from './registry.ts';
import { builtInKind, DEPTH_MAX } from './serializable.ts';
import { setField } from './tagged.ts';
import { Optional } from './optional.ts';
import { Tuple2, Tuple3, Tuple4 } from './tuple.ts';

/**
 * What the codec would give back of `value`, without bytes in between: nothing in it that can be changed is shared with
 * `value`. A function that combines may change its first argument, as Spark lets it, where records are read from bytes each
 * time. What the codec does not keep (an instance of a class that is not registered, a function) stays as it is, and so
 * does what lies deeper than the codec goes.
 */
export function copyOf(value: unknown, registry: ClassRegistry = defaultRegistry): unknown {
  return typeof value === 'object' && value !== null ? copyOfObject(value, registry, DEPTH_MAX) : value;
}

function copyAt(value: unknown, registry: ClassRegistry, depth: number): unknown {
  return typeof value === 'object' && value !== null ? copyOfObject(value, registry, depth) : value;
}

function copyOfObject(value: object, registry: ClassRegistry, depth: number): unknown {
  if (depth <= 0) return value;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) return copyOfList(value as readonly unknown[], registry, depth - 1);
  if (prototype === Object.prototype) return copyOfFields(value, registry, depth - 1);
  if (prototype === null) return withFields(Object.create(null) as object, copyOfFields(value, registry, depth - 1));
  const copy = (part: unknown): unknown => copyAt(part, registry, depth - 1);
  switch (builtInKind(prototype)) {
    // Pairs cannot be changed, what they hold can.
    case 'tuple2': {
      const pair = value as Tuple2<unknown, unknown>;
      return new Tuple2(copy(pair.first), copy(pair.second));
    }
    case 'tuple3': {
      const [a, b, c] = value as Tuple3<unknown, unknown, unknown>;
      return new Tuple3(copy(a), copy(b), copy(c));
    }
    case 'tuple4': {
      const [a, b, c, d] = value as Tuple4<unknown, unknown, unknown, unknown>;
      return new Tuple4(copy(a), copy(b), copy(c), copy(d));
    }
    case 'optional':
      return Optional.ofNullable(copy((value as Optional<unknown>).orNull()));
    case 'map':
      return new Map([...(value as Map<unknown, unknown>)].map(([k, v]) => [copy(k), copy(v)]));
    case 'set':
      return new Set([...(value as Set<unknown>)].map(copy));
    case 'date':
      return new Date((value as Date).getTime());
    case 'bytes':
      return new Uint8Array(value as Uint8Array);
    case 'typed':
      return (value as Float64Array).slice();
    default: {
      const type = findByPrototype(registry, prototype);
      return type === undefined ? value : copyOfInstance(value, type, registry, depth);
    }
  }
}

// Both copy all at once, and then what lies deeper: numbers and texts in between cost nothing of their own.
function copyOfList(values: readonly unknown[], registry: ClassRegistry, depth: number): unknown[] {
  const out = values.slice();
  for (let i = 0; i < out.length; i++) {
    const part = out[i];
    if (typeof part === 'object' && part !== null) out[i] = copyOfObject(part, registry, depth);
  }
  return out;
}

function copyOfFields(value: object, registry: ClassRegistry, depth: number): object {
  const out = { ...value } as Record<string, unknown>;
  for (const key in out) {
    const part = out[key];
    if (typeof part === 'object' && part !== null) out[key] = copyOfObject(part, registry, depth);
  }
  return out;
}

function copyOfInstance(value: object, type: RegisteredClass, registry: ClassRegistry, depth: number): unknown {
  const data =
    type.encode === undefined
      ? copyOfFields(value, registry, depth - 1)
      : copyAt(type.encode(value), registry, depth - 1);
  if (type.decode !== undefined) return type.decode(data, type.version);
  return withFields(Object.create(type.prototype) as object, data as object);
}

function withFields(out: object, fields: object): object {
  for (const [key, field] of Object.entries(fields)) setField(out, key, field);
  return out;
}
