import type { Backend } from '../backend/backend.ts';
import {
  CheckpointStore,
  comesOfFullDisk,
  DirectoryLock,
  DiskRoom,
  serviceLogDir,
  type Processes,
  WriteAheadLog,
} from '../checkpoint/index.ts';
import type { Codec } from '../data/index.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../metrics/index.ts';
import { MANIFEST_VERSION, type Manifest, type RecordedProgram } from '../options/index.ts';
import {
  fingerprint,
  type InputRun,
  type Json,
  type PlannedBatch,
  type ServiceLog,
  type StreamGraph,
  type StreamLog,
} from '../plan/index.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import type { Disk, DiskSpace } from '../storage/disk.ts';
import type { Clock, Random } from '../time/index.ts';
import { beginAnew } from './begin-anew.ts';
import { FullDisk, roomLog } from './full-disk.ts';
import { headOf, type LoggedHead, showLogged, streamLog } from './logged-blocks.ts';
import { serviceLog } from './service-log.ts';
import { StateCheckpoints } from './state-checkpoints.ts';

/** What the program had written down: what a recovery goes on from. */
export interface Recovered {
  readonly manifest: Manifest;
  /** Batches that were planned after the checkpoint was taken, with what they read. */
  readonly planned: readonly { readonly timeMs: number; readonly ranges: Readonly<Record<string, Json>> }[];
}

export interface CheckpointsParts {
  readonly disk: Disk;
  /** Absolute. */
  readonly dir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
  readonly logger: Logger;
  readonly codec: Codec;
  readonly conf: Readonly<Record<string, string>>;
  /** Whose context this is; undefined for an inline script. */
  readonly program: RecordedProgram | undefined;
  readonly graph: StreamGraph;
  readonly batchMs: number;
  readonly rollingMs: number;
  /** What is kept back of the disk; default 8 MiB. */
  readonly reserveBytes: number | undefined;
  /** As the program asked for; undefined where it did not. */
  readonly rememberMs: number | undefined;
  /** By uid. */
  readonly inputs: ReadonlyMap<string, InputRun>;
  readonly backend: () => Backend | Promise<Backend>;
  readonly services: { snapshot(): Record<string, unknown> | undefined };
  /** Nothing can be written any more: the program must not go on as if it could. */
  readonly onFailed: (error: unknown) => void;
}

/** Of the log's records of plans. */
const LOG_PLAN = 1;

/** The disk is low with as many times the reserve left. */
const LOW_PER_RESERVE = 8;

/** Failed batches that a restart runs again; more of them are a program that never works. */
const FAILED_MAX = 64;

/**
 * What the driver writes down (DESIGN §4): before a batch runs, what it reads; after it has ended, a checkpoint. A
 * checkpoint is a manifest of plain data; the state in it lies in segments of its own, written at the intervals of the
 * streams, in the background, of versions that nobody changes any more.
 */
export class Checkpoints {
  readonly states: StateCheckpoints;
  private readonly ranges = new Map<string, Map<number, Json>>();
  private readonly planned = new Set<number>();
  private readonly failed = new Set<number>();
  /** Why a batch's ranges could not be written down: those after it may stand on what it took, and none is run any more. */
  private unplannable: unknown;
  /** Batches that a restart runs again and that have not had their turn yet. */
  private readonly owed = new Set<number>();
  private completedMs: number;
  private zeroMs = 0;
  private writing: Promise<void> | undefined;
  private isWanted = false;
  private readonly serviceLogs: WriteAheadLog[] = [];
  private isClosed = false;

  private constructor(
    private readonly parts: CheckpointsParts,
    private readonly lock: DirectoryLock,
    private readonly room: DiskRoom,
    private readonly fullDisk: FullDisk,
    private readonly store: CheckpointStore,
    readonly log: WriteAheadLog,
    readonly recovered: Recovered | undefined,
    /** In order; empty once the inputs have seen them. */
    private logged: readonly LoggedHead[],
  ) {
    this.completedMs = recovered?.manifest.batchTimeMs ?? 0;
    this.states = new StateCheckpoints({ ...parts, store, room, onWritten: (timeMs) => this.stateWritten(timeMs) });
  }

