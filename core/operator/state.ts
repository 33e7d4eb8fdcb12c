import type { PairDialect } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { Slots, StateChange, StateSchema, StreamRef } from '../plan/index.ts';
import type { Partitioner, Rdd } from '../rdd/index.ts';
import { partitioningAt } from './by-key.ts';

/** Spark checkpoints state every ten seconds, rounded up to whole slides (semantics §11.1). */
const CHECKPOINT_MS = 10_000;
/** mapWithState: every ten batches, which are also those that look for keys that time out. */
const CHECKPOINT_BATCHES = 10;

export interface StateOptions {
  readonly partitioner: Partitioner;
  readonly dialect: PairDialect;
  /** Pairs of key and state from before the first batch. */
  readonly initial?: Rdd | undefined;
  /** The version of the state's form: a whole number from 1 on. Default 1. */
  readonly stateVersion?: number | undefined;
  /** See `StateSchema`. */
  readonly migrate?: unknown;
}

export function stateStream(
  name: string,
  stream: StreamRef,
  slideMs: number,
  options: StateOptions,
  change: (slots: Slots) => StateChange,
): StreamRef {
  const { partitioner, dialect, initial } = options;
  checkVersion(name, options);
  return stream.graph.add({
    name,
    parents: [stream],
    slideMs,
    op: (slots) => ({
      kind: 'state',
      change: change(slots),
      partitioner,
      partitioning: partitioningAt(slots, partitioner),
      dialect,
      initial,
      schema: schemaOf(options, slots),
    }),
  });
}

function checkVersion(name: string, { stateVersion = 1, migrate }: StateOptions): void {
  if (!Number.isSafeInteger(stateVersion) || stateVersion < 1) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${name}: stateVersion must be a whole number from 1 on, got ${String(stateVersion)}.`,
    );
  }
  if (migrate !== undefined && stateVersion === 1) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${name}: migrate goes with a stateVersion above 1: it makes the state of an older version into one of this version.`,
    );
  }
}

const schemaOf = ({ stateVersion = 1, migrate }: StateOptions, slots: Slots): StateSchema => ({
  version: stateVersion,
  migrate: migrate === undefined ? undefined : slots.slot(migrate),
});

/**
 * State by key: `fn(values, state | undefined)` for every key with state, and every key with new values, in every batch.
 * undefined or null removes the key. The function must not change the state in place: batches share it.
 */
export function updateStateByKey(stream: StreamRef, fn: unknown, options: StateOptions): StreamRef {
  const { slideMs } = stream.node;
  const state = stateStream('updateStateByKey', stream, slideMs, options, (slots) => ({
    kind: 'updateByKey',
    fn: slots.slot(fn),
  }));
  state.graph.mustCheckpoint(state.node, Math.ceil(CHECKPOINT_MS / slideMs) * slideMs);
  return state;
}

/**
 * The same by a function that is called once for each partition and batch: `fn(iterable of [key, values, state | undefined], timeMs)`
 * gives the keys that stay, with their states, as pairs of the dialect. `keepsPartitioner` false: what follows shuffles again.
 */
export function updateStateByPartition(
  stream: StreamRef,
  fn: unknown,
  keepsPartitioner: boolean,
  options: StateOptions,
): StreamRef {
  const { slideMs } = stream.node;
  const state = stateStream('updateStateByKey', stream, slideMs, options, (slots) => ({
    kind: 'updatePartition',
    fn: slots.slot(fn),
    keepsPartitioner,
  }));
  state.graph.mustCheckpoint(state.node, Math.ceil(CHECKPOINT_MS / slideMs) * slideMs);
  return state;
}

export interface MapWithState {
  /** What the function emitted. */
  readonly mapped: StreamRef;
  /** All keys with their state, each batch: the state itself, of which users have `stateSnapshots`. */
  readonly snapshots: StreamRef;
}

/**
 * State by key where only keys with news are visited: `fn(timeMs, key, value | undefined, state)` for each record, and
 * for each key that has been idle for `timeoutMs` (in every tenth batch, or at the stream's checkpoint interval).
 */
export function mapWithState(
  stream: StreamRef,
  fn: unknown,
  timeoutMs: number | undefined,
  options: StateOptions,
): MapWithState {
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new DStreamsError('DURATION_INVALID', `mapWithState: timeout must be positive, got ${timeoutMs} ms.`);
  }
  const { slideMs } = stream.node;
  const state = stateStream('mapWithState', stream, slideMs, options, (slots) => ({
    kind: 'mapWithState',
    fn: slots.slot(fn),
    timeoutMs,
  }));
  state.graph.mustCheckpoint(state.node, CHECKPOINT_BATCHES * slideMs);
  const mapped = state.graph.add({ name: 'mapWithState', parents: [state], op: () => ({ kind: 'stateOutput' }) });
  return { mapped, snapshots: state };
}

/**
 * The state of a `mapWithState` as a stream of its own, whose level and checkpoint interval are not those of the state. It has
 * no partitioner, as in Spark: windows over it have their batches side by side.
 */
export function stateSnapshots(state: StreamRef): StreamRef {
  return state.graph.add({
    name: 'stateSnapshots',
    parents: [state],
    op: () => ({ kind: 'union', isSideBySide: true }),
  });
}
