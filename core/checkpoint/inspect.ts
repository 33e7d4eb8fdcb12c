import { DStreamsError, isDStreamsError } from '../errors.ts';
import type { Manifest } from '../options/manifest-schema.ts';
import type { Disk } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import {
  type Checkpoint,
  checkpointNumbers,
  graphPath,
  listOrNone,
  readCheckpoint,
  readGraphPointer,
} from './checkpoint-store.ts';
import { lockHolder } from './directory-lock.ts';
import { segmentOfName } from './log-format.ts';
import { walkLog } from './log-recovery.ts';
import type { Processes } from './processes.ts';

/** What `inspect` and `repair` stand on. */
export interface DirectoryTools {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly processes: Processes;
}

/** Something in a checkpoint directory that is not as it was written. */
export interface Damage {
  readonly path: string;
  /** Where in the file, in bytes; undefined where no place can be named. */
  readonly offset: number | undefined;
  /** For people. */
  readonly problem: string;
}

/** State of one operator in a checkpoint. */
export interface InspectedState {
  readonly uid: string;
  /** What kind of operator wrote it; undefined where the checkpoint does not say. */
  readonly kind: string | undefined;
  /** The batch whose state it is, epoch ms; null where none was written yet. */
  readonly timeMs: number | null;
  /** Version of its form, as the program names it (`stateVersion`). */
  readonly version: number;
  readonly segmentCount: number;
  readonly bytes: number;
}

/** Bookkeeping of one input in a checkpoint. */
export interface InspectedInput {
  readonly uid: string;
  /** Batches whose reads are written down, epoch ms, oldest first. */
  readonly plannedMs: readonly number[];
}

/** A checkpoint that is whole. All times are epoch ms. */
export interface InspectedCheckpoint {
  readonly number: number;
  /** Version of its format. */
  readonly format: number;
  /** The job module that wrote it: what `new StreamingContext(directory)` runs; null where it names none. */
  readonly program: string | null;
  /** The batch after which it was taken. */
  readonly batchTimeMs: number;
  readonly zeroMs: number;
  readonly batchDurationMs: number;
  /** Batches that were generated and not done. */
  readonly pendingMs: readonly number[];
  readonly state: readonly InspectedState[];
  readonly inputs: readonly InspectedInput[];
  readonly services: readonly string[];
  /** The stretch of the log that it needs, `[from, to)`, by sequence. */
  readonly log: { readonly from: number; readonly to: number } | null;
}

/** The write-ahead log, as far as it is good. */
export interface InspectedLog {
  /** `[firstSequence, nextSequence)` are there. */
  readonly firstSequence: number;
  readonly nextSequence: number;
  readonly segmentCount: number;
  /** Of all its files, whatever is in them. */
  readonly bytes: number;
  /** Of a last write that a crash cut off; the next start removes them, nobody was promised them. */
  readonly tornBytes: number;
}

/** What is in a checkpoint directory: plain data. */
export interface Inspection {
  readonly dir: string;
  /** Who works in it, if anybody alive does. */
  readonly holder: { readonly pid: number } | undefined;
  /** Whole ones, newest first; a start goes on from the first. */
  readonly checkpoints: readonly InspectedCheckpoint[];
  readonly log: InspectedLog;
  /** Empty: the next start will find all in order. */
  readonly damage: readonly Damage[];
}

/**
 * Looks at a checkpoint directory and checks every byte of it; changes nothing and takes no lock, so what a program that
 * runs is just writing or removing may look like damage. Throws `CHECKPOINT_NOT_FOUND` where there is neither checkpoint nor
 * log, `FORMAT_TOO_NEW`, `IO_FAILED`.
 */
export async function inspect(dir: string, { disk, clock, processes }: DirectoryTools): Promise<Inspection> {
  const { whole, damage } = await examineCheckpoints(dir, disk, clock);
  const log = await examineLog(dir, disk, whole);
  if (whole.length === 0 && damage.length === 0 && log.files.length === 0) throw nothingThere(dir);
  const holder = await lockHolder(disk, dir);
  const isHeld = holder !== undefined && (await processes.isAlive(holder));
  return {
    dir,
    holder: isHeld ? { pid: holder.pid } : undefined,
    checkpoints: whole.map(inspected),
    log: {
      firstSequence: log.firstSequence,
      nextSequence: log.nextSequence,
      segmentCount: log.files.length,
      bytes: log.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      tornBytes: log.damage.length === 0 ? log.tornBytes : 0,
    },
    damage: [...damage, ...log.damage, ...(await serviceLogDamages(disk, dir)).map(({ damage: bad }) => bad)],
  };
}