  /** Of the disk that the directory is on. */
  space(): Promise<DiskSpace> {
    return this.parts.disk.space(this.parts.dir);
  }

  /**
   * Takes the directory. `recovers`: reads what is there, if anything; else begins anew. Throws `CHECKPOINT_IN_USE`,
   * `CHECKPOINT_DAMAGED`, `FORMAT_TOO_NEW`, `LOG_DAMAGED`, `IO_FAILED`, with nothing changed.
   */
  static async open(parts: CheckpointsParts, recovers: boolean): Promise<Checkpoints> {
    const { disk, dir, clock, random, processes, logger, codec, rollingMs, reserveBytes, onFailed } = parts;
    const lock = await DirectoryLock.take({ disk, dir, processes, random });
    let room: DiskRoom | undefined;
    try {
      if (!recovers && (await beginAnew(disk, dir))) {
        logger.warn(
          SOURCE,
          `Beginning anew: the checkpoint of an earlier run in ${dir} is removed, its state and its log as well. ` +
            'A context that getOrCreate makes goes on from there',
        );
      }
      room = await DiskRoom.open({
        disk,
        dir,
        clock,
        ...(reserveBytes === undefined ? {} : { reserveBytes, lowBytes: LOW_PER_RESERVE * reserveBytes }),
        onChange: roomLog(logger, clock, dir),
      });
      const fullDisk = new FullDisk(room);
      const store = await CheckpointStore.open({
        disk,
        dir,
        clock,
        random,
        room,
        onFallback: ({ checkpoint, error }) =>
          logger.error(SOURCE, `Checkpoint ${checkpoint} in ${dir} is damaged; the one before it is used`, error),
      });
      const manifest = store.latest?.manifest;
      const planned: { timeMs: number; ranges: Record<string, Json> }[] = [];
      const logged: LoggedHead[] = [];
      const log = await WriteAheadLog.open({
        disk,
        dir: `${dir}/log`,
        clock,
        random,
        room,
        untilRoom: () => fullDisk.untilRoom(),
        rollingMs,
        ...(manifest?.log ? { expect: manifest.log } : {}),
        onRecovered: (record) => {
          const head = headOf(record, codec);
          if (head !== undefined) logged.push(head);
          if (record.type !== LOG_PLAN) return;
          const [timeMs, ranges] = codec.decodeValue(record.payload) as [number, Record<string, Json>];
          // Those before it are in the checkpoint, or over and not needed.
          if (record.sequence >= (manifest?.log?.to ?? 0)) planned.push({ timeMs, ranges });
        },
        onFailed,
      });
      const recovered = manifest === undefined ? undefined : { manifest, planned };
      return new Checkpoints(parts, lock, room, fullDisk, store, log, recovered, logged);
    } catch (error) {
      await room?.close();
      await lock.release();
      throw error;
    }
  }

  /** The stream graph's zero time; the manifest of the first checkpoint, so that a crash before any batch is one as well. */
  async begin(zeroMs: number): Promise<void> {
    this.zeroMs = zeroMs;
    if (this.recovered !== undefined) return;
    this.completedMs = zeroMs;
    await this.write();
  }

  /**
   * Gives the inputs back what they had written down. Without a checkpoint that is what receivers stored in a start that
   * ended before its first one.
   */
  async restoreInputs(): Promise<void> {
    const { recovered } = this;
    for (const [uid, input] of this.parts.inputs) {
      const entry = recovered?.manifest.inputs[uid] as { snapshot?: Json; planned?: PlannedBatch[] } | undefined;
      const planned = new Map<number, Json>(entry?.planned ?? []);
      for (const { timeMs, ranges } of recovered?.planned ?? []) {
        if (ranges[uid] !== undefined) planned.set(timeMs, ranges[uid]);
      }
      this.ranges.set(uid, planned);
      await input.restore?.(
        entry?.snapshot,
        [...planned].sort(([a], [b]) => a - b),
      );
    }
    const { logged } = this;
    this.logged = [];
    await showLogged(logged, this.log, this.parts);
  }

