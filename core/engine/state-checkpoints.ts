import type { Backend } from '../backend/backend.ts';
import { type CheckpointStore, comesOfFullDisk, type DiskRoom } from '../checkpoint/index.ts';
import type { Codec } from '../data/index.ts';
import { DStreamsError, messageOf } from '../errors.ts';
import type { Logger } from '../metrics/index.ts';
import type { Manifest, SegmentRef } from '../options/index.ts';
import { reachable, type StateNodeOp, type StateSchema, type StreamGraph, type StreamNode } from '../plan/index.ts';
import { hasSnapshots } from '../plan/node.ts';
import { HashPartitioner, type Partitioner, partitionerIdentity } from '../rdd/index.ts';
import type { StreamRun } from '../scheduler/stream-run.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import { neededFrom, type StateVersions } from './needed-from.ts';

export interface StateCheckpointsParts {
  readonly store: CheckpointStore;
  readonly room: DiskRoom;
  readonly graph: StreamGraph;
  readonly codec: Codec;
  readonly logger: Logger;
  readonly backend: () => Backend | Promise<Backend>;
  /** The state of a stream after this batch is written, and in the manifests from now on. */
  readonly onWritten: (timeMs: number) => void;
}

/** A version of a stream's state that is written: for each partition a whole one, and deltas over it. */
interface Written {
  readonly timeMs: number;
  readonly rddId: number;
  readonly partitions: readonly (readonly SegmentRef[])[];
  /** Of the form of the state in it: see `StateSchema`. */
  readonly version: number;
  /** How its keys were spread: see `partitionerIdentity`. */
  readonly partitioner: string | undefined;
  /** false: it was read in another form than the program has, and what comes next is written whole. */
  readonly isBase: boolean;
}

/** A chain longer than this is begun anew: a recovery reads all of it. */
const DELTAS_MAX = 9;

interface StateEntry {
  readonly version: number;
  readonly kind: string;
  /** null: no version was written yet, all of it is made again of the batches since it began. */
  readonly timeMs: number | null;
  /** It has no batch up to this: later than the zero time for one that came with a change of the program. */
  readonly afterMs?: number;
  readonly segments: string[];
  /** See `partitionerIdentity`; a checkpoint from before there was one has none, and so have ranges. */
  readonly partitioner?: string;
  /** By partition, indices into `segments`, in the order in which they are applied. */
  readonly partitions: readonly (readonly number[])[];
}

/**
 * The state in checkpoints. At the checkpoint interval of its stream a version is packed where it lies, whole or as what
 * has changed since the one that was written before, and goes into a segment a partition. Versions do not change, so
 * batches go on meanwhile.
 */
export class StateCheckpoints {
  /** Oldest first: the one that a restart would begin with, and those that later ones would. */
  private readonly written = new Map<string, readonly Written[]>();
  /** By uid, of those that came with a change of the program: the last batch before them. */
  private readonly afterMs = new Map<string, number>();
  private readonly nodes: readonly StreamNode[];
  private tail: Promise<void> = Promise.resolve();
  /** Streams whose state is being written, or waits for that. */
  private readonly underWay = new Set<StreamNode>();

  constructor(private readonly parts: StateCheckpointsParts) {
    this.nodes = reachable(parts.graph).filter(hasSnapshots);
  }

  /** By node id: the earliest batch that a restart which begins with batch `fromMs` would ask a stream for. */
  neededFrom(fromMs: number, zeroMs: number): ReadonlyMap<number, number> {
    const { graph } = this.parts;
    const versions: StateVersions = {
      timesOf: (node) => (this.written.get(graph.uidOf(node)) ?? []).map(({ timeMs }) => timeMs),
      beginsAfterMs: (node) => this.afterMs.get(graph.uidOf(node)) ?? zeroMs,
    };
    return neededFrom(graph, fromMs, versions);
  }

  computed(timeMs: number, run: StreamRun): void {
    for (const node of this.nodes) {
      if (!run.isMarked(node, timeMs)) continue;
      const rdd = run.remembers(node, timeMs);
      // Where writing takes longer than the interval, versions between are left out: each that waits takes memory.
      if (rdd === undefined || this.underWay.has(node)) continue;
      this.underWay.add(node);
      const letGo = run.given.holdState(rdd);
      this.tail = this.tail
        .then(() => this.writeVersion(node, timeMs, rdd.id, rdd.partitionCount))
        .catch((error: unknown) => {
          // The next interval tries again; until then a restart computes more batches anew.
          const { logger, graph } = this.parts;
          logger.error(
            'Checkpoints',
            `The state of ${graph.labelOf(node.id)} at ${timeMs} ms could not be written: ${messageOf(error)}`,
            error,
          );
        })
        .finally(() => {
          letGo();
          this.underWay.delete(node);
        });
    }
  }