function inspected({ number, manifest }: Checkpoint): InspectedCheckpoint {
  const bytes = new Map(manifest.segments.map((segment) => [segment.name, segment.bytes]));
  return {
    number,
    format: manifest.version,
    program: manifest.program?.file ?? null,
    batchTimeMs: manifest.batchTimeMs,
    zeroMs: manifest.zeroMs,
    batchDurationMs: manifest.batchMs,
    pendingMs: manifest.pending,
    state: Object.entries(manifest.state).map(([uid, { version, segments, kind, timeMs }]) => ({
      uid,
      kind: typeof kind === 'string' ? kind : undefined,
      timeMs: typeof timeMs === 'number' ? timeMs : null,
      version,
      segmentCount: segments.length,
      bytes: segments.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0),
    })),
    inputs: Object.entries(manifest.inputs).map(([uid, entry]) => ({ uid, plannedMs: plannedOf(entry) })),
    services: Object.keys(manifest.services),
    log: manifest.log,
  };
}

function plannedOf(entry: Manifest['inputs'][string]): number[] {
  const planned = typeof entry === 'object' && entry !== null && 'planned' in entry ? entry.planned : undefined;
  if (!Array.isArray(planned)) return [];
  return planned.map((batch) => (Array.isArray(batch) ? Number(batch[0]) : Number.NaN)).sort((a, b) => a - b);
}

export interface ExaminedCheckpoints {
  /** Newest first. */
  readonly whole: readonly Checkpoint[];
  /** Their numbers. */
  readonly bad: readonly number[];
  /** `graph` does not name the newest checkpoint that is whole. */
  readonly isPointerBad: boolean;
  readonly damage: readonly Damage[];
}

/** Reads and checks all checkpoints of a directory. Throws `FORMAT_TOO_NEW`, `IO_FAILED`. */
export async function examineCheckpoints(dir: string, disk: Disk, clock: Clock): Promise<ExaminedCheckpoints> {
  const damage: Damage[] = [];
  const whole: Checkpoint[] = [];
  const bad: number[] = [];
  if ((await disk.stat(dir)) === undefined) throw nothingThere(dir);
  const verified = new Set<string>();
  const numbers = await checkpointNumbers(disk, dir);
  for (const number of numbers) {
    try {
      whole.push(await readCheckpoint(disk, clock, dir, number, verified));
    } catch (error) {
      damage.push(damageOf(error));
      bad.push(number);
    }
  }
  let pointer: number | undefined;
  try {
    pointer = await readGraphPointer(disk, dir);
    const path = graphPath(dir);
    // Between the writing of the first manifest and of the pointer, a crash leaves a checkpoint that nothing names yet.
    const isYoung = numbers.length === 0 || (numbers.length === 1 && numbers[0] === 1);
    if (pointer === undefined && !isYoung) {
      damage.push({ path, offset: undefined, problem: 'it is missing, and should name the newest checkpoint' });
    } else if (pointer !== undefined && !numbers.includes(pointer)) {
      damage.push({ path, offset: undefined, problem: `it names checkpoint ${pointer}, which is not there` });
    }
  } catch (error) {
    damage.push(damageOf(error));
  }
  return { whole, bad, isPointerBad: whole[0]?.number !== pointer, damage };
}

/** Throws what is no damage. */
function damageOf(error: unknown): Damage {
  if (!isDStreamsError(error, 'CHECKPOINT_DAMAGED') && !isDStreamsError(error, 'CHECKPOINT_MISSING')) throw error;
  const { path, offset } = error.details ?? {};
  return {
    path: String(path),
    offset: typeof offset === 'number' ? offset : undefined,
    problem: error.message,
  };
}

export interface LogFile {
  readonly path: string;
  readonly segment: number;
  readonly sizeBytes: number;
  /** Good bytes; 0 where not even the header is. */
  readonly goodBytes: number;
}

