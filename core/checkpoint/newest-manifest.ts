import { type DStreamsError, isDStreamsError } from '../errors.ts';
import type { Manifest } from '../options/manifest-schema.ts';
import type { Disk } from '../storage/disk.ts';
import { checkpointNumbers, manifestName, manifestsDir } from './checkpoint-store.ts';
import { readManifest } from './manifest.ts';

/**
 * The newest manifest of a directory whose bytes are right; undefined where there is none. Its segments are not looked at.
 * For whoever holds the directory's lock. Throws `CHECKPOINT_DAMAGED` where none can be read, `FORMAT_TOO_NEW`, `IO_FAILED`.
 */
export async function newestManifest(disk: Disk, dir: string): Promise<Manifest | undefined> {
  let damage: DStreamsError | undefined;
  for (const number of await checkpointNumbers(disk, dir)) {
    try {
      return await readManifest(disk, `${manifestsDir(dir)}/${manifestName(number)}`);
    } catch (error) {
      if (!isDStreamsError(error, 'CHECKPOINT_DAMAGED')) throw error;
      damage ??= error;
    }
  }
  if (damage !== undefined) throw damage;
  return undefined;
}
