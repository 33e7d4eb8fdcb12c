import type { Codec } from '../data/index.ts';
import { ABSENT, CHUNK } from './columns.ts';
import type { Loop } from './loop.ts';
import { StateVersion } from './version.ts';

/** A version as bytes, in frames of bounded size: whole, or what has changed since another one. */
export interface PackedState {
  /** undefined: whole. */
  readonly sinceRddId: number | undefined;
  /** Each a block of one record, by the codec: `[[key, value, touched, …], [removed key, …]]`. */
  readonly frames: readonly Uint8Array[];
}

type Frame = readonly [columns: unknown[], removed: unknown[]];

/** Chunks that make a frame: 8,192 keys. */
const FRAME_CHUNKS = 128;

/**
 * Packs a version, or only what differs from `since`, where that has the same index. Versions share the chunks that did
 * not change, so a delta costs what it holds and a look at every chunk.
 */
export async function packState(
  version: StateVersion,
  since: { readonly rddId: number; readonly version: StateVersion } | undefined,
  codec: Codec,
  loop: Loop,
  where: string,
): Promise<PackedState> {
  const base = since?.version.index === version.index ? since : undefined;
  const frames: Uint8Array[] = [];
  let frame: Frame = [[], []];
  let chunks = 0;
  const flush = (): void => {
    if (frame[0].length + frame[1].length > 0) frames.push(codec.encodeBlock([frame], where));
    frame = [[], []];
    chunks = 0;
  };
  await loop(
    version.chunkCount,
    (from, to) => {
      for (let c = from; c < to; c++) {
        if (base === undefined) packChunk(version, c, frame);
        else packChanges(version, base.version, c, frame);
        // Frames of a delta fill up by what they hold.
        if (base === undefined ? ++chunks >= FRAME_CHUNKS : frame[0].length >= FRAME_CHUNKS * CHUNK * 3) flush();
      }
    },
    FRAME_CHUNKS,
  );
  flush();
  return { sinceRddId: base?.rddId, frames };
}

function packChunk(version: StateVersion, c: number, [columns]: Frame): void {
  version.forEachIn(c, c + 1, (key, value, slot) => void columns.push(key, value, version.touched.get(slot)));
}

function packChanges(version: StateVersion, since: StateVersion, c: number, [columns, removed]: Frame): void {
  const values = version.values.chunkAt(c);
  if (values === since.values.chunkAt(c) && version.touched.chunkAt(c) === since.touched.chunkAt(c)) return;
  for (let slot = c * CHUNK; slot < (c + 1) * CHUNK; slot++) {
    const value = version.values.get(slot);
    const before = since.values.get(slot);
    const touched = version.touched.get(slot);
    if (value === before && touched === since.touched.get(slot)) continue;
    if (value !== ABSENT) columns.push(version.index.keyAt(slot), value, touched);
    else if (before !== ABSENT) removed.push(version.index.keyAt(slot));
  }
}

/** The version that frames hold: whole ones, then deltas, in order. */
export async function unpackState(frames: readonly unknown[], loop: Loop): Promise<StateVersion> {
  const version = StateVersion.empty();
  for (const frame of frames) {
    const [columns, removed] = frame as Frame;
    await loop(columns.length / 3, (from, to) => {
      for (let i = from * 3; i < to * 3; i += 3) version.put(columns[i], columns[i + 1], columns[i + 2] as number);
    });
    for (const key of removed) {
      const slot = version.index.find(key);
      if (slot !== undefined) version.setAt(slot, ABSENT);
    }
  }
  return version;
}
