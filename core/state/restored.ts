import type { StateUpdate } from '../rdd/index.ts';
import { ABSENT } from './columns.ts';
import { CHUNKS, type Loop } from './loop.ts';
import { unpackState } from './pack.ts';
import type { StateVersion } from './version.ts';

/** The version that a checkpoint holds, in the form that the program has now. Without frames: that of `before`. */
export async function restored(
  before: StateVersion,
  frames: readonly unknown[],
  { migrate, fromVersion }: Extract<StateUpdate, { kind: 'restored' }>,
  loop: Loop,
): Promise<StateVersion> {
  const version = frames.length === 0 ? await before.next(loop) : await unpackState(frames, loop);
  // From version 0 comes what is still to be moved to its partition, and is migrated there.
  if (migrate === undefined || fromVersion === 0) return version;
  const change = (_: unknown, old: unknown, slot: number): void => {
    const now: unknown = migrate.fn(old, fromVersion);
    version.setAt(slot, now === undefined || now === null ? ABSENT : now);
  };
  await loop(version.chunkCount, (from, to) => version.forEachIn(from, to, change), CHUNKS);
  return version;
}
