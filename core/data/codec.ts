import { Packr, RESERVE_START_SPACE, RESET_BUFFER_MODE } from 'msgpackr';
import { DStreamsError, messageOf } from '../errors.ts';
import { checkMsgpack } from './msgpack-bounds.ts';
import type { ClassRegistry } from './registry.ts';
import { defaultRegistry } from './registry.ts';
import { DEPTH_MAX, SerializableCheck } from './serializable.ts';
import { isPlain, revive, Tagger } from './tagged.ts';
import { Tuple2 } from './tuple.ts';

// Bytes: format version, layout, then one msgpack value. msgpackr's own extensions are not used: they are one table for the whole
// process (a program may register its own), and its defaults turn class instances, −0 and functions silently into something else.
const FORMAT_VERSION = 1;
const HEADER_BYTES = 2;
/** Layouts: as given, or pairs as a list of keys and a list of values (twice as fast as pair by pair, and smaller). */
const LAYOUT_VALUES = 0;
const LAYOUT_ARRAY_PAIRS = 1;
const LAYOUT_TUPLES = 2;
/** Added to the layout when the value went through `Tagger`. */
const TAGGED = 0x10;

export interface CodecOptions {
  /** How deep records may be nested, in both directions. Default 64. */
  readonly depthMax?: number;
}

/** Records to bytes and back. */
export interface Codec {
  /** The bytes own their buffer (it may be transferred). Throws `RECORD_NOT_SERIALIZABLE`; `where` (operator and uid) goes into the message. */
  encodeBlock(values: readonly unknown[], where?: string): Uint8Array;
  /** The records of `encodeBlock`, new objects, the caller's. Throws `RECORD_CORRUPT` for other bytes, `RECORD_NOT_SERIALIZABLE` for an unknown class. */
  decodeBlock(bytes: Uint8Array): unknown[];
  /**
   * How many records `encodeBlock` put into these bytes. Throws what `decodeBlock` would, of damage; plain records are not decoded for
   * it, so that bytes of strangers can be looked at where they arrive.
   */
  countBlock(bytes: Uint8Array): number;
  /** One value; otherwise as `encodeBlock`. */
  encodeValue(value: unknown, where?: string): Uint8Array;
  decodeValue(bytes: Uint8Array): unknown;
  /** Throws what `encodeValue` would throw, without encoding: see `SerializableCheck`. */
  checkSerializable(value: unknown, where?: string): void;
  checkAll(values: readonly unknown[], where?: string): void;
}

/**
 * A codec over msgpackr. It keeps primitives, undefined, −0, NaN, bigint of any size, strings with lone surrogates, Date, bytes (Buffer
 * becomes Uint8Array), typed arrays, Map, Set, Tuple2–4, Optional, arrays, plain objects (own enumerable string keys) and instances of
 * classes in `registry`. An object met twice becomes two. Anything else is `RECORD_NOT_SERIALIZABLE`.
 */
export function createCodec(registry: ClassRegistry = defaultRegistry, options: CodecOptions = {}): Codec {
  return new MsgpackCodec(registry, options.depthMax ?? DEPTH_MAX);
}

