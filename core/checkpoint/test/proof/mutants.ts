import { type Mutant, withBug } from '../../../../bin/test/bundle.ts';
import type * as Proofs from './index.ts';

const LOG = 'core/checkpoint/write-ahead-log.ts';
const QUEUE = 'core/checkpoint/log-queue.ts';
const RECOVERY = 'core/checkpoint/log-recovery.ts';
const SCAN = 'core/checkpoint/log-scan.ts';
const FORMAT = 'core/checkpoint/log-format.ts';
const FRAMES = 'core/checkpoint/frame-file.ts';
const STORE = 'core/checkpoint/checkpoint-store.ts';
const LOCK = 'core/checkpoint/directory-lock.ts';
const DISK = 'core/storage/disk.ts';

/** The first five are caught in every `npm test`. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the log does not sync',
    file: LOG,
    find: '      await active.file.sync();\n    } catch',
    replace: '    } catch',
  },
  {
    name: 'a torn tail is cut off without asking what follows',
    file: RECOVERY,
    find: '(!isLast || (await wasSynced(input, end.endOffset, end.nextSequence)))',
    replace: '!isLast',
  },
  {
    name: 'a new checkpoint is renamed before it is synced',
    file: FRAMES,
    find: '      await this.file.sync();\n',
    replace: '',
  },
  {
    name: 'segments go while a kept checkpoint names them',
    file: STORE,
    find: 'if (!needed.has(name)) await removeIfThere',
    replace: 'await removeIfThere',
  },
  {
    name: 'the lock does not ask who holds it',
    file: LOCK,
    find: 'if (holder !== undefined && (await processes.isAlive(holder))) throw inUse(dir, holder);',
    replace: '',
  },
  {
    name: 'acknowledged before the sync is over',
    file: LOG,
    find: '      await active.file.sync();\n    } catch',
    replace: '      void active.file.sync().catch(() => {});\n    } catch',
  },
  {
    name: 'the directory of a new segment is not synced',
    file: DISK,
    find: '  await disk.rename(temporary, path);\n  await disk.syncDirectory(parentOf(path));\n',
    replace: '  await disk.rename(temporary, path);\n',
  },
  {
    name: 'the header of a new segment is not synced before its records',
    file: DISK,
    find: '    await writeAll(file, content, 0);\n    await file.sync();\n',
    replace: '    await writeAll(file, content, 0);\n',
  },
  {
    name: 'a start does not write down where the log ends',
    file: LOG,
    find: 'if (recovered.segments.length > 0) await log.markEnd();',
    replace: '',
  },
  {
    name: 'a segment goes on behind the beginning of the next',
    file: RECOVERY,
    find: 'endSequence: after?.firstSequence,',
    replace: '',
  },
  {
    name: 'sequences are off by one after a group',
    file: LOG,
    find: 'this.next += group.length;',
    replace: 'this.next += group.length - (group.length > 1 ? 1 : 0);',
  },
  {
    name: 'reading ends one record early',
    file: 'core/checkpoint/log-reader.ts',
    find: 'if (record.sequence >= to) return;',
    replace: 'if (record.sequence >= to - 1) return;',
  },
  {
    name: 'segments are pruned too early',
    file: LOG,
    find: '(this.closed[0]?.nextSequence ?? Infinity) <= sequence',
    replace: '(this.closed[0]?.firstSequence ?? Infinity) < sequence',
  },
  {
    name: 'pruned segments are not gone one after the other',
    file: LOG,
    find: '      await this.syncRemoval();\n',
    replace: '',
  },
  {
    name: 'a segment that could not be removed is forgotten',
    file: LOG,
    find: '      await removeIfThere(this.disk, oldest.path);\n      await this.syncRemoval();\n      this.leaving.shift();\n',
    replace:
      '      this.leaving.shift();\n      await removeIfThere(this.disk, oldest.path);\n      await this.syncRemoval();\n',
  },
  {
    name: 'the checksum of a record is not looked at',
    file: SCAN,
    find: "if (checksumOf(bytes, at, header.length, seed) !== header.checksum) return 'its checksum is wrong';",
    replace: '',
  },
  {
    name: 'records do not have to follow on each other',
    file: SCAN,
    find: "if (previous !== undefined && header.previous !== previous) return 'it does not follow on the record before';",
    replace: '',
  },
  { name: 'the epoch does not count', file: FORMAT, find: '  return crc32(bytes);\n', replace: '  return 0;\n' },
  {
    name: 'every record says that it begins a group',
    file: 'core/checkpoint/log-group.ts',
    find: 'isGroupStart: index === 0',
    replace: 'isGroupStart: true',
  },
  {
    name: 'a failed sync is tried again',
    file: LOG,
    find: '      await active.file.sync();\n    } catch',
    replace: '      await active.file.sync().catch(() => active.file.sync());\n    } catch',
  },
  {
    name: 'the log goes on after it has failed',
    file: QUEUE,
    find: '    this.failure = new DStreamsError(',
    replace: '    return new DStreamsError(',
  },
  {
    name: 'the last group is not written again',
    file: RECOVERY,
    find: 'for (let at = end.lastGroupOffset; at < end.endOffset; ) {',
    replace: 'for (let at = end.endOffset; at < end.endOffset; ) {',
  },
  {
    name: 'the last group is written again and not synced',
    file: RECOVERY,
    find: '    await file.sync();\n',
    replace: '',
  },
  {
    name: 'on a full disk the half-written group is left',
    file: LOG,
    find: '    await active.file.truncate(active.sizeBytes);\n',
    replace: '',
  },
  {
    name: 'a short write is not continued',
    file: DISK,
    find: '    done += written;\n  }\n}\n\n/** The whole file.',
    replace: '    done = bytes.length;\n  }\n}\n\n/** The whole file.',
  },
  {
    name: 'a checkpoint is not read back',
    file: FRAMES,
    find: 'await verifyFrames(this.disk, this.clock,',
    replace: 'void ((..._: unknown[]) => {})(this.disk, this.clock,',
  },
  {
    name: 'the directory is not synced after a checkpoint is renamed',
    file: FRAMES,
    find: '  await disk.syncDirectory(parentOf(path));\n  return info;',
    replace: '  return info;',
  },
  {
    name: 'names of segments are not on the disk before their checkpoint',
    file: STORE,
    find: 'if (manifest.segments.length > 0) await this.disk.syncDirectory(segmentsDir(this.dir));',
    replace: '',
  },
  {
    name: 'segments go before the checkpoint that names them is gone',
    file: STORE,
    find: '    await this.disk.syncDirectory(manifestsDir(this.dir));\n    this.bad',
    replace: '    this.bad',
  },
  {
    name: 'another checkpoint is used and nothing is said',
    file: STORE,
    find: 'if (kept.length === 0) options.onFallback?.({ checkpoint: number, error });',
    replace: '',
  },
  { name: 'two checkpoints are kept', file: STORE, find: 'const { keptMax = 3 }', replace: 'const { keptMax = 2 }' },
  {
    name: 'the log is kept to the newest checkpoint',
    file: STORE,
    find: 'Math.min(...from) : undefined',
    replace: 'Math.max(...from) : undefined',
  },
  {
    name: 'the checksum of a frame is not looked at',
    file: FRAMES,
    find: "    if (view.getUint32(4, true) !== checksumOf(head, payload)) throw frameDamage(path, offset, 'a checksum is wrong');\n",
    replace: '',
  },
  {
    name: 'names that were read are not on the disk',
    file: STORE,
    find: '    await store.settle();\n',
    replace: '',
  },
  {
    name: 'a lock is taken without looking for a newer one',
    file: LOCK,
    find: 'if ((await highestLock(disk, dir)) !== highest + 1) {',
    replace: 'if (highest < 0) {',
  },
];

/** How often each proof is tried on a mutant before it counts as missed. */
const ROUNDS = 150;

