import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { isStored, type StreamGraph } from './graph.ts';
import type { StreamNode } from './node.ts';
import { reachable } from './reachable.ts';
import { retention } from './retention.ts';
import type { OutputSink } from './service.ts';

export interface ValidateOptions {
  readonly checkpointDir: string | undefined;
  readonly rememberMs: number;
  /** `spark.cleaner.ttl`, in ms; undefined: off. */
  readonly cleanerTtlMs: number | undefined;
}

/** Throws what is wrong with a graph as a whole, when the context starts. */
export function validate(graph: StreamGraph, options: ValidateOptions): void {
  if (graph.outputs.length === 0) {
    throw new DStreamsError(
      'NO_OUTPUT_OPERATIONS',
      'No output operations registered, so nothing to execute. Call print(), foreachRDD(…) or another output operation before start().',
    );
  }
  checkUids(graph);
  checkSinks(graph);
  const keep = retention(graph, options.rememberMs);
  for (const node of reachable(graph)) {
    const label = graph.labelOf(node.id);
    const { checkpointMs, storageLevel, isUnkept } = graph.settingsOf(node);
    if (checkpointMs !== undefined) {
      if (options.checkpointDir === undefined) {
        throw new DStreamsError(
          'CHECKPOINT_DIR_MISSING',
          `The checkpoint directory has not been set, and ${label} needs one. Please set it by StreamingContext.checkpoint().`,
        );
      }
      if (checkpointMs < node.slideMs) {
        throw new DStreamsError(
          'CHECKPOINT_INTERVAL_TOO_SHORT',
          `The checkpoint interval for ${label} has been set to ${checkpointMs} ms which is lower than its slide time (${node.slideMs} ms). Please set it to at least ${node.slideMs} ms.`,
        );
      }
      if (checkpointMs % node.slideMs !== 0) {
        throw new DStreamsError(
          'CHECKPOINT_INTERVAL_NOT_MULTIPLE',
          `The checkpoint interval for ${label} has been set to ${checkpointMs} ms which is not a multiple of its slide time (${node.slideMs} ms). Please set it to a multiple of ${node.slideMs} ms.`,
        );
      }
      // State keeps itself, unless told not to. A window keeps its parent's batches and never its own, as in Spark.
      if (node.op.kind === 'state' ? isUnkept : storageLevel === StorageLevels.NONE) {
        const advice =
          node.op.kind === 'window'
            ? 'Set the interval of the stream before the window'
            : 'Please use persist() with a level that keeps it';
        throw new DStreamsError(
          'CHECKPOINT_NOT_PERSISTED',
          `${label} has been marked for checkpointing but the storage level has not been set to enable persisting. ${advice}.`,
        );
      }
    }
    const needed = keep.get(node.id)!;
    if (options.cleanerTtlMs !== undefined && needed > options.cleanerTtlMs) {
      throw new DStreamsError(
        'CLEANER_TTL_TOO_SHORT',
        `${label} has to remember ${needed / 1000} seconds of data, more than spark.cleaner.ttl (${options.cleanerTtlMs / 1000} seconds). Set spark.cleaner.ttl to at least ${Math.ceil(needed / 1000)}, or leave it unset.`,
      );
    }
  }
}

/** A uid that was given may be the derived one of another stream. */
function checkUids(graph: StreamGraph): void {
  const owners = new Map<string, StreamNode>();
  for (const node of graph.nodes.filter(isStored)) {
    const uid = graph.uidOf(node);
    const other = owners.get(uid);
    if (other !== undefined) {
      throw new DStreamsError(
        'UID_DUPLICATE',
        `Both ${graph.labelOf(other.id)} and ${graph.labelOf(node.id)} have the uid "${uid}". Give each stream its own.`,
      );
    }
    owners.set(uid, node);
  }
}

/** A sink has one batch of a time: it would take the second one for a rerun of the first. */
function checkSinks(graph: StreamGraph): void {
  const owners = new Map<OutputSink, StreamNode>();
  for (const node of graph.outputs) {
    const sink = node.op.kind === 'output' ? node.op.sink : undefined;
    if (sink === undefined) continue;
    const other = owners.get(sink);
    if (other !== undefined) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `Both ${graph.labelOf(other.id)} and ${graph.labelOf(node.id)} were given the same publisher, which takes the batches of one stream. Make one stream of both by union, or give each a publisher of its own name.`,
      );
    }
    owners.set(sink, node);
  }
}
