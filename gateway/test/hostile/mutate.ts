import type { Random } from '../../../core/internal.ts';
import { type FrameCodec, JSON_CODEC } from '../../protocol/codec.ts';
import { toWire } from '../../protocol/values.ts';
import { type FrameOptions, messageFrame } from './wire.ts';

export const pick = <T>(random: Random, list: readonly T[]): T => list[random.int(list.length)]!;

const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)]);

const NUMBERS: readonly unknown[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, -0, 0, 1, 2, 1.5, 1e308, 5e-324],
  ...[2 ** 31, 2 ** 32, 2 ** 53 - 1, 1 - 2 ** 53, 2 ** 53, -(2 ** 53), 2 ** 63, 500, 999_999, 1_000_000],
];
const HOSTILE_VALUES: readonly unknown[] = [
  ...NUMBERS,
  ...[2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 200n],
  ...['', 'x', 'x'.repeat(200), 'x'.repeat(30_000), '\ud800', '\u0000', '€'.repeat(100), '__proto__', 'constructor'],
  ...[null, true, false, [], {}, [[]], [null], nested(11), nested(40), new Uint8Array(10), new Date(0)],
  ...['pub', 'hello', 'latest', 'earliest', 'durable', 'memory', 'in', 'in-out', 'dstreams.status', 'a b', '..', '*'],
  ...[{ $i: '99999999999999999999' }, { $i: 'x' }, { $b: 'AAAA' }, { $b: '!' }, { $f: 'NaN' }, { $f: 'x' }, { $x: 1 }],
  ...['__proto__', 'constructor', 'prototype'].map((key) => Object.fromEntries([[key, 'x']])),
  ...[{ v: 1 }, { t: 'hello' }, { records: 0, bytes: 0 }, { after: 0 }, { batchTime: -1 }, { toJSON: 1, then: 2 }],
  ...[
    Array(60).fill({ v: 0 }),
    Array(3000).fill(0),
    { length: 1e9 },
    Object.fromEntries([...'abcdef'].map((k) => [k, k])),
  ],
];

/** Another value, type or absence somewhere in a message. */
export function mutateValue(random: Random, message: object): object {
  const copy = structuredClone(message) as Record<string, unknown>;
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: Record<string, unknown>) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      const value = holder[key];
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) visit(value as typeof holder);
    }
  };
  visit(copy);
  const [holder, key] = pick(random, places);
  const act = random.int(6);
  if (act === 0) delete holder[key];
  else if (act === 1) holder[`${key}x`] = pick(random, HOSTILE_VALUES);
  else if (act === 2) holder[key] = [holder[key], holder[key]];
  else holder[key] = pick(random, typeof holder[key] === 'number' && act > 3 ? NUMBERS : HOSTILE_VALUES);
  return copy;
}

export function encode(codec: FrameCodec, message: object): Buffer {
  return codec.encode(toWire(message, codec) as object);
}

const JSON_BITS = ['{', '}', '[', ']', ',', ':', '"', '\\', '\\u', '\\ud800', '1e999', '-', 'nul', '\n', '﻿', '/**/'];
const JSON_KEYS = ['"__proto__":', '"constructor":', '"\\u005f_proto__":', '"prototype":', '"$i":', '"$b":', '"":'];
const MSGPACK_KEYS = [
  'a95f5f70726f746f5f5f',
  'ab636f6e7374727563746f72',
  'a970726f746f74797065',
  'd9095f5f70726f746f5f5f',
  'c4017a',
  '01',
];
const MSGPACK_BITS = [
  ...['c1', 'c70100', 'c8000100', 'c90000000100', 'd4ff00', 'd60000000000', 'd7ff0000000000000000', 'd8'],
  ...['ddffffffff', 'dfffffffff', 'dcffff', 'deffff', 'dbffffffff', 'c6ffffffff', 'd9ff', 'c4ff', '9f', '8f', 'bf'],
  ...['cfffffffffffffffff', 'd38000000000000000', 'cb7ff8000000000000', 'cb7ff0000000000000', 'ca7f800000', 'ff', 'e0'],
];

