import type { Random } from '../time/random.ts';

/** A change of a file's content that is not on the disk yet. */
export type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly sizeBytes: number };

export interface Content {
  /** What reading gives: the cache. */
  current: Uint8Array;
  /** What is on the disk. */
  durable: Uint8Array;
  changes: Change[];
  /** Epoch ms. */
  modifiedMs: number;
}

/** What decides over a content when the power goes. */
export interface LostPower {
  readonly random: Random;
  /** What the disk writes whole or not at all. */
  readonly sectorBytes: number;
  /** Contents of the past, by position. */
  readonly graves: readonly Uint8Array[];
}

/** What of a content's changes a disk may have kept. `graves`: what its blocks may have held before. */
export function keptOf(content: Content, { random, sectorBytes, graves }: LostPower): Uint8Array {
  const mode = random.int(5);
  if (mode === 0 || content.changes.length === 0) return content.durable.slice();
  if (mode === 1) return content.changes.reduce(applied, content.durable).slice();
  if (mode === 4) {
    // The size is there, none of the data is.
    const sizeBytes = Math.max(content.durable.length, content.current.length);
    const bytes = applied(content.durable, { kind: 'truncate', sizeBytes });
    fillHoles(bytes, content.durable.length, new Set(), { random, graves });
    return bytes;
  }
  const count = mode === 2 ? random.int(content.changes.length + 1) : content.changes.length;
  let bytes = content.durable;
  const written = new Set<number>();
  for (const [i, change] of content.changes.slice(0, count).entries()) {
    const isLast = i === count - 1;
    if (change.kind === 'truncate') {
      if (mode === 2 || random.int(2) === 0) bytes = applied(bytes, change);
      continue;
    }
    const end = change.position + change.bytes.length;
    for (let at = change.position; at < end; ) {
      const next = Math.min(end, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
      if ((mode === 2 && !isLast) || random.int(2) === 0) {
        const part = change.bytes.subarray(at - change.position, next - change.position);
        bytes = applied(bytes, { kind: 'write', position: at, bytes: part });
        for (let b = at; b < next; b++) written.add(b);
      }
      at = next;
    }
  }
  bytes = bytes.slice();
  // The size may be there before the data.
  if (random.int(2) === 0 && bytes.length < content.current.length) {
    bytes = applied(bytes, { kind: 'truncate', sizeBytes: content.current.length }).slice();
  }
  fillHoles(bytes, content.durable.length, written, { random, graves });
  return bytes;
}

/** Bytes that the disk never got: zeros, or what lay there before. */
function fillHoles(
  bytes: Uint8Array,
  from: number,
  written: ReadonlySet<number>,
  { random, graves }: Pick<LostPower, 'random' | 'graves'>,
): void {
  const grave = graves.length === 0 ? undefined : graves[random.int(graves.length)];
  if (grave === undefined || random.int(3) === 0) return;
  for (let i = from; i < Math.min(bytes.length, grave.length); i++) if (!written.has(i)) bytes[i] = grave[i]!;
}

/** A content after a change; the one before stays as it is. */
export function applied(bytes: Uint8Array, change: Change): Uint8Array {
  const size =
    change.kind === 'truncate' ? change.sizeBytes : Math.max(bytes.length, change.position + change.bytes.length);
  const result = new Uint8Array(size);
  result.set(bytes.subarray(0, size));
  if (change.kind === 'write') result.set(change.bytes, change.position);
  return result;
}
