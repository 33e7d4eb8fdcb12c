import type { PairDialect } from '../data/index.ts';
import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { StreamRef } from '../plan/index.ts';
import { checkPartitionCount, type Step } from '../rdd/index.ts';

/** Adds a node of one narrow step. `name` is what the user called; functions are checked, and refused if async. */
export function narrow(
  stream: StreamRef,
  name: string,
  op: Step['op'],
  fns: readonly unknown[],
  dialect: PairDialect,
  options: { readonly preservesPartitioning?: boolean } = {},
): StreamRef {
  return stream.graph.add({
    name,
    parents: [stream],
    op: (slots) => {
      const step = labelled({ op, fns: fns.map((fn) => slots.slot(fn)), dialect }, slots.label);
      return { kind: 'step', step, preservesPartitioning: options.preservesPartitioning };
    },
  });
}

/** The label is asked for when an error is reported: the uid may be given after the operator was made. */
export function labelled(step: Omit<Step, 'label'>, label: { readonly label: string }): Step {
  return Object.defineProperty({ ...step } as Step, 'label', { get: () => label.label, enumerable: true });
}

/** Of `mapAsync`: how many calls are under way, and the order of what they give. */
export interface MapAsyncOptions {
  /** Calls under way at once, per partition. Default 16. */
  readonly concurrency?: number;
  /** Results in the order of their records (default), or as they come. */
  readonly ordered?: boolean;
}

/** One asynchronous call per record. The only record function that may return a promise. */
export function mapAsync(stream: StreamRef, fn: unknown, options: MapAsyncOptions, dialect: PairDialect): StreamRef {
  const { concurrency = 16, ordered = true } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `mapAsync: concurrency must be a whole number of at least 1, got ${String(concurrency)}.`,
    );
  }
  return stream.graph.add({
    name: 'mapAsync',
    parents: [stream],
    op: (slots) => {
      const base = { op: 'mapAsync', fns: [slots.slot(fn, true)], dialect, concurrency, ordered } as const;
      return { kind: 'step', step: labelled(base, slots.label) };
    },
  });
}

export function repartition(stream: StreamRef, n: number, dialect: PairDialect): StreamRef {
  checkPartitionCount(n, 'repartition');
  return stream.graph.add({ name: 'repartition', parents: [stream], op: () => ({ kind: 'repartition', n, dialect }) });
}

/** Partitions of all, side by side, in order. Needs one context and equal slides. */
export function union(streams: readonly StreamRef[]): StreamRef {
  const [head] = streams;
  if (head === undefined) {
    throw new DStreamsError(
      'STREAMS_EMPTY',
      'union: List of DStreams to union is empty: union called on no streams. Give at least one.',
    );
  }
  checkSlides(streams, 'union');
  return head.graph.add({ name: 'union', parents: streams, op: () => ({ kind: 'union' }) });
}

export function checkSlides(streams: readonly StreamRef[], name: string): void {
  for (const { graph } of streams) {
    if (graph !== streams[0]!.graph) {
      throw new DStreamsError(
        'CONTEXTS_DIFFER',
        `${name}: Some of the DStreams have different contexts. Make them from one context.`,
      );
    }
  }
  const slides = new Set(streams.map(({ node }) => node.slideMs));
  if (slides.size > 1) {
    throw new DStreamsError(
      'SLIDES_DIFFER',
      `${name}: Some of the DStreams have different slide durations (${[...slides].map((s) => `${s} ms`).join(', ')}). Window the faster one so that they agree.`,
    );
  }
}

/** Persists as `cache()` on a stream does: serialized, in memory. */
export const cache = (stream: StreamRef): void => stream.graph.persist(stream.node, StorageLevels.MEMORY_ONLY_SER);