class MsgpackCodec implements Codec {
  readonly #registry: ClassRegistry;
  readonly #depthMax: number;
  readonly #check: SerializableCheck;
  readonly #packr = new Packr({
    useRecords: false,
    mapsAsObjects: true,
    moreTypes: false,
    variableMapSize: true, // else an object has at most 65,535 keys
    encodeUndefinedAsNil: false,
  });

  constructor(registry: ClassRegistry, depthMax: number) {
    this.#registry = registry;
    this.#depthMax = depthMax;
    this.#check = new SerializableCheck(registry, depthMax);
  }

  encodeBlock(values: readonly unknown[], where?: string): Uint8Array {
    if (isAllTuples(values)) {
      const keys = values.map((pair) => pair.first);
      return this.#encode(LAYOUT_TUPLES, [keys, values.map((pair) => pair.second)], where);
    }
    if (isAllArrayPairs(values)) {
      const keys = values.map((pair) => pair[0]);
      return this.#encode(LAYOUT_ARRAY_PAIRS, [keys, values.map((pair) => pair[1])], where);
    }
    return this.#encode(LAYOUT_VALUES, values, where);
  }

  decodeBlock(bytes: Uint8Array): unknown[] {
    const { layout, value } = this.#decode(bytes);
    if (!Array.isArray(value)) throw corrupt('they hold one value, not a block');
    if (layout === LAYOUT_VALUES) return value;
    const [keys, values] = value as readonly unknown[];
    if (value.length !== 2 || !Array.isArray(keys) || !Array.isArray(values) || keys.length !== values.length) {
      throw corrupt('keys and values do not match');
    }
    const pairs: unknown[] = new Array(keys.length);
    if (layout === LAYOUT_TUPLES) {
      for (let i = 0; i < keys.length; i++) pairs[i] = new Tuple2<unknown, unknown>(keys[i], values[i]);
    } else {
      for (let i = 0; i < keys.length; i++) pairs[i] = [keys[i], values[i]];
    }
    return pairs;
  }

  countBlock(bytes: Uint8Array): number {
    if (bytes[1] !== LAYOUT_VALUES) return this.decodeBlock(bytes).length;
    this.#checkBytes(bytes);
    const token = bytes[HEADER_BYTES]!;
    if (token >= 0x90 && token < 0xa0) return token - 0x90;
    const view = new DataView(bytes.buffer, bytes.byteOffset + HEADER_BYTES + 1);
    if (token === 0xdc) return view.getUint16(0);
    if (token === 0xdd) return view.getUint32(0);
    throw corrupt('they hold one value, not a block');
  }

  encodeValue(value: unknown, where?: string): Uint8Array {
    return this.#encode(LAYOUT_VALUES, value, where, 0);
  }

  decodeValue(bytes: Uint8Array): unknown {
    const { layout, value } = this.#decode(bytes);
    if (layout !== LAYOUT_VALUES) throw corrupt('they hold a block, not one value');
    return value;
  }

  checkSerializable(value: unknown, where?: string): void {
    this.#check.check(value, where);
  }

  checkAll(values: readonly unknown[], where?: string): void {
    this.#check.checkAll(values, where);
  }

  /** `wrapped`: by how many levels `value` is deeper than its records. The lists of keys and values stand for the pairs, so they add one. */
  #encode(layout: number, value: unknown, where: string | undefined, wrapped = 1): Uint8Array {
    const depth = this.#depthMax + wrapped;
    let content = value;
    let flags = layout;
    if (!isPlain(value, depth)) {
      flags |= TAGGED;
      content = new Tagger(this.#registry, depth, this.#depthMax, where).document(value);
    }
    // msgpackr writes into a buffer of its own, and uses it again for the next value: so the result is copied.
    const packed: Uint8Array = this.#packr.pack(content, RESERVE_START_SPACE | RESET_BUFFER_MODE | HEADER_BYTES);
    packed[0] = FORMAT_VERSION;
    packed[1] = flags;
    return new Uint8Array(packed);
  }

  /** Throws `RECORD_CORRUPT` for what `#encode` cannot have made. */
  #checkBytes(bytes: Uint8Array): { layout: number; isTagged: boolean } {
    if (bytes.length <= HEADER_BYTES) throw corrupt('too short');
    if (bytes[0] !== FORMAT_VERSION) throw corrupt(`format version ${bytes[0]}, this is version ${FORMAT_VERSION}`);
    const layout = bytes[1]! & ~TAGGED;
    const isTagged = (bytes[1]! & TAGGED) !== 0;
    if (layout > LAYOUT_TUPLES) throw corrupt(`unknown layout ${layout}`);
    // A tagged value takes at most two levels for one of the record's, and two for the document and the class table.
    checkMsgpack(bytes, HEADER_BYTES, isTagged ? 2 * this.#depthMax + 6 : this.#depthMax + 2);
    return { layout, isTagged };
  }

  #decode(bytes: Uint8Array): { layout: number; value: unknown } {
    const { layout, isTagged } = this.#checkBytes(bytes);
    // A view of our own: msgpackr leaves a property on the object it reads.
    const content = Buffer.from(bytes.buffer, bytes.byteOffset + HEADER_BYTES, bytes.byteLength - HEADER_BYTES);
    try {
      const value: unknown = this.#packr.unpack(content);
      return { layout, value: isTagged ? revive(value, this.#registry) : value };
    } catch (error) {
      if (error instanceof DStreamsError) throw error;
      throw new DStreamsError('RECORD_CORRUPT', `packed records cannot be decoded: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

function corrupt(what: string): DStreamsError {
  return new DStreamsError('RECORD_CORRUPT', `packed records cannot be decoded: ${what}`);
}

function isAllTuples(values: readonly unknown[]): values is readonly Tuple2<unknown, unknown>[] {
  if (values.length === 0) return false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!(value instanceof Tuple2) || Object.getPrototypeOf(value) !== Tuple2.prototype) return false;
  }
  return true;
}

function isAllArrayPairs(values: readonly unknown[]): values is readonly (readonly [unknown, unknown])[] {
  if (values.length === 0) return false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Array.isArray(value) || value.length !== 2 || Object.getPrototypeOf(value) !== Array.prototype) return false;
  }
  return true;
}

/** The codec over the registry of the process. */
export const defaultCodec: Codec = createCodec();