  /** The log as one input sees it. */
  logOf(uid: string): StreamLog {
    return streamLog(this.log, this.fullDisk, this.parts.codec, uid);
  }

  /** Opens the log of a service: see `ServiceHost.openLog`. */
  async openServiceLog(name: string, visit: (sequence: number, payload: Uint8Array) => void): Promise<ServiceLog> {
    const { disk, dir, clock, random, rollingMs, onFailed } = this.parts;
    const log = await WriteAheadLog.open({
      disk,
      dir: serviceLogDir(dir, name),
      clock,
      random,
      room: this.room,
      untilRoom: () => this.fullDisk.untilRoom(),
      rollingMs,
      onRecovered: ({ sequence, payload }) => visit(sequence, payload),
      onFailed,
    });
    this.serviceLogs.push(log);
    return serviceLog(log);
  }

  /** These are run again: until each is over, a checkpoint has them as pending. */
  runsAgain(times: Iterable<number>): void {
    for (const timeMs of times) this.owed.add(timeMs);
  }

  /** Whether what this input reads in a batch was written down before. */
  isPlanned(uid: string, timeMs: number): boolean {
    return this.ranges.get(uid)?.has(timeMs) ?? false;
  }

  /** Of these batches those after all whose input was written down: they never ran. */
  missedOf(uid: string, times: readonly number[]): number[] {
    let last = Number.NEGATIVE_INFINITY;
    for (const timeMs of this.ranges.get(uid)?.keys() ?? []) last = Math.max(last, timeMs);
    return times.filter((timeMs) => timeMs > last);
  }

  /** Writes down what a batch reads; the batch waits for it. Nothing is written where a restart could read nothing again. */
  async plan(timeMs: number): Promise<void> {
    this.planned.add(timeMs);
    const found: Record<string, Json> = {};
    let isNew = false;
    for (const [uid, input] of this.parts.inputs) {
      const range = this.isPlanned(uid, timeMs) ? undefined : input.planned?.(timeMs);
      if (range === undefined) continue;
      found[uid] = range;
      isNew = true;
      const ranges = this.ranges.get(uid) ?? new Map<number, Json>();
      this.ranges.set(uid, ranges.set(timeMs, range));
    }
    if (this.unplannable !== undefined) throw this.unplannable;
    if (!isNew) return;
    try {
      await this.log.append(LOG_PLAN, this.parts.codec.encodeValue([timeMs, found], 'a batch'));
    } catch (error) {
      this.unplannable = error;
      throw error;
    }
  }

  /** Has the state of a batch written, where its time has come. Called when all of it has been computed. */
  stateComputed(timeMs: number, run: StreamRun): void {
    this.states.computed(timeMs, run);
  }

  /** A batch has ended: a checkpoint is taken, and another one after it if batches end meanwhile. */
  batchEnded(timeMs: number, hasFailed: boolean): void {
    this.planned.delete(timeMs);
    this.owed.delete(timeMs);
    if (hasFailed) {
      this.failed.add(timeMs);
      if (this.failed.size > FAILED_MAX) this.failed.delete(this.failed.values().next().value!);
    } else this.failed.delete(timeMs);
    this.completedMs = Math.max(this.completedMs, timeMs);
    this.request();
  }

  /** Where the checkpoint after its batch came before it, another one is taken: what a receiver brought may be nowhere else. */
  private stateWritten(timeMs: number): void {
    if (!this.planned.has(timeMs)) this.request();
  }

  private request(): void {
    if (!this.isClosed) this.want();
  }

  private want(): void {
    this.isWanted = true;
    this.writing ??= this.writeWanted().finally(() => {
      this.writing = undefined;
    });
  }

