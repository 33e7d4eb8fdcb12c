import { invariant } from '../assert.ts';
import { DStreamsError, isDStreamsError, messageOf } from '../errors.ts';
import { type Manifest, parseGraphPointer, type SegmentRef } from '../options/manifest-schema.ts';
import { type Disk, errnoOf, removeIfThere } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import type { Random } from '../time/random.ts';
import { type DiskRoom, isDiskFull } from './disk-room.ts';
import { frameDamage, readFrames, verifyFrames, writeFrameFile } from './frame-file.ts';
import { jsonOf, readManifest, writeManifest } from './manifest.ts';
import { SegmentWriter } from './segment-writer.ts';

export interface StoreOptions {
  readonly disk: Disk;
  /** The checkpoint directory; whoever opens the store holds its lock. */
  readonly dir: string;
  readonly clock: Clock;
  /** Draws names of segments. */
  readonly random: Random;
  readonly room: DiskRoom;
  /** Checkpoints kept. Default 3. */
  readonly keptMax?: number;
  /**
   * A checkpoint is bad and the one before it is used instead: to be said loudly (log, event, metric). Called in order,
   * the newest first, while the store opens.
   */
  readonly onFallback?: (bad: { readonly checkpoint: number; readonly error: DStreamsError }) => void;
}

/** A checkpoint that is whole. */
export interface Checkpoint {
  /** Counts the checkpoints of a directory, from 1. */
  readonly number: number;
  readonly manifest: Manifest;
}

const MANIFEST = /^checkpoint-(\d{10})$/;
export const manifestName = (number: number): string => `checkpoint-${String(number).padStart(10, '0')}`;
export const manifestsDir = (dir: string): string => `${dir}/checkpoints`;
export const segmentsDir = (dir: string): string => `${dir}/segments`;
export const graphPath = (dir: string): string => `${dir}/graph`;

