import { CLOSE, Refusal } from './codes.ts';
import type { Field, Members, ObjectInParts, ValueReader } from './value-reader.ts';
import { revive } from './values.ts';

/** The library, as the codec has set it up. */
export interface Unpacker {
  unpack(bytes: Uint8Array): unknown;
  unpackMultiple(bytes: Uint8Array): unknown[] | undefined;
}

/** Values of msgpack. `isSpecial`: as the scan found. */
export class MsgpackValues implements ValueReader {
  readonly separatorBytes = 0;

  constructor(
    private readonly unpacker: Unpacker,
    private readonly isSpecial: boolean,
  ) {}

  valueOf(bytes: Uint8Array, from: number, end: number): unknown {
    return this.revived(this.read(() => this.unpacker.unpack(viewOf(bytes, from, end))));
  }

  itemsOf(bytes: Uint8Array, from: number, end: number): unknown[] {
    return this.revived(this.valuesIn(bytes, from, end)) as unknown[];
  }

  addFields(object: ObjectInParts, bytes: Uint8Array, from: number, end: number): void {
    const some = this.valuesIn(bytes, from, end);
    for (let i = 0; i < some.length; i += 2) object.put(some[i] as string, this.revived(some[i + 1]));
  }

  fieldOf(bytes: Uint8Array, start: number): Field {
    const from = behind(bytes, start, 1);
    return { name: this.read(() => this.unpacker.unpack(viewOf(bytes, start, from))) as string, from };
  }

  membersOf(bytes: Uint8Array, from: number): Members | undefined {
    const { lengthBytes, size, perMember } = HEADS[bytes[from]!]!;
    if (perMember === 0) return undefined;
    const count = lengthBytes === 0 ? size : lengthAt(bytes, from + 1, lengthBytes);
    const starts: number[] = [];
    let at = from + 1 + lengthBytes;
    for (let i = 0; i < count; i++) {
      starts.push(at);
      at = behind(bytes, at, perMember);
    }
    starts.push(at);
    return { isObject: perMember === 2, starts };
  }

  /** One value after the other. */
  private valuesIn(bytes: Uint8Array, from: number, end: number): unknown[] {
    if (from === end) return [];
    return this.read(() => this.unpacker.unpackMultiple(viewOf(bytes, from, end))!);
  }

  private revived(value: unknown): unknown {
    return this.isSpecial ? revive(value, false) : value;
  }

  private read<T>(unpack: () => T): T {
    try {
      return unpack();
    } catch {
      throw new Refusal('INVALID', 'the frame is no msgpack', CLOSE.protocol);
    }
  }
}

/** A view of our own: the library leaves a property on the object that it reads. */
const viewOf = (bytes: Uint8Array, from: number, end: number): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, end - from);

/** What the first byte of a value says of those behind it. */
interface Head {
  /** Of the length that follows; 0: `size` is the length. */
  readonly lengthBytes: number;
  readonly size: number;
  /** The values of a member of a list, or of a map; 0: neither, and the length is of bytes. */
  readonly perMember: 0 | 1 | 2;
}

const LISTS = 0x90;
const TEXTS = 0xa0;
/** First bytes by the bytes of the length that follows, and by those of the value. */
const LENGTHS: Readonly<Record<number, readonly number[]>> = {
  1: [0xc4, 0xd9],
  2: [0xc5, 0xda, 0xdc, 0xde],
  4: [0xc6, 0xdb, 0xdd, 0xdf],
};
const SIZES: Readonly<Record<number, readonly number[]>> = {
  1: [0xcc, 0xd0],
  2: [0xcd, 0xd1],
  4: [0xca, 0xce, 0xd2],
  8: [0xcb, 0xcf, 0xd3],
};

function headOf(first: number): Head {
  const isShort = first >= 0x80 && first < 0xc0;
  if (isShort && first < LISTS) return { lengthBytes: 0, size: first & 0x0f, perMember: 2 };
  if (isShort && first < TEXTS) return { lengthBytes: 0, size: first & 0x0f, perMember: 1 };
  if (isShort) return { lengthBytes: 0, size: first & 0x1f, perMember: 0 };
  const given = (table: typeof SIZES) => Number(Object.keys(table).find((n) => table[Number(n)]!.includes(first)) ?? 0);
  const perMember = first === 0xde || first === 0xdf ? 2 : first === 0xdc || first === 0xdd ? 1 : 0;
  return { lengthBytes: given(LENGTHS), size: given(SIZES), perMember };
}

const HEADS: readonly Head[] = Array.from({ length: 256 }, (_, first) => headOf(first));

/** Where so many values end that begin there. */
function behind(bytes: Uint8Array, from: number, values: number): number {
  let at = from;
  for (let left = values; left > 0; left--) {
    const { lengthBytes, size, perMember } = HEADS[bytes[at++]!]!;
    const length = lengthBytes === 0 ? size : lengthAt(bytes, at, lengthBytes);
    at += lengthBytes;
    if (perMember === 0) at += length;
    else left += length * perMember;
  }
  return at;
}

function lengthAt(bytes: Uint8Array, at: number, width: number): number {
  let length = 0;
  for (let i = at; i < at + width; i++) length = length * 256 + bytes[i]!;
  return length;
}