  private async writeWanted(): Promise<void> {
    while (this.isWanted) {
      // The last one is to have what is still being written.
      if (this.isClosed) await this.states.idle();
      this.isWanted = false;
      try {
        await this.write();
      } catch (error) {
        try {
          if (!comesOfFullDisk(error) || this.isClosed) throw error;
          // Until there is room, or the directory is let go: then it is tried once more.
          await this.room.full();
          await this.room.untilRoom();
        } catch (failure) {
          // The disk may also fail otherwise, while it is full.
          this.parts.onFailed(failure);
          return;
        }
        this.isWanted = true;
      }
    }
  }

  private async write(): Promise<void> {
    const { graph, conf, program, batchMs, inputs, services } = this.parts;
    const fromMs = Math.min(this.usualFromMs, ...this.failed);
    const state = this.states.manifest(fromMs, this.usualFromMs, this.zeroMs);
    this.forgetRanges(fromMs);
    const to = this.log.nextSequence;
    const entries: Record<string, Json> = {};
    let from = to;
    for (const [uid, input] of inputs) {
      const ranges = this.ranges.get(uid) ?? new Map<number, Json>();
      from = Math.min(from, input.logNeededFrom?.(ranges.values()) ?? to);
      const planned = [...ranges] as Json[];
      const snapshot = input.snapshot?.();
      entries[uid] = { planned, ...(snapshot === undefined ? {} : { snapshot }) };
    }
    const plannedMs = Math.max(this.completedMs, ...this.planned);
    const manifest: Manifest = {
      version: MANIFEST_VERSION,
      graphShape: fingerprint(graph),
      conf: { ...conf },
      program: program ?? null,
      zeroMs: this.zeroMs,
      batchMs,
      batchTimeMs: this.completedMs,
      pending: [...new Set([...this.planned, ...this.owed, ...this.failed])].sort((a, b) => a - b),
      inputs: entries as Manifest['inputs'],
      state: state.entries,
      services: (services.snapshot() ?? {}) as Manifest['services'],
      log: { from, to },
      segments: state.segments,
      plannedMs,
    };
    await this.store.write(manifest);
    await this.log.prune(this.store.logNeededFrom ?? from);
  }

  /** The first batch of a restart, if none had failed before. */
  private get usualFromMs(): number {
    return Math.min(this.completedMs + this.parts.batchMs, ...this.planned, ...this.owed);
  }

  /** Ranges that neither a window nor a state nor a slice can ask for after a restart which begins with batch `fromMs`. */
  private forgetRanges(fromMs: number): void {
    const { graph, rememberMs } = this.parts;
    const rememberedMs = rememberMs === undefined ? Number.POSITIVE_INFINITY : this.completedMs - rememberMs + 1;
    const needed = this.states.neededFrom(fromMs, this.zeroMs);
    for (const node of graph.nodes) {
      if (node.op.kind !== 'input') continue;
      const ranges = this.ranges.get(graph.uidOf(node));
      if (ranges === undefined) continue;
      const neededMs = Math.min(needed.get(node.id) ?? fromMs, rememberedMs);
      for (const timeMs of ranges.keys()) if (timeMs < neededMs) ranges.delete(timeMs);
    }
  }

  /** Resolves when all that is under way is written. */
  async idle(): Promise<void> {
    await this.states.idle();
    while (this.writing !== undefined) await this.writing;
  }

  /** From now on nothing waits for room on a full disk but the last checkpoint: what waits is refused. */
  waitNoMore(): void {
    this.fullDisk.waitNoMore();
  }

  /** A last checkpoint, then lets go of the directory. Idempotent. Without `takesLast`, as after a failure: only lets go. */
  async close(takesLast: boolean): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    if (takesLast) this.want();
    this.waitNoMore();
    await this.room.close();
    await this.idle();
    for (const part of [
      ...[this.log, ...this.serviceLogs].map((log) => () => log.close()),
      () => this.lock.release(),
    ]) {
      try {
        await part();
      } catch (error) {
        this.parts.logger.error(SOURCE, `Letting go of ${this.parts.dir} failed: ${messageOf(error)}`, error);
      }
    }
  }
}

const SOURCE = 'Checkpoints';
