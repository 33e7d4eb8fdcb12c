import { DStreamsError, messageOf } from '../errors.ts';
import { Optional } from './optional.ts';
import type { ClassRegistry, RegisteredClass } from './registry.ts';
import { findByName, findByPrototype } from './registry.ts';
import { builtInKind, notSerializable, tooDeep, TYPED_ARRAYS } from './serializable.ts';
import { Tuple2, Tuple3, Tuple4 } from './tuple.ts';

// What msgpack has no form for is written as an array [MARK, tag, …]. An array of the record that begins with MARK itself is written
// [MARK, TAG.array, …], so nothing is ambiguous. The numbers are part of the format.
const MARK = -32; // One byte in msgpack.
const TAG = {
  array: 0,
  negativeZero: 1,
  tuple2: 2,
  tuple3: 3,
  tuple4: 4,
  bigint: 5,
  utf16: 6,
  date: 7,
  typed: 8,
  map: 9,
  set: 10,
  optional: 11,
  object: 12,
  nullObject: 13,
  instance: 14,
} as const;

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/** ES2024; Node has it from version 20 on. */
interface WellFormed {
  isWellFormed(): boolean;
}

function isWellFormed(text: string): boolean {
  return (text as unknown as WellFormed).isWellFormed();
}

/** msgpackr looks at these three by name; as ordinary fields they go around it. */
function isPlainKey(key: string): boolean {
  return key !== '__proto__' && key !== 'constructor' && key !== 'toJSON' && isWellFormed(key);
}

/** True when msgpackr keeps `value` exactly, as it is: the common case, decided without allocating. */
export function isPlain(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value);
    case 'number':
      return value !== 0 || 1 / value > 0;
    case 'boolean':
    case 'undefined':
      return true;
    case 'bigint':
      return value >= INT64_MIN && value <= UINT64_MAX;
    case 'object':
      return value === null || isPlainObject(value, depth);
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if (depth <= 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Array.prototype) {
    const list = value as readonly unknown[];
    if (list[0] === MARK) return false;
    for (let i = 0; i < list.length; i++) if (!isPlain(list[i], depth - 1)) return false;
    return true;
  }
  if (prototype !== Object.prototype) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) if (!isPlainKey(key) || !isPlain(fields[key], depth - 1)) return false;
  return true;
}

/** Turns a value into one that is plain, with tags; or throws `RECORD_NOT_SERIALIZABLE`. One per document. */
export class Tagger {
  readonly #registry: ClassRegistry;
  readonly #depth: number;
  readonly #depthMax: number;
  readonly #where: string | undefined;
  /** Class names and versions, which instances refer to by index. */
  readonly #classes: (string | number)[] = [];
  readonly #classIndex = new Map<RegisteredClass, number>();

  /** `depth` levels may be gone down; `depthMax` is what the error says. */
  constructor(registry: ClassRegistry, depth: number, depthMax: number, where: string | undefined) {
    this.#registry = registry;
    this.#depth = depth;
    this.#depthMax = depthMax;
    this.#where = where;
  }

  document(value: unknown): unknown {
    const body = this.#tag(value, this.#depth, '');
    return [this.#classes, body];
  }

  #tag(value: unknown, depth: number, path: string): unknown {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) ? value : [MARK, TAG.utf16, Buffer.from(value, 'utf16le')];
      case 'number':
        return value === 0 && 1 / value < 0 ? [MARK, TAG.negativeZero] : value;
      case 'bigint':
        return value >= INT64_MIN && value <= UINT64_MAX ? value : [MARK, TAG.bigint, bigintText(value)];
      case 'object':
        return value === null ? null : this.#tagObject(value, depth, path);
      case 'function':
      case 'symbol':
        throw notSerializable(value, this.#where, path);
      default:
        return value;
    }
  }