/** Keys, lengths, types and single bytes of an encoded message. */
export function mutateBytes(random: Random, codec: FrameCodec, bytes: Buffer): Buffer {
  const isJson = codec === JSON_CODEC;
  const at = random.int(bytes.length + 1);
  const put = (with_: Buffer, cutBytes: number) =>
    Buffer.concat([bytes.subarray(0, at), with_, bytes.subarray(Math.min(bytes.length, at + cutBytes))]);
  switch (random.int(8)) {
    case 0: {
      const copy = Buffer.from(bytes);
      for (let i = random.int(4); i >= 0; i--) copy[random.int(copy.length)]! ^= 1 << random.int(8);
      return copy;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes, bytes.subarray(at)]);
    case 3:
      return put(Buffer.from(Array.from({ length: 1 + random.int(6) }, () => random.int(256))), random.int(3));
    case 4:
      return put(
        isJson ? Buffer.from(pick(random, JSON_BITS)) : Buffer.from(pick(random, MSGPACK_BITS), 'hex'),
        random.int(2),
      );
    case 5:
    case 6:
      return otherKey(random, isJson, bytes);
    default: {
      // Deep, at the place of some value.
      const depth = 1 + random.int(60);
      return put(
        isJson
          ? Buffer.from('['.repeat(depth) + ']'.repeat(depth))
          : Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.from([1])]),
        0,
      );
    }
  }
}

function otherKey(random: Random, isJson: boolean, bytes: Buffer): Buffer {
  if (isJson) {
    const keys = [...bytes.toString('latin1').matchAll(/"[a-z]+":/gi)];
    if (keys.length === 0) return bytes;
    const { index, 0: key } = pick(random, keys);
    const end = index + key.length;
    return Buffer.concat([bytes.subarray(0, index), Buffer.from(pick(random, JSON_KEYS)), bytes.subarray(end)]);
  }
  const keys = ['a176', 'a16b', 'a27473', 'a168', 'a26964', 'a3736571'].map((hex) => Buffer.from(hex, 'hex'));
  const found = keys.flatMap((key) => {
    const index = bytes.indexOf(key);
    return index < 0 ? [] : [{ index, end: index + key.length }];
  });
  if (found.length === 0) return bytes;
  const { index, end } = pick(random, found);
  return Buffer.concat([bytes.subarray(0, index), Buffer.from(pick(random, MSGPACK_KEYS), 'hex'), bytes.subarray(end)]);
}

/** Cuts a message into frames as WebSocket allows, pings in between. */
export function fragments(random: Random, bytes: Buffer, opcode: number): Buffer {
  const count = 1 + random.int(6);
  const frames: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const part = bytes.subarray((bytes.length * i) / count, (bytes.length * (i + 1)) / count);
    if (random.int(8) === 0) frames.push(messageFrame('p', { opcode: 9 }));
    frames.push(messageFrame(part, { opcode: i === 0 ? opcode : 0, fin: i === count - 1 }));
  }
  return Buffer.concat(frames);
}

/** A frame that is not as WebSocket wants it; `closes`: it is a close of the client's own. */
export function mutateFrame(random: Random, bytes: Buffer, opcode: number): { bytes: Buffer; closes: boolean } {
  const frame = (options: FrameOptions, content: string | Buffer = bytes) => ({
    bytes: messageFrame(content, { opcode, ...options }),
    closes: options.opcode === 8,
  });
  switch (random.int(12)) {
    case 0:
      return frame({ rsv: 1 + random.int(7) });
    case 1:
      return frame({ isMasked: false });
    case 2:
      return frame({ opcode: random.int(16) }, bytes.subarray(0, random.int(126)));
    case 3:
      return frame({ declaredBytes: random.int(2 * bytes.length + 2) });
    case 4:
      return frame({ declaredBytes: pick(random, [20_001, 65_535, 2 ** 31, 2 ** 40, 2 ** 53 - 1]) });
    case 5:
      return frame({ fin: false });
    case 6:
      return frame({ opcode: 0 });
    case 7:
      return frame(
        { opcode: 8 },
        Buffer.from([random.int(256), random.int(256), ...bytes.subarray(0, random.int(123))]),
      );
    case 8:
      return frame({ opcode: pick(random, [8, 9, 10]), fin: random.int(2) === 0 }, bytes.subarray(0, 200));
    case 9:
      return frame({ opcode: opcode === 1 ? 2 : 1 });
    case 10:
      return {
        bytes: Buffer.concat(Array.from({ length: 10 }, () => messageFrame('x', { opcode: 0, fin: false }))),
        closes: false,
      };
    default: {
      const copy = messageFrame(bytes, { opcode });
      copy[random.int(Math.min(copy.length, 14))]! ^= 1 << random.int(8);
      return { bytes: copy, closes: (copy[0]! & 15) === 8 };
    }
  }
}
