import { type Block, type Codec, decodeBlock } from '../data/index.ts';
import type { StreamLog, StreamLogEntry } from '../plan/index.ts';
import type { StoredBlock } from '../storage/block-store.ts';

/** The records that a stretch of the log stands for: a block of a batch. Plain JSON. */
export type LoggedStretch = readonly [first: number, last: number, count: number];

type Restore = (bytes: Uint8Array, position: number) => readonly unknown[];

/** A stretch of the log as a source block, read when a task asks for it. */
export function loggedBlock(
  log: StreamLog,
  [first, last, count]: LoggedStretch,
  codec: Codec,
  restore: Restore,
): StoredBlock {
  const load = async (): Promise<Block> => {
    const values: unknown[] = [];
    for await (const entry of log.read(first, last)) {
      // One block as it was received: a task decodes it, piece by piece, and on an executor.
      if (first === last && entry.kind !== 'bytes') return { kind: entry.kind, bytes: entry.bytes, count };
      for (const record of recordsOf(entry, codec, restore)) values.push(record);
    }
    return { kind: 'values', values };
  };
  return { kind: 'stored', count, load };
}

export function recordsOf(
  { kind, count, position, bytes }: StreamLogEntry,
  codec: Codec,
  restore: Restore,
): readonly unknown[] {
  if (kind === 'bytes') return restore(bytes, position);
  return decodeBlock({ kind, bytes, count }, codec);
}