/** What catches the bug first; undefined where nothing does. */
export async function caughtBy(mutant: Mutant, seed: number): Promise<string | undefined> {
  const proofs = await withBug<typeof Proofs>('core/checkpoint/test/proof/index.ts', mutant);
  const flips = { seed, share: 41, bytes: 900 };
  const tries: [string, (round: number) => Promise<unknown>][] = [
    ['crashes of the log', (round) => proofs.runLog({ seed: seed + round, crashShare: 0.2, faultShare: 0.01 })],
    ['crashes of checkpoints', (round) => proofs.runStore({ seed: seed + round, crashShare: 0.2, faultShare: 0.01 })],
    ['locks', (round) => proofs.runLocks(seed + round)],
    ['more locks', (round) => proofs.runLocks(seed + 1000 + round)],
    ['blocks used again', (round) => proofs.reuseBlocks(seed + round)],
    ['flips in the log', async (round) => round % 50 === 0 && proofs.flipLog(flips)],
    ['flips in checkpoints', async (round) => round % 50 === 0 && proofs.flipStore(flips)],
    ['failing calls', async (round) => round % 50 === 9 && proofs.failEveryCall(seed + round)],
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of tries) {
      try {
        await run(round);
      } catch (error) {
        return `${name}, round ${round}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
  }
  return undefined;
}
