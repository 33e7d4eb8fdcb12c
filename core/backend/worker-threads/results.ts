import type { Codec } from '../../data/index.ts';
import type { Pacer } from '../executor/pacer.ts';

/** Records of a list that are decoded at once. */
const STRETCH = 8192;

/** The result of a task: a list that is long in stretches, so that the driver need not decode it in one go. */
export function encodeResult(value: unknown, codec: Codec): Uint8Array | Uint8Array[] {
  if (!Array.isArray(value) || value.length <= STRETCH) return codec.encodeValue(value);
  const stretches: Uint8Array[] = [];
  for (let at = 0; at < value.length; at += STRETCH) stretches.push(codec.encodeBlock(value.slice(at, at + STRETCH)));
  return stretches;
}

export async function decodeResult(
  value: Uint8Array | readonly Uint8Array[],
  codec: Codec,
  pacerOf: () => Pacer,
): Promise<unknown> {
  if (value instanceof Uint8Array) return codec.decodeValue(value);
  const pacer = pacerOf();
  const all: unknown[] = [];
  for (const [i, bytes] of value.entries()) {
    if (i > 0 && pacer.isDue()) await pacer.pause();
    for (const record of codec.decodeBlock(bytes)) all.push(record);
  }
  return all;
}
