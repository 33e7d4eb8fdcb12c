import { Packr } from 'msgpackr';
import { builtInRegistry, defaultRegistry } from '../../core/internal.ts';
import { SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from './codes.ts';
import type { EncodedPart, RecordCodec } from './parts.ts';
import { type PubFrame, pubFrameOf } from './pub-frame.ts';
import { PubJsonReader } from './pub-json.ts';
import { PubMsgpackReader } from './pub-msgpack.ts';
import { JsonValues } from './json-values.ts';
import { MsgpackValues } from './msgpack-values.ts';
import { scanJson } from './scan-json.ts';
import { scanMsgpack } from './scan-msgpack.ts';
import type { FrameBounds, RecordSpans, Scanned } from './scanned.ts';
import { finish, type Steps } from './steps.ts';
import { bufferOf } from './text-cache.ts';
import type { ValueReader } from './value-reader.ts';
import { toWire } from './values.ts';

/** What stands in a batch frame beside the records. */
export interface BatchHead {
  readonly sub: number;
  readonly batchTime: number;
  readonly part: readonly [number, number];
  /** Records of the whole batch. */
  readonly count: number;
  readonly redelivery?: number | undefined;
}

/** One of the two subprotocols: the same fields, as text or as bytes. */
export interface FrameCodec extends RecordCodec {
  readonly name: 'json' | 'msgpack';
  readonly subprotocol: string;
  readonly isBinary: boolean;
  /** Goes over a frame, about `stepBytes` in one step; default: all of it. Throws `Refusal` where its shape is wrong. */
  scan(bytes: Uint8Array, bounds: FrameBounds, stepBytes?: number): Steps<Scanned>;
  /** One frame's value. Checked for shape first. Throws `Refusal`. */
  decode(bytes: Uint8Array, bounds: FrameBounds): unknown;
  /** The same of a frame that was scanned. */
  valueOf(bytes: Uint8Array, scanned: Scanned): unknown;
  /** The same without its records, in whose place it has an empty list. `records`: of the same scan. */
  messageOf(bytes: Uint8Array, scanned: Scanned, records: RecordSpans): unknown;
  /** For what else is in it. */
  valuesIn(scanned: Scanned): ValueReader;
  /** As `decode` of a plain `pub` message, and faster; undefined for whatever else it is, or may be. Steps as of `scan`. */
  readPub(bytes: Uint8Array, bounds: FrameBounds, stepBytes?: number): Steps<PubFrame | undefined>;
  encode(message: object): Buffer;
  batchFrame(head: BatchHead, part: EncodedPart): Buffer;
}

const encoderOf = (prototype: object) =>
  (builtInRegistry.byPrototype(prototype) ?? defaultRegistry.byPrototype(prototype))?.encode;

class JsonCodec implements FrameCodec {
  readonly name = 'json';
  readonly subprotocol = SUBPROTOCOL_JSON;
  readonly isBinary = false;
  readonly separatorBytes = 1;
  readonly encoderOf = encoderOf;
  readonly scan = scanJson;
  private readonly pubs = new PubJsonReader();

  decode(bytes: Uint8Array, bounds: FrameBounds): unknown {
    return this.valueOf(bytes, finish(scanJson(bytes, bounds)));
  }

  valueOf(bytes: Uint8Array, scanned: Scanned): unknown {
    return this.valuesIn(scanned).valueOf(bytes, 0, bytes.length);
  }

  messageOf(bytes: Uint8Array, scanned: Scanned, { from, end }: RecordSpans): unknown {
    const frame = bufferOf(bytes);
    return this.valuesIn(scanned).parse(`${frame.toString('utf8', 0, from)}[]${frame.toString('utf8', end)}`);
  }

  valuesIn({ isSpecial }: Scanned): JsonValues {
    return new JsonValues(isSpecial);
  }

  readPub(bytes: Uint8Array, bounds: FrameBounds, stepBytes?: number): Steps<PubFrame | undefined> {
    return this.pubs.read(bytes, bounds, stepBytes);
  }

  encode(message: object): Buffer {
    return Buffer.from(JSON.stringify(message));
  }

  encodeItems(records: readonly unknown[]): Buffer {
    return Buffer.from(JSON.stringify(toWire(records, this)).slice(1, -1));
  }

  listOf(items: readonly Buffer[]): Buffer {
    return Buffer.concat([OPEN, ...items.flatMap((item, i) => (i === 0 ? [item] : [COMMA, item])), CLOSED]);
  }

  batchFrame({ sub, batchTime, part, count, redelivery }: BatchHead, { bytes }: EncodedPart): Buffer {
    const again = redelivery === undefined ? '' : `"redelivery":${redelivery},`;
    const head = `{"t":"batch","sub":${sub},"batchTime":${batchTime},"part":[${part[0]},${part[1]}],"count":${count},${again}"records":`;
    return Buffer.concat([Buffer.from(head), bytes, BRACE]);
  }
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSED = Buffer.from(']');
const BRACE = Buffer.from('}');

class MsgpackCodec implements FrameCodec {
  readonly name = 'msgpack';
  readonly subprotocol = SUBPROTOCOL_MSGPACK;
  readonly isBinary = true;
  readonly separatorBytes = 0;
  readonly encoderOf = encoderOf;
  readonly scan = scanMsgpack;
  private readonly pubs = new PubMsgpackReader();
  private readonly packr = new Packr({
    useRecords: false,
    mapsAsObjects: true,
    moreTypes: false,
    // Its own form of what is absent would be an extension type.
    encodeUndefinedAsNil: true,
    variableMapSize: true,
    // Integers that a number holds exactly are numbers; the library knows this word, its types do not.
    int64AsType: 'auto' as 'number',
    // That was done before (`toWire`): here it is the name of a field, and what is in it is no function.
    useToJSON: false,
  });

  decode(bytes: Uint8Array, bounds: FrameBounds): unknown {
    return this.valueOf(bytes, finish(scanMsgpack(bytes, bounds)));
  }

  valueOf(bytes: Uint8Array, scanned: Scanned): unknown {
    return this.valuesIn(scanned).valueOf(bytes, 0, bytes.length);
  }

  messageOf(bytes: Uint8Array, scanned: Scanned, { from, end }: RecordSpans): unknown {
    const message = Buffer.concat([bytes.subarray(0, from), listHead(0), bytes.subarray(end)]);
    return this.valueOf(message, scanned);
  }

  valuesIn({ isSpecial }: Scanned): MsgpackValues {
    return new MsgpackValues(this.packr, isSpecial);
  }

  readPub(bytes: Uint8Array, bounds: FrameBounds, stepBytes?: number): Steps<PubFrame | undefined> {
    return this.pubs.read(bytes, bounds, stepBytes);
  }

  encode(message: object): Buffer {
    return Buffer.from(this.packr.pack(message));
  }

  encodeItems(records: readonly unknown[]): Buffer {
    return Buffer.from(this.packr.pack(toWire(records, this)).subarray(listHead(records.length).length));
  }

  listOf(items: readonly Buffer[], count: number): Buffer {
    return Buffer.concat([listHead(count), ...items]);
  }

  batchFrame(head: BatchHead, { bytes }: EncodedPart): Buffer {
    const { redelivery, ...rest } = head;
    const fields = this.encode({ t: 'batch', ...rest, ...(redelivery === undefined ? {} : { redelivery }) });
    // A map of at most 15 entries says how many in its first byte: one more follows.
    fields[0]! += 1;
    return Buffer.concat([fields, RECORDS_KEY, bytes]);
  }
}

const RECORDS_KEY = Buffer.concat([Buffer.from([0xa7]), Buffer.from('records')]);

/** What stands before so many items, in the shortest form. */
function listHead(count: number): Buffer {
  if (count < 16) return Buffer.from([0x90 + count]);
  const head = Buffer.alloc(count < 65_536 ? 3 : 5);
  head[0] = head.length === 3 ? 0xdc : 0xdd;
  head.writeUIntBE(count, 1, head.length - 1);
  return head;
}

/** A stored `pub` frame, whatever its form. Throws `Refusal`. */
export function pubFrameIn(codec: FrameCodec, bytes: Uint8Array, bounds: FrameBounds): PubFrame {
  const plain = finish(codec.readPub(bytes, bounds));
  if (plain !== undefined) return plain;
  const scanned = finish(codec.scan(bytes, bounds));
  return pubFrameOf(codec.valueOf(bytes, scanned) as object, scanned);
}

export const JSON_CODEC: FrameCodec = new JsonCodec();
export const MSGPACK_CODEC: FrameCodec = new MsgpackCodec();