export interface ExaminedLog {
  /** Those that were read, oldest first: up to the first damage. */
  readonly files: readonly LogFile[];
  readonly firstSequence: number;
  readonly nextSequence: number;
  /** Checksum of the last good record. */
  readonly previous: number | undefined;
  readonly tornBytes: number;
  /** What the whole checkpoints need at least: `[from, to)`. */
  readonly needed: { readonly from: number; readonly to: number };
  readonly damage: readonly Damage[];
}

/** Where the log of a checkpoint directory lies. */
export const logDir = (dir: string): string => `${dir}/log`;

const SERVICE_LOG = /^log-[\w-]+$/;

/** Where the log of a service lies. */
export const serviceLogDir = (dir: string, service: string): string => `${dir}/log-${service}`;

/** The folders of all services' logs; what only has such a name is somebody else's. */
export async function serviceLogDirs(disk: Disk, dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await listOrNone(disk, dir)) {
    const path = `${dir}/${name}`;
    if (!SERVICE_LOG.test(name) || (await disk.stat(path))?.kind !== 'directory') continue;
    const files = await disk.list(path);
    if (files.every((file) => segmentOfName(file.replace(/\.tmp$/, '')) !== undefined)) found.push(path);
  }
  return found;
}

/** What is bad in the logs of services: of each the first such place. Throws `FORMAT_TOO_NEW`, `IO_FAILED`. */
export async function serviceLogDamages(disk: Disk, dir: string): Promise<{ folder: string; damage: Damage }[]> {
  const found: { folder: string; damage: Damage }[] = [];
  for (const folder of await serviceLogDirs(disk, dir)) {
    for await (const { path, damage } of walkLog(disk, folder, () => {})) {
      if (damage !== undefined) found.push({ folder, damage: { path, ...damage } });
    }
  }
  return found;
}

/** Reads and checks the log, and whether it has what the checkpoints need. Throws `FORMAT_TOO_NEW`, `IO_FAILED`. */
export async function examineLog(dir: string, disk: Disk, whole: readonly Checkpoint[]): Promise<ExaminedLog> {
  const files: LogFile[] = [];
  const damage: Damage[] = [];
  let firstSequence: number | undefined;
  let nextSequence = 0;
  let previous: number | undefined;
  for await (const { path, segment, sizeBytes, header, end, damage: bad } of walkLog(disk, logDir(dir), () => {})) {
    files.push({ path, segment, sizeBytes, goodBytes: end?.endOffset ?? 0 });
    if (bad !== undefined) damage.push({ path, ...bad });
    if (header === undefined || end === undefined) continue;
    firstSequence ??= header.firstSequence;
    nextSequence = end.nextSequence;
    previous = end.previous;
  }
  const last = files.at(-1);
  const tornBytes = last === undefined ? 0 : last.sizeBytes - last.goodBytes;
  firstSequence ??= nextSequence;
  const logs = whole.map(({ manifest }) => manifest.log).filter((log) => log !== null);
  const needed = {
    from: logs.length === 0 ? firstSequence : Math.min(...logs.map(({ from }) => from)),
    to: Math.max(0, ...logs.map(({ to }) => to)),
  };
  if (damage.length === 0) {
    for (const problem of lacks(whole[0], firstSequence, nextSequence)) {
      damage.push({ path: logDir(dir), offset: undefined, problem });
    }
  }
  return { files, firstSequence, nextSequence, previous, tornBytes, needed, damage };
}

/** What a start would miss: see `WriteAheadLog.open`. */
function lacks(newest: Checkpoint | undefined, firstSequence: number, nextSequence: number): string[] {
  const log = newest?.manifest.log;
  if (log === undefined || log === null) return [];
  if (log.from < log.to && firstSequence > log.from) {
    return [`the checkpoint needs it from sequence ${log.from} on, it begins at ${firstSequence}`];
  }
  return nextSequence < log.to ? [`the checkpoint knows it up to ${log.to}, it ends at ${nextSequence}`] : [];
}

const nothingThere = (dir: string): DStreamsError =>
  new DStreamsError('CHECKPOINT_NOT_FOUND', `there is no checkpoint in ${dir}`, { details: { path: dir } });
