import {
  type StorageLevel,
  type StorageLevelLike,
  StorageLevels,
  storageLevelOf,
  wrongArgument,
} from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type AnyFunction, checkFunction, type FnSlot } from '../rdd/index.ts';
import { callSite } from './call-site.ts';
import { type NodeOp, type StreamNode, windowMsOf } from './node.ts';

/** What may still be said of a node after it was made, until the context starts. */
export interface NodeSettings {
  storageLevel: StorageLevel;
  /** The level NONE was asked for, not merely left. */
  isUnkept: boolean;
  checkpointMs: number | undefined;
  uid: string | undefined;
}

/** @internal A stream of either surface: a node of a graph. */
export interface StreamRef {
  readonly graph: StreamGraph;
  readonly node: StreamNode;
}

/** Streams of either surface carry this brand, so that they mix in one program (decision 30). */
export const STREAM = Symbol.for('dstreams.stream');

/** The place in the graph of a stream of either surface. Throws `OPTIONS_INVALID` for anything else. */
export function refOf(stream: unknown, operation: string): StreamRef {
  const ref = (stream as { readonly [STREAM]?: StreamRef } | null | undefined)?.[STREAM];
  if (ref === undefined) throw wrongArgument(operation, 'a stream', stream);
  return ref;
}

export interface NodeSpec {
  readonly name: string;
  readonly parents: readonly StreamRef[];
  /** Default: the slide of the first parent; the batch for inputs. */
  readonly slideMs?: number;
  readonly op: (slots: Slots) => NodeOp;
}

/** Gives a node's functions their coordinates, `n7.0`, and its steps their label. */
export interface Slots {
  readonly id: number;
  /** One of the engine's own functions keeps its name as coordinate. */
  slot(fn: unknown, allowAsync?: boolean): FnSlot;
  /** Lives: it names the uid that the node has when an error is reported. */
  readonly label: { readonly label: string };
}

type GraphState = 'building' | 'started' | 'stopped';

/** The stream graph: nodes in the order in which the program made them. Sealed by `start()`. */
export class StreamGraph {
  readonly nodes: StreamNode[] = [];
  readonly outputs: StreamNode[] = [];
  private readonly settings = new Map<number, NodeSettings>();
  private readonly slots = new Map<string, FnSlot>();
  private readonly ordinals = new Map<string, number>();
  private readonly derivedUids = new Map<number, string>();
  private state: GraphState = 'building';

  /** `owner` is the context: two streams belong together when their owners are one. */
  constructor(
    readonly batchMs: number,
    readonly owner: unknown,
  ) {}

  add(spec: NodeSpec): StreamRef {
    this.checkBuilding();
    for (const { graph } of spec.parents) {
      if (graph !== this) {
        throw new DStreamsError(
          'CONTEXTS_DIFFER',
          `${spec.name}: Some of the DStreams have different contexts. Make them from one context.`,
        );
      }
    }
    const id = this.nodes.length;
    const graph = this;
    let functions = 0;
    const slots: Slots = {
      id,
      slot(fn, allowAsync = false) {
        if (allowAsync && typeof fn === 'function') return graph.register(id, functions++, fn as AnyFunction);
        checkFunction(fn, spec.name);
        return graph.register(id, functions++, fn);
      },
      label: {
        get label() {
          return graph.labelOf(id);
        },
      },
    };
    const slideMs = spec.slideMs ?? spec.parents[0]?.node.slideMs ?? this.batchMs;
    const parents = spec.parents.map(({ node }) => node.id);
    const node: StreamNode = Object.freeze({
      id,
      name: spec.name,
      op: spec.op(slots),
      parents,
      slideMs,
      site: callSite(),
    });
    this.nodes.push(node);
    if (node.op.kind === 'output') this.outputs.push(node);
    // Nodes that are stored are counted among themselves: what has none may come and go without renaming their state.
    const counted = isStored(node) ? node.name : `${node.name} without state`;
    const ordinal = this.ordinals.get(counted) ?? 0;
    this.ordinals.set(counted, ordinal + 1);
    this.derivedUids.set(id, `${node.name}-${ordinal}`);
    return { graph: this, node };
  }

  private register(id: number, index: number, fn: AnyFunction): FnSlot {
    const coord = `n${id}.${index}`;
    const slot: FnSlot = { fn, coord, site: `${coord}@${graphNumber(this)}` };
    this.slots.set(coord, slot);
    return slot;
  }

  findSlot(coord: string): FnSlot | undefined {
    return this.slots.get(coord);
  }

  parentsOf(node: StreamNode): StreamNode[] {
    return node.parents.map((id) => this.nodes[id]!);
  }

  settingsOf(node: StreamNode): Readonly<NodeSettings> {
    return this.settings.get(node.id) ?? NO_SETTINGS;
  }