  #tagObject(value: object, depth: number, path: string): unknown {
    if (depth <= 0) throw tooDeep(this.#where, this.#depthMax);
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) {
      const list = value as readonly unknown[];
      return this.#tagList(list[0] === MARK ? [MARK, TAG.array] : [], list, depth - 1, path);
    }
    if (prototype === Object.prototype) return this.#tagFields(value, TAG.object, depth - 1, path);
    if (prototype === null) return this.#tagEntries([MARK, TAG.nullObject], Object.entries(value), depth - 1, path);
    switch (builtInKind(prototype)) {
      case 'tuple2':
        return this.#tagList([MARK, TAG.tuple2], [...(value as Tuple2<unknown, unknown>)], depth - 1, path);
      case 'tuple3':
        return this.#tagList([MARK, TAG.tuple3], [...(value as Tuple3<unknown, unknown, unknown>)], depth - 1, path);
      case 'tuple4':
        return this.#tagList([MARK, TAG.tuple4], [...(value as Iterable<unknown>)], depth - 1, path);
      case 'optional': {
        const inner = (value as Optional<unknown>).orNull();
        return this.#tagList([MARK, TAG.optional], inner === null ? [] : [inner], depth - 1, path);
      }
      case 'map':
        return this.#tagEntries([MARK, TAG.map], value as Map<unknown, unknown>, depth - 1, path);
      case 'set':
        return this.#tagList([MARK, TAG.set], [...(value as Set<unknown>)], depth - 1, path);
      case 'date':
        return [MARK, TAG.date, (value as Date).getTime()];
      case 'bytes':
        return value;
      case 'typed': {
        const view = value as Int8Array;
        const code = TYPED_ARRAYS.findIndex((type) => type.prototype === prototype);
        return [MARK, TAG.typed, code, new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
      }
      default:
        return this.#tagInstance(value, prototype, depth, path);
    }
  }

  #tagInstance(value: object, prototype: object, depth: number, path: string): unknown {
    const type = findByPrototype(this.#registry, prototype);
    if (type === undefined) throw notSerializable(value, this.#where, path);
    let index = this.#classIndex.get(type);
    if (index === undefined) {
      index = this.#classIndex.size;
      this.#classIndex.set(type, index);
      this.#classes.push(type.name, type.version);
    }
    const data =
      type.encode === undefined
        ? this.#tagFields(value, TAG.object, depth - 1, path)
        : this.#tag(type.encode(value), depth - 1, path);
    return [MARK, TAG.instance, index, data];
  }

  #tagList(out: unknown[], values: readonly unknown[], depth: number, path: string): unknown[] {
    for (let i = 0; i < values.length; i++) out.push(this.#tag(values[i], depth, path));
    return out;
  }

  #tagEntries(out: unknown[], entries: Iterable<readonly [unknown, unknown]>, depth: number, path: string): unknown[] {
    for (const [key, value] of entries) out.push(this.#tag(key, depth, path), this.#tag(value, depth, path));
    return out;
  }

  #tagFields(value: object, tag: number, depth: number, path: string): unknown {
    const fields = value as Readonly<Record<string, unknown>>;
    const keys = Object.keys(fields);
    if (!keys.every(isPlainKey)) return this.#tagEntries([MARK, tag], Object.entries(fields), depth, path);
    const out: Record<string, unknown> = {};
    for (const key of keys) {
      const field = fields[key];
      // The path is only built where it may be needed.
      out[key] = typeof field === 'string' ? this.#tag(field, depth, path) : this.#tag(field, depth, `${path}.${key}`);
    }
    return out;
  }
}

/** Hexadecimal: decimal digits of a long bigint cost quadratic time, in both directions. */
function bigintText(value: bigint): string {
  return value < 0n ? `-${(-value).toString(16)}` : value.toString(16);
}

function corrupt(what: string): DStreamsError {
  return new DStreamsError('RECORD_CORRUPT', `packed records cannot be decoded: ${what}`);
}

/** The way back from `Tagger.document`. Changes and uses the arrays and objects given. Throws `RECORD_CORRUPT`. */
export function revive(document: unknown, registry: ClassRegistry): unknown {
  if (!Array.isArray(document) || document.length !== 2 || !Array.isArray(document[0]))
    throw corrupt('no tagged document');
  return new Reviver(document[0] as readonly unknown[], registry).revive(document[1]);
}

class Reviver {
  readonly #classes: RegisteredClass[] = [];
  readonly #versions: number[] = [];

  constructor(table: readonly unknown[], registry: ClassRegistry) {
    for (let i = 0; i < table.length; i += 2) {
      const name = table[i];
      const version = table[i + 1];
      if (typeof name !== 'string' || typeof version !== 'number') throw corrupt('the class table is damaged');
      const type = findByName(registry, name);
      if (type === undefined) {
        throw new DStreamsError(
          'RECORD_NOT_SERIALIZABLE',
          `packed records hold instances of ${name}, a class that is not registered here; call registerClass(${name}) before they are read`,
          { details: { className: name } },
        );
      }
      if (type.decode === undefined && type.version !== version) {
        throw new DStreamsError(
          'RECORD_NOT_SERIALIZABLE',
          `packed records hold version ${version} of ${name}, the class is registered as version ${type.version}; ` +
            `give registerClass a decode(data, version) that reads both`,
          { details: { className: name } },
        );
      }
      this.#classes.push(type);
      this.#versions.push(version);
    }
  }