  private async writeVersion(node: StreamNode, timeMs: number, rddId: number, partitionCount: number): Promise<void> {
    const { graph, store, room } = this.parts;
    const uid = graph.uidOf(node);
    const before = this.written.get(uid)?.at(-1);
    const partitions: SegmentRef[][] = [];
    try {
      for (let p = 0; p < partitionCount; p++) {
        const chain = (before?.isBase ? before.partitions[p] : undefined) ?? [];
        const since = chain.length === 0 || chain.length > DELTAS_MAX ? undefined : before?.rddId;
        const { ref, isWhole } = await this.writePartition(`${uid}-${p}`, rddId, p, since);
        partitions.push(isWhole ? [ref] : [...chain, ref]);
      }
    } catch (error) {
      // Nothing names them, and a full disk has no room for what nobody needs.
      for (const refs of partitions) await store.discard(refs.at(-1)!).catch(() => {});
      if (comesOfFullDisk(error)) await room.full();
      throw error;
    }
    const { schema, partitioner } = opOf(node);
    const written = {
      timeMs,
      rddId,
      partitions,
      version: schema.version,
      partitioner: partitionerIdentity(partitioner),
      isBase: true,
    };
    this.written.set(uid, [...(this.written.get(uid) ?? []), written]);
    this.parts.onWritten(timeMs);
  }

  private async writePartition(
    label: string,
    rddId: number,
    partition: number,
    since: number | undefined,
  ): Promise<{ readonly ref: SegmentRef; readonly isWhole: boolean }> {
    const { store, backend } = this.parts;
    const packed = await (await backend()).packState(rddId, partition, since);
    if (packed === undefined) throw new DStreamsError('INVARIANT', 'the version is gone before it was written');
    const segment = await store.segment(label);
    try {
      for (const frame of packed.frames) await segment.write(frame);
      return { ref: await segment.finish(), isWhole: packed.sinceRddId === undefined };
    } catch (error) {
      await segment.abort().catch(() => {});
      throw error;
    }
  }

  /**
   * State and segments of a checkpoint after which a restart begins with batch `fromMs`. Of each stream that is the newest
   * version before all that may be asked of it then: what reads a state over several batches, or an older state, asks for
   * batches of long ago. Later versions stay with it, for the checkpoints to come; `usualFromMs` is where a restart would begin
   * if no batch had failed, which may be long.
   */
  manifest(
    fromMs: number,
    usualFromMs: number,
    zeroMs: number,
  ): { entries: Manifest['state']; segments: SegmentRef[] } {
    const entries: Manifest['state'] = {};
    const all = new Map<string, SegmentRef>();
    const needed = this.neededFrom(fromMs, zeroMs);
    const usual = this.neededFrom(usualFromMs, zeroMs);
    for (const node of this.nodes) {
      const uid = this.parts.graph.uidOf(node);
      const versions = this.written.get(uid) ?? [];
      const written = newestBefore(versions, needed.get(node.id)!);
      const keptFromMs = newestBefore(versions, usual.get(node.id)!)?.timeMs ?? 0;
      const kept = versions.filter((one) => one === written || one.timeMs >= keptFromMs);
      this.written.set(uid, kept);
      for (const { partitions } of kept) for (const refs of partitions) for (const ref of refs) all.set(ref.name, ref);
      const afterMs = this.afterMs.get(uid);
      const segments: string[] = [];
      const partitions = (written?.partitions ?? []).map((refs) => refs.map((ref) => segments.push(ref.name) - 1));
      const entry: StateEntry = {
        version: written?.version ?? opOf(node).schema.version,
        kind: kindOf(node),
        timeMs: written?.timeMs ?? null,
        ...(afterMs === undefined ? {} : { afterMs }),
        ...(written?.partitioner === undefined ? {} : { partitioner: written.partitioner }),
        segments,
        partitions,
      };
      entries[uid] = entry as unknown as Manifest['state'][string];
    }
    return { entries, segments: [...all.values()] };
  }

