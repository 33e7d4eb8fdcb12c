import { DStreamsError } from '../errors.ts';
import type { Codec } from './codec.ts';
import { countLines, decodeLines } from './lines.ts';
import { estimateBytes } from './estimate.ts';

/**
 * What travels and what is stored: a list of values, or bytes that a task decodes when it needs them. `text` is UTF-8, a record per
 * line; `packed` was made by `Codec.encodeBlock`. `count` is how many records are inside. Nobody changes a block once it is made.
 */
export type Block =
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'text'; readonly bytes: Uint8Array; readonly count: number }
  | { readonly kind: 'packed'; readonly bytes: Uint8Array; readonly count: number };

export function valuesBlock(values: readonly unknown[]): Block {
  return { kind: 'values', values };
}

export function textBlock(bytes: Uint8Array, count: number = countLines(bytes)): Block {
  return { kind: 'text', bytes, count };
}

/** Values as msgpack bytes. Throws `RECORD_NOT_SERIALIZABLE`; `where` (an operator's uid) goes into its message. */
export function packBlock(values: readonly unknown[], codec: Codec, where?: string): Block {
  return { kind: 'packed', bytes: codec.encodeBlock(values, where), count: values.length };
}

/** The records of a block. The caller does not change the array. Throws `RECORD_CORRUPT` for packed bytes that are none. */
export function decodeBlock(block: Block, codec: Codec): readonly unknown[] {
  if (block.kind === 'values') return block.values;
  if (block.kind === 'text') return decodeLines(block.bytes, 0, block.bytes.length);
  const values = codec.decodeBlock(block.bytes);
  if (values.length === block.count) return values;
  throw new DStreamsError('RECORD_CORRUPT', `a block of ${block.count} records decoded to ${values.length}`);
}

/** How many records. */
export function blockCount(block: Block): number {
  return block.kind === 'values' ? block.values.length : block.count;
}

/** Size in memory, in bytes: exact for bytes, an estimate from at most 100 records for values. */
export function blockBytes(block: Block): number {
  return block.kind === 'values' ? estimateBytes(block.values) : block.bytes.byteLength;
}

/** A copy over a SharedArrayBuffer, for several workers to read. */
export function shareBytes(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}