/** The numbers of the checkpoints in a directory, newest first. */
export async function checkpointNumbers(disk: Disk, dir: string): Promise<number[]> {
  const numbers = (await listOrNone(disk, manifestsDir(dir))).map((name) => Number(MANIFEST.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((a, b) => b - a);
}

/** Names in a directory; none where it is missing. */
export async function listOrNone(disk: Disk, path: string): Promise<string[]> {
  try {
    return await disk.list(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** What `graph` names; undefined where the file is missing. Throws `CHECKPOINT_DAMAGED`, `FORMAT_TOO_NEW`, `IO_FAILED`. */
export async function readGraphPointer(disk: Disk, dir: string): Promise<number | undefined> {
  const path = graphPath(dir);
  if ((await disk.stat(path)) === undefined) return undefined;
  let pointer: { readonly checkpoint: number } | undefined;
  for await (const frame of readFrames(disk, path, 'graph')) pointer ??= parseGraphPointer(jsonOf(path, frame));
  if (pointer === undefined) throw frameDamage(path, 0, 'it names no checkpoint');
  return pointer.checkpoint;
}

/**
 * Reads a checkpoint and checks every byte of it, its segments included. Throws `CHECKPOINT_DAMAGED`, `CHECKPOINT_MISSING`
 * for a segment that is not there, `FORMAT_TOO_NEW`, `IO_FAILED`. `verified` holds the segments that other checkpoints name
 * too: they are read once.
 */
export async function readCheckpoint(
  disk: Disk,
  clock: Clock,
  dir: string,
  number: number,
  verified: Set<string> = new Set(),
): Promise<Checkpoint> {
  const manifest = await readManifest(disk, `${manifestsDir(dir)}/${manifestName(number)}`);
  for (const segment of manifest.segments) {
    const path = `${segmentsDir(dir)}/${segment.name}`;
    const identity = `${segment.name} ${segment.digest}`;
    if (verified.has(identity)) continue;
    if ((await disk.stat(path)) === undefined) throw missing(path, `checkpoint ${number} names it`);
    await verifyFrames(disk, clock, path, 'segment', segment);
    verified.add(identity);
  }
  return { number, manifest };
}

/** `CHECKPOINT_MISSING` for a file. */
export function missing(path: string, reason: string): DStreamsError {
  return new DStreamsError('CHECKPOINT_MISSING', `${path} is missing: ${reason}`, { details: { path } });
}

/**
 * The checkpoints of a directory (durability.md): the last three are kept, each a manifest that names immutable segments,
 * which several of them share. One writer; one `write` at a time.
 */
export class CheckpointStore {
  private readonly options: StoreOptions;
  private readonly disk: Disk;
  private readonly dir: string;
  /** Whole ones, oldest first. */
  private readonly kept: Checkpoint[];
  /** Numbers of bad, unfinished and old ones, whose files may be there. They go when three newer ones are whole. */
  private bad: number[];
  /** Segments that older checkpoints named. */
  private readonly dropped = new Set<string>();
  private nextNumber: number;
  /** Segments that were finished and that no checkpoint names yet. */
  private readonly fresh = new Map<string, SegmentRef>();
  private failure: DStreamsError | undefined;
  private isWriting = false;

  private constructor(options: StoreOptions, kept: Checkpoint[], bad: number[], nextNumber: number) {
    this.options = options;
    this.disk = options.disk;
    this.dir = options.dir;
    this.kept = kept;
    this.bad = bad;
    this.nextNumber = nextNumber;
  }

  /**
   * Reads what is there, then removes what a crash has left. A checkpoint whose checksum is wrong is passed over
   * (`onFallback`). Throws, with nothing changed, `CHECKPOINT_DAMAGED` where there are checkpoints and none is whole,
   * `CHECKPOINT_MISSING`, `FORMAT_TOO_NEW`, `IO_FAILED`.
   */
  static async open(options: StoreOptions): Promise<CheckpointStore> {
    const { disk, dir, clock } = options;
    const numbers = await checkpointNumbers(disk, dir);
    await checkPointer(options, numbers);
    const kept: Checkpoint[] = [];
    const bad: number[] = [];
    const verified = new Set<string>();
    let lastError: DStreamsError | undefined;
    for (const number of numbers) {
      try {
        kept.unshift(await readCheckpoint(disk, clock, dir, number, verified));
      } catch (error) {
        if (!isDStreamsError(error, 'CHECKPOINT_DAMAGED')) throw error;
        lastError = error;
        bad.push(number);
        if (kept.length === 0) options.onFallback?.({ checkpoint: number, error });
      }
    }
    if (kept.length === 0 && lastError !== undefined) {
      throw new DStreamsError('CHECKPOINT_DAMAGED', `no checkpoint in ${dir} is whole: ${lastError.message}`, {
        cause: lastError,
        details: lastError.details,
      });
    }
    const store = new CheckpointStore(options, kept, bad, (numbers[0] ?? 0) + 1);
    await store.settle();
    await store.sweep();
    return store;
  }

  /** The newest whole checkpoint; undefined in a new directory. */
  get latest(): Checkpoint | undefined {
    return this.kept.at(-1);
  }

  /** All kept ones, oldest first. */
  get checkpoints(): readonly Checkpoint[] {
    return this.kept;
  }

  /** The log is needed from this sequence on, by the oldest checkpoint that is kept; undefined where nothing says so. */
  get logNeededFrom(): number | undefined {
    const from = this.kept.map(({ manifest }) => manifest.log?.from).filter((sequence) => sequence !== undefined);
    return from.length === this.kept.length && from.length > 0 ? Math.min(...from) : undefined;
  }

  /**
   * Begins a segment: frames of bytes, say of state. `label` (a uid) shows in its name, for people. When it is finished, its
   * `SegmentRef` goes into the manifest of the next checkpoints, for as long as they need it.
   */
  async segment(label: string): Promise<SegmentWriter> {
    this.checkUsable();
    const { random, clock } = this.options;
    const hex = () => random.uint32().toString(16).padStart(8, '0');
    const name = `${label.replace(/[^\w-]+/g, '_').slice(0, 60)}.${hex()}${hex()}`;
    return SegmentWriter.create(this.disk, clock, segmentsDir(this.dir), name, (ref) => this.fresh.set(ref.name, ref));
  }

  /** Removes a segment that was finished and that no checkpoint names. Throws `IO_FAILED`. */
  async discard(segment: SegmentRef): Promise<void> {
    if (this.fresh.delete(segment.name)) await removeIfThere(this.disk, `${segmentsDir(this.dir)}/${segment.name}`);
  }

  /** The frames of a segment, in order, each checked. Throws `CHECKPOINT_DAMAGED`, `IO_FAILED`. */
  read(segment: SegmentRef): AsyncGenerator<Uint8Array, unknown> {
    return readFrames(this.disk, `${segmentsDir(this.dir)}/${segment.name}`, 'segment', segment);
  }

  /**
   * Takes a checkpoint: when it resolves, it survives loss of power and is the newest. Then removes what is not kept any
   * more. Segments that were finished before and that it does not name are removed too, at the next opening. Throws
   * `CHECKPOINT_FAILED`: the ones before are untouched. After a full disk the next call may succeed; after any other failure none does.
   */
  async write(manifest: Manifest): Promise<Checkpoint> {
    this.checkUsable();
    invariant(!this.isWriting, 'one checkpoint is written at a time');
    this.isWriting = true;
    try {
      return await this.writeOnce(manifest);
    } catch (error) {
      if (!isDiskFull(error)) throw this.fail(error);
      await this.options.room.full().catch((failure: unknown) => {
        throw this.fail(failure);
      });
      // The reserve made room for one.
      return await this.writeOnce(manifest).catch((again: unknown) => {
        throw isDiskFull(again) ? failed(this.dir, again) : this.fail(again);
      });
    } finally {
      this.isWriting = false;
    }
  }

  private async writeOnce(manifest: Manifest): Promise<Checkpoint> {
    const { clock } = this.options;
    this.checkSegments(manifest);
    const dir = manifestsDir(this.dir);
    await this.disk.makeDirectory(dir);
    // Names of segments are on the disk before the manifest that names them.
    if (manifest.segments.length > 0) await this.disk.syncDirectory(segmentsDir(this.dir));
    // After a full disk it is tried again under the same number. Until it is complete it counts as a bad one: its file may
    // be there, and name segments.
    const number = this.nextNumber;
    if (!this.bad.includes(number)) this.bad.push(number);
    await writeManifest(this.disk, clock, `${dir}/${manifestName(number)}`, manifest);
    const pointer = new TextEncoder().encode(JSON.stringify({ checkpoint: number }));
    await writeFrameFile(this.disk, clock, graphPath(this.dir), 'graph', [pointer]);
    const checkpoint: Checkpoint = { number, manifest };
    this.nextNumber = number + 1;
    this.kept.push(checkpoint);
    this.bad = this.bad.filter((other) => other !== number);
    for (const { name } of manifest.segments) this.fresh.delete(name);
    await this.prune();
    return checkpoint;
  }

  /** A manifest may name what is there: of kept checkpoints, or just finished. */
  private checkSegments(manifest: Manifest): void {
    const known = new Set(this.fresh.keys());
    for (const { manifest: other } of this.kept) for (const { name } of other.segments) known.add(name);
    const listed = new Set(manifest.segments.map(({ name }) => name));
    for (const name of listed) invariant(known.has(name), 'a checkpoint names a segment that is not there');
    for (const { segments } of Object.values(manifest.state)) {
      for (const name of segments) invariant(listed.has(name), 'a checkpoint lists every segment of its state');
    }
  }

  /** First the manifests, durably, then the segments that only they named. What fails half-way is gone on with next time. */
  private async prune(): Promise<void> {
    const { keptMax = 3 } = this.options;
    for (const { number, manifest } of this.kept.splice(0, Math.max(0, this.kept.length - keptMax))) {
      this.bad.push(number);
      for (const { name } of manifest.segments) this.dropped.add(name);
    }
    if (this.kept.length < keptMax || this.bad.length === 0) return;
    const oldest = this.kept[0]!.number;
    const leaving = this.bad.filter((number) => number < oldest);
    for (const number of leaving) await removeIfThere(this.disk, `${manifestsDir(this.dir)}/${manifestName(number)}`);
    await this.disk.syncDirectory(manifestsDir(this.dir));
    this.bad = this.bad.filter((number) => number >= oldest);
    // What a bad manifest names is not known.
    if (this.bad.length > 0) return;
    const needed = this.neededSegments();
    for (const name of this.dropped) {
      if (!needed.has(name)) await removeIfThere(this.disk, `${segmentsDir(this.dir)}/${name}`);
      this.dropped.delete(name);
    }
  }

  private neededSegments(): Set<string> {
    const needed = new Set(this.fresh.keys());
    for (const { manifest } of this.kept) for (const { name } of manifest.segments) needed.add(name);
    return needed;
  }

  /** Makes the names durable that were read: a process that was killed before its last sync leaves them in the cache only. */
  private async settle(): Promise<void> {
    for (const dir of [segmentsDir(this.dir), manifestsDir(this.dir)]) {
      if ((await this.disk.stat(dir)) !== undefined) await this.disk.syncDirectory(dir);
    }
  }

  /** Removes temporary files and segments that nobody names. */
  private async sweep(): Promise<void> {
    for (const name of await listOrNone(this.disk, manifestsDir(this.dir))) {
      if (name.endsWith('.tmp')) await this.disk.remove(`${manifestsDir(this.dir)}/${name}`);
    }
    const needed = this.neededSegments();
    for (const name of await listOrNone(this.disk, segmentsDir(this.dir))) {
      const isOrphan = name.endsWith('.tmp') || (this.bad.length === 0 && !needed.has(name));
      if (isOrphan) await this.disk.remove(`${segmentsDir(this.dir)}/${name}`);
    }
  }

  private checkUsable(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private fail(error: unknown): DStreamsError {
    this.failure ??= failed(this.dir, error);
    return this.failure;
  }
}

function failed(dir: string, error: unknown): DStreamsError {
  if (isDStreamsError(error, 'CHECKPOINT_FAILED')) return error;
  return new DStreamsError('CHECKPOINT_FAILED', `a checkpoint in ${dir} could not be written: ${messageOf(error)}`, {
    cause: error,
    details: { path: dir, errno: errnoOf(error) },
  });
}

/** That the checkpoint which `graph` names is there; `graph` itself may only be missing before the first is complete. */
async function checkPointer(options: StoreOptions, numbers: readonly number[]): Promise<void> {
  const { disk, dir } = options;
  let pointer: number | undefined;
  try {
    pointer = await readGraphPointer(disk, dir);
  } catch (error) {
    if (!isDStreamsError(error, 'CHECKPOINT_DAMAGED')) throw error;
    // It only repeats what the names of the manifests say.
    if (numbers.length === 0) throw error;
    options.onFallback?.({ checkpoint: numbers[0] as number, error });
    return;
  }
  if (pointer === undefined) {
    // It is written before anything is removed: while the first is there, none may have been complete.
    if (numbers.length > 0 && !numbers.includes(1))
      throw missing(graphPath(dir), 'there are checkpoints, and it names the newest');
  } else if (!numbers.includes(pointer)) {
    throw missing(`${manifestsDir(dir)}/${manifestName(pointer)}`, 'the file graph names it');
  }
}