  /** Gives the streams their state back. Throws `STATE_DIFFERS` where the program's does not fit. */
  restore(manifest: Manifest, run: StreamRun, allowsDropped: boolean): void {
    const { graph, logger } = this.parts;
    const refs = new Map(manifest.segments.map((ref) => [ref.name, ref]));
    const known = new Map(this.nodes.map((node) => [graph.uidOf(node), node]));
    for (const [uid, raw] of Object.entries(manifest.state)) {
      const entry = raw as unknown as StateEntry;
      const node = known.get(uid);
      if (node === undefined) {
        if (!allowsDropped) throw dropped(uid, [...known.keys()]);
        logger.warn('Checkpoints', `The state of uid ${uid} is dropped: no stream of the program has this uid.`);
        continue;
      }
      if (entry.kind !== kindOf(node)) throw differs(graph.labelOf(node.id), `was made by ${entry.kind}`, kindOf(node));
      if (entry.afterMs !== undefined) this.beginAfter(node, entry.afterMs, run);
      if (entry.timeMs !== null) this.restoreNode(node, uid, { ...entry, timeMs: entry.timeMs }, refs, run);
    }
    for (const [uid, node] of known) {
      if (manifest.state[uid] !== undefined) continue;
      // Not of the batches before: nobody kept what they read.
      this.beginAfter(node, manifest.batchTimeMs, run);
      logger.info('Checkpoints', `${graph.labelOf(node.id)} is new: it begins without state.`);
    }
  }

  private beginAfter(node: StreamNode, timeMs: number, run: StreamRun): void {
    this.afterMs.set(this.parts.graph.uidOf(node), timeMs);
    run.states.beginAfter(node, timeMs);
  }

  private restoreNode(
    node: StreamNode,
    uid: string,
    entry: StateEntry & { readonly timeMs: number },
    refs: ReadonlyMap<string, SegmentRef>,
    run: StreamRun,
  ): void {
    const { schema, partitioner } = opOf(node);
    const { version, timeMs } = entry;
    checkVersion(this.parts.graph.labelOf(node.id), version, schema);
    const partitions = entry.partitions.map((indices) => indices.map((i) => refs.get(entry.segments[i]!)!));
    const frames = partitions.map((chain) => chain.map((ref) => this.blockOf(ref)));
    const isSpread = partitions.length !== partitioner.numPartitions() || !isSpreadBy(entry.partitioner, partitioner);
    const fromVersion = version === schema.version ? undefined : version;
    const rdd = run.states.restore(node, { timeMs, frames, fromVersion, isSpread });
    const isBase = version === schema.version && !isSpread;
    this.written.set(uid, [{ timeMs, rddId: rdd.id, partitions, version, partitioner: entry.partitioner, isBase }]);
    if (!isSpread) return;
    const { logger, graph } = this.parts;
    logger.info('Checkpoints', `The keys of ${graph.labelOf(node.id)} are spread anew: it has another partitioner.`);
  }

  /** A segment as a block of frames, read when a task asks for it. */
  private blockOf(ref: SegmentRef): SourceBlock {
    const { store, codec } = this.parts;
    return {
      kind: 'stored',
      count: ref.frames,
      load: async () => {
        const frames: unknown[] = [];
        for await (const bytes of store.read(ref)) frames.push(codec.decodeBlock(bytes)[0]);
        return { kind: 'values', values: frames };
      },
    };
  }

  async idle(): Promise<void> {
    while (this.underWay.size > 0) await this.tail;
  }
}

/** Whether this partitioner puts keys where they lie. Only hashes were known from before identities were written. */
function isSpreadBy(had: string | undefined, partitioner: Partitioner): boolean {
  const has = partitionerIdentity(partitioner);
  return has !== undefined && (had === undefined ? partitioner.constructor === HashPartitioner : had === has);
}

const newestBefore = (versions: readonly Written[], timeMs: number): Written | undefined =>
  versions.findLast((version) => version.timeMs < timeMs);

const opOf = ({ op }: StreamNode): StateNodeOp => {
  if (op.kind !== 'state') throw new TypeError('a state node');
  return op;
};

const kindOf = (node: StreamNode): string => {
  const { change } = opOf(node);
  return change.kind === 'inverseWindow' ? `inverseWindow of ${change.windowMs} ms` : change.kind;
};

function checkVersion(label: string, had: number, { version, migrate }: StateSchema): void {
  if (had === version || (had < version && migrate !== undefined)) return;
  throw differs(
    label,
    `is of version ${had}`,
    had < version ? `version ${version} and no migrate function` : `version ${version}, which is older`,
  );
}

const dropped = (uid: string, known: readonly string[]): DStreamsError =>
  new DStreamsError(
    'STATE_DROPPED',
    `The checkpoint holds state of uid ${uid}, and no stream of the program has this uid (it has ${known.join(', ') || 'none with state'}). ` +
      'Give the stream its uid back with .uid(…), or set dstreams.checkpoint.allowDroppedState to true to go on without that state.',
    { details: { uid } },
  );

const differs = (label: string, had: string, has: string): DStreamsError =>
  new DStreamsError(
    'STATE_DIFFERS',
    `The state of ${label} in the checkpoint ${had}, the program has ${has}. Change it back, or give the stream another uid: it then begins without state.`,
  );