  uidOf(node: StreamNode): string {
    return this.settings.get(node.id)?.uid ?? this.derivedUids.get(node.id)!;
  }

  labelOf(id: number): string {
    const node = this.nodes[id]!;
    return `${node.name} (uid ${this.uidOf(node)}${node.site === '' ? '' : `, at ${node.site}`})`;
  }

  /** As text: what refers to it refers back. */
  toJSON(): string {
    return `a graph of ${this.nodes.length} operators`;
  }

  /** `JavaDStream[2] at map (uid …)`, by the name that a surface has for the kind of stream. */
  textOf(id: number, type: string): string {
    return `${type}[${id}] at ${this.labelOf(id)}`;
  }

  /** Sets a storage level. The engine's own wish (`onlyIfNone`) never replaces the user's. */
  persist(node: StreamNode, wanted: StorageLevelLike, onlyIfNone = false): void {
    const level = storageLevelOf(wanted);
    if (this.state !== 'building') {
      throw new DStreamsError(
        'STORAGE_LEVEL_FIXED',
        'Cannot change storage level of a DStream after streaming context has started. Call persist before start().',
      );
    }
    for (const kept of this.keptFor(node)) {
      const settings = this.change(kept);
      if (onlyIfNone && settings.storageLevel !== StorageLevels.NONE) continue;
      settings.storageLevel = level;
      settings.isUnkept = level === StorageLevels.NONE;
    }
  }

  /** A window keeps its parent's batches, not copies of them; one that is reduced also keeps what it made (semantics §3). */
  private keptFor(node: StreamNode): readonly StreamNode[] {
    if (windowMsOf(node) === 0) return [node];
    const parent = this.nodes[node.parents[0]!]!;
    return node.op.kind === 'window' ? [parent] : [node, parent];
  }

  /** A stream that must be checkpointed has an interval of its own until the user gives one. */
  mustCheckpoint(node: StreamNode, intervalMs: number): void {
    this.change(node).checkpointMs ??= intervalMs;
  }

  checkpointEvery(stream: StreamNode, intervalMs: number): void {
    const node = this.standsFor(stream);
    if (this.state !== 'building') {
      throw new DStreamsError(
        'CHECKPOINT_INTERVAL_FIXED',
        'Cannot change checkpoint interval of a DStream after streaming context has started. Call checkpoint before start().',
      );
    }
    const settings = this.change(node);
    settings.checkpointMs = intervalMs;
    if (node.op.kind === 'state') settings.isUnkept = false;
    else this.persist(node, StorageLevels.MEMORY_ONLY_SER);
  }

  setUid(stream: StreamNode, uid: string): void {
    this.checkBuilding();
    if (typeof uid !== 'string' || uid === '') throw wrongArgument('uid', 'a name', uid);
    const node = this.standsFor(stream);
    for (const other of this.nodes) {
      if (other !== node && this.settings.get(other.id)?.uid === uid) {
        throw new DStreamsError(
          'UID_DUPLICATE',
          `The uid "${uid}" was given to ${this.labelOf(other.id)} already. Give each stream its own.`,
        );
      }
    }
    this.change(node).uid = uid;
  }

  /** The stream of mapWithState's results stands for its state (Spark sets the inner stream as well). */
  private standsFor(node: StreamNode): StreamNode {
    return node.op.kind === 'stateOutput' ? this.nodes[node.parents[0]!]! : node;
  }

  private change(node: StreamNode): NodeSettings {
    let settings = this.settings.get(node.id);
    if (settings === undefined) {
      settings = { ...NO_SETTINGS };
      this.settings.set(node.id, settings);
    }
    return settings;
  }

  seal(): void {
    this.state = 'started';
  }

  stopped(): void {
    this.state = 'stopped';
  }

  checkBuilding(): void {
    if (this.state === 'building') return;
    const started = this.state === 'started';
    throw new DStreamsError(
      started ? 'CONTEXT_STARTED' : 'CONTEXT_STOPPED',
      `Adding new inputs, transformations, and output operations after ${started ? 'starting' : 'stopping'} a context is not supported. Build the whole graph before start().`,
    );
  }
}

/** What a checkpoint keeps something of, by uid. */
export const isStored = ({ op }: StreamNode): boolean => op.kind === 'input' || op.kind === 'state';

const NO_SETTINGS: Readonly<NodeSettings> = Object.freeze({
  storageLevel: StorageLevels.NONE,
  isUnkept: false,
  checkpointMs: undefined,
  uid: undefined,
});

/** Kernels are shared by place in the program: two graphs of one process are two places. */
const numbers = new WeakMap<StreamGraph, number>();
let graphs = 0;
function graphNumber(graph: StreamGraph): number {
  let n = numbers.get(graph);
  if (n === undefined) {
    n = graphs++;
    numbers.set(graph, n);
  }
  return n;
}
