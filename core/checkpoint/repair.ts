import { DStreamsError } from '../errors.ts';
import type { Disk } from '../storage/disk.ts';
import type { Random } from '../time/random.ts';
import { type Checkpoint, graphPath, listOrNone, manifestName, manifestsDir, segmentsDir } from './checkpoint-store.ts';
import { DirectoryLock } from './directory-lock.ts';
import { writeFrameFile } from './frame-file.ts';
import {
  type Damage,
  type DirectoryTools,
  type ExaminedCheckpoints,
  examineCheckpoints,
  examineLog,
  logDir,
  serviceLogDamages,
  serviceLogDirs,
} from './inspect.ts';
import { copyFile, cutLog, type LostRecords } from './log-cut.ts';

export interface RepairTools extends DirectoryTools {
  readonly random: Random;
}

/** What `repair` did: plain data. */
export interface Repair {
  /** What it found; empty: nothing was to be done, and nothing was. */
  readonly damage: readonly Damage[];
  /** Where what it removed lies now; undefined where it removed nothing. */
  readonly aside: string | undefined;
  /** Checkpoints that are given up, newest first. */
  readonly lostCheckpoints: readonly number[];
  /** Records of the log that are given up. */
  readonly lostRecords: LostRecords | undefined;
  /** The batch, epoch ms, after which the next start goes on; undefined: it begins anew. */
  readonly batchTimeMs: number | undefined;
}

/**
 * Makes a damaged checkpoint directory one that a program starts from again, without what is damaged: removes checkpoints
 * that are not whole, and cuts the log at its first bad record. What it removes it moves to `damaged-<time>` in the
 * directory. Where nothing is damaged it changes nothing. Throws `OPTIONS_INVALID` without `acceptLoss`,
 * `CHECKPOINT_NOT_FOUND`, `CHECKPOINT_IN_USE`, `FORMAT_TOO_NEW`, `IO_FAILED`; after the last it can be called again.
 */
export async function repair(
  dir: string,
  { acceptLoss }: { readonly acceptLoss: boolean },
  tools: RepairTools,
): Promise<Repair> {
  const { disk, clock, processes, random } = tools;
  if (!acceptLoss) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      'repair gives up what is damaged, and needs to be told that this is accepted: --accept-loss',
    );
  }
  // Before the lock, which would make the directory.
  if ((await disk.stat(dir)) === undefined) await examineCheckpoints(dir, disk, clock);
  const lock = await DirectoryLock.take({ disk, dir, processes, random });
  try {
    const found = await examineCheckpoints(dir, disk, clock);
    const log = await examineLog(dir, disk, found.whole);
    const badLogs = await serviceLogDamages(disk, dir);
    const damage = [...found.damage, ...log.damage, ...badLogs.map(({ damage: bad }) => bad)];
    const batchTimeMs = found.whole[0]?.manifest.batchTimeMs;
    if (damage.length === 0) {
      if (found.whole.length === 0 && log.files.length === 0) throw nothing(dir);
      return { damage, aside: undefined, lostCheckpoints: [], lostRecords: undefined, batchTimeMs };
    }
    const aside = await makeAside(disk, dir, clock.now());
    let lostRecords: LostRecords | undefined;
    if (found.whole.length === 0 && found.damage.length > 0) {
      // Nothing says what the rest belongs to; the next start would remove it.
      await setAll(disk, dir, aside);
      if (log.files.length > 0) lostRecords = { from: log.firstSequence, to: undefined };
    } else {
      if (log.damage.length > 0) lostRecords = await cutLog(disk, dir, log, random, aside);
      // Before the checkpoints go, and never without the file: a program begins anew where it is missing.
      if (found.isPointerBad && found.whole[0] !== undefined) await point(dir, found.whole[0].number, tools, aside);
      await setCheckpoints(disk, dir, found, aside);
      // What services had written for others to read: their readers are told of the gap.
      for (const { folder } of badLogs) await move(disk, folder, `${aside}${folder.slice(dir.length)}`);
      await disk.syncDirectory(aside);
    }
    await disk.syncDirectory(dir);
    return { damage, aside, lostCheckpoints: found.bad, lostRecords, batchTimeMs };
  } finally {
    await lock.release();
  }
}

/** A directory of a name that was free. */
async function makeAside(disk: Disk, dir: string, nowMs: number): Promise<string> {
  const name = `${dir}/damaged-${new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  for (let i = 1; ; i++) {
    const path = i === 1 ? name : `${name}-${i}`;
    if ((await disk.stat(path)) !== undefined) continue;
    await disk.makeDirectory(path);
    return path;
  }
}

/** Writes `graph` anew; the old one is kept as well. */
async function point(dir: string, number: number, { disk, clock }: DirectoryTools, aside: string): Promise<void> {
  const path = graphPath(dir);
  const stat = await disk.stat(path);
  if (stat !== undefined) await copyFile(disk, path, `${aside}/graph`, stat.sizeBytes);
  await writeFrameFile(disk, clock, path, 'graph', [new TextEncoder().encode(JSON.stringify({ checkpoint: number }))]);
}

/** Checkpoints that are not whole, and the segments that only they can have named. */
async function setCheckpoints(
  disk: Disk,
  dir: string,
  { whole, bad }: ExaminedCheckpoints,
  aside: string,
): Promise<void> {
  if (bad.length === 0) return;
  const needed = segmentsOf(whole);
  const segments = (await listOrNone(disk, segmentsDir(dir))).filter((name) => !needed.has(name));
  await moveAll(disk, manifestsDir(dir), bad.map(manifestName), `${aside}/checkpoints`);
  await moveAll(disk, segmentsDir(dir), segments, `${aside}/segments`);
}

function segmentsOf(whole: readonly Checkpoint[]): Set<string> {
  return new Set(whole.flatMap(({ manifest }) => manifest.segments.map(({ name }) => name)));
}

async function setAll(disk: Disk, dir: string, aside: string): Promise<void> {
  const folders = [...(await serviceLogDirs(disk, dir)), logDir(dir), segmentsDir(dir), manifestsDir(dir)];
  for (const folder of folders) await move(disk, folder, `${aside}${folder.slice(dir.length)}`);
  await move(disk, graphPath(dir), `${aside}/graph`);
  await disk.syncDirectory(aside);
}

async function moveAll(disk: Disk, from: string, names: readonly string[], to: string): Promise<void> {
  if (names.length === 0) return;
  await disk.makeDirectory(to);
  for (const name of names) await disk.rename(`${from}/${name}`, `${to}/${name}`);
  await disk.syncDirectory(to);
  await disk.syncDirectory(from);
}

/** Nothing happens where nothing is. */
async function move(disk: Disk, from: string, to: string): Promise<void> {
  if ((await disk.stat(from)) !== undefined) await disk.rename(from, to);
}

const nothing = (dir: string): DStreamsError =>
  new DStreamsError('CHECKPOINT_NOT_FOUND', `there is no checkpoint in ${dir}`, { details: { path: dir } });