  revive(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const list = value as unknown[];
      if (list[0] === MARK) return this.#special(list);
      for (let i = 0; i < list.length; i++) {
        const member = list[i];
        if (typeof member === 'object' && member !== null) list[i] = this.revive(member);
      }
      return list;
    }
    // A copy: what msgpackr gives is a view of the whole block, and would keep it alive.
    if (value instanceof Uint8Array) return new Uint8Array(value);
    const fields = value as Record<string, unknown>;
    for (const key of Object.keys(fields)) {
      const member = fields[key];
      if (typeof member === 'object' && member !== null) fields[key] = this.revive(member);
    }
    return fields;
  }

  #special(list: unknown[]): unknown {
    const tag = list[1];
    for (let i = 2; i < list.length; i++) list[i] = this.revive(list[i]);
    const size = list.length - 2;
    switch (tag) {
      case TAG.array:
        return list.slice(2);
      case TAG.negativeZero:
        return -0;
      case TAG.tuple2:
        if (size === 2) return new Tuple2(list[2], list[3]);
        break;
      case TAG.tuple3:
        if (size === 3) return new Tuple3(list[2], list[3], list[4]);
        break;
      case TAG.tuple4:
        if (size === 4) return new Tuple4(list[2], list[3], list[4], list[5]);
        break;
      case TAG.bigint:
        if (size === 1 && typeof list[2] === 'string' && /^-?[0-9a-f]+$/.test(list[2])) return bigintOf(list[2]);
        break;
      case TAG.utf16:
        if (size === 1 && list[2] instanceof Uint8Array) return Buffer.from(list[2]).toString('utf16le');
        break;
      case TAG.date:
        if (size === 1 && typeof list[2] === 'number') return new Date(list[2]);
        break;
      case TAG.typed:
        if (size === 2 && list[3] instanceof Uint8Array) return typedArray(list[2], list[3]);
        break;
      case TAG.map:
        return entriesOf(list, new Map<unknown, unknown>());
      case TAG.set:
        return new Set(list.slice(2));
      case TAG.optional:
        if (size <= 1) return Optional.ofNullable(list[2]);
        break;
      case TAG.object:
        return assign({}, entriesOf(list, new Map<unknown, unknown>()));
      case TAG.nullObject:
        return assign(Object.create(null) as object, entriesOf(list, new Map<unknown, unknown>()));
      case TAG.instance:
        if (size === 2) return this.#instance(list[2], list[3]);
        break;
      default:
    }
    throw corrupt(`tag ${String(tag)} with ${size} parts`);
  }

  #instance(index: unknown, data: unknown): unknown {
    const type = typeof index === 'number' ? this.#classes[index] : undefined;
    if (type === undefined) throw corrupt('an instance of no class');
    if (type.decode === undefined) {
      if (typeof data !== 'object' || data === null) throw corrupt(`an instance of ${type.name} without fields`);
      const fields = data as Readonly<Record<string, unknown>>;
      const instance = Object.create(type.prototype) as object;
      for (const key of Object.keys(fields)) setField(instance, key, fields[key]);
      return instance;
    }
    try {
      return type.decode(data, this.#versions[index as number]!);
    } catch (error) {
      throw new DStreamsError('RECORD_CORRUPT', `decode of class ${type.name} failed: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

function entriesOf(list: readonly unknown[], out: Map<unknown, unknown>): Map<unknown, unknown> {
  if (list.length % 2 !== 0) throw corrupt('a key without a value');
  for (let i = 2; i < list.length; i += 2) out.set(list[i], list[i + 1]);
  return out;
}

/** Sets an own field, whatever is called so in the prototype: `__proto__` is a field like any other, and no setter runs. */
export function setField(target: object, key: string, value: unknown): void {
  if (key in target)
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else (target as Record<string, unknown>)[key] = value;
}

function assign(target: object, fields: ReadonlyMap<unknown, unknown>): object {
  for (const [key, value] of fields) {
    if (typeof key !== 'string') throw corrupt('a field whose name is no text');
    setField(target, key, value);
  }
  return target;
}

function bigintOf(text: string): bigint {
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}

function typedArray(code: unknown, bytes: Uint8Array): unknown {
  const type = typeof code === 'number' ? TYPED_ARRAYS[code] : undefined;
  if (type === undefined || bytes.byteLength % type.BYTES_PER_ELEMENT !== 0) throw corrupt('a typed array of no kind');
  return new type(bytes.buffer as ArrayBuffer);
}
