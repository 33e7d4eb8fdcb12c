import { type Codec, packBlock, knownLevel, shareBytes, StorageLevel, StorageLevels } from '../../data/index.ts';
import { DStreamsError, type ErrorCode } from '../../errors.ts';
import type { FnScope, FnSlot, StandIn } from '../../rdd/index.ts';
import { StepError } from '../../stage/compile.ts';
import type { Pipe, Task } from '../../stage/physical.ts';
import type { TransformCall, Wire, WireError } from './messages.ts';

const FN = '$fn';
const LEVEL = '$level';

/** Makes plain data of a task: slots become coordinates, values become bytes. Stored blocks are loaded. */
export async function taskToWire(task: Task, codec: Codec, onScope: (scope: FnScope) => void): Promise<Wire> {
  const sources: unknown[][] = [];
  for (const blocks of task.sources) {
    const loaded: unknown[] = [];
    for (const source of blocks) {
      const block = source.kind === 'stored' ? await source.load() : source;
      loaded.push(block.kind === 'values' ? packBlock(block.values, codec) : shared(block));
    }
    sources.push(loaded);
  }
  const { pipe, output, ...rest } = task;
  return { ...rest, sources, pipe: toWire(pipe, onScope), output: toWire(output, onScope) };
}

/** A view of a larger buffer would take all of that along. */
function shared<B extends { readonly bytes: Uint8Array }>(block: B): B {
  return block.bytes.buffer instanceof SharedArrayBuffer ? block : { ...block, bytes: shareBytes(block.bytes) };
}

function toWire(value: unknown, onScope: (scope: FnScope) => void): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((x) => toWire(x, onScope));
  if (value instanceof StorageLevel) {
    return {
      [LEVEL]: [value.useDisk(), value.useMemory(), value.useOffHeap(), value.deserialized(), value.replication()],
    };
  }
  if ('fn' in value && 'site' in value) {
    const slot = value as unknown as FnSlot;
    if (slot.scope?.call !== undefined) onScope(slot.scope);
    return { [FN]: slot.coord };
  }
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) out[key] = toWire((value as Record<string, unknown>)[key], onScope);
  return out;
}

/** The way back, on an executor: coordinates become the functions that its own run of the program holds. */
export function taskFromWire(wire: Wire, resolve: (coord: string) => FnSlot): Task {
  const { sources, ...rest } = wire as Task;
  return { ...(fromWire(rest, resolve) as Omit<Task, 'sources'>), sources };
}

function fromWire(value: unknown, resolve: (coord: string) => FnSlot): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((x) => fromWire(x, resolve));
  if (FN in value) return resolve((value as Record<string, string>)[FN]!);
  if (LEVEL in value) {
    const [disk, memory, offHeap, deserialized, replication] = (
      value as Record<string, [boolean, boolean, boolean, boolean, number]>
    )[LEVEL]!;
    return knownLevel(StorageLevels.create(disk, memory, offHeap, deserialized, replication));
  }
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(value)) out[key] = fromWire((value as Record<string, unknown>)[key], resolve);
  return out;
}

/** The calls that an executor has to repeat to hold the functions of these scopes, each behind those that it needs itself. */
export function transformCalls(scopes: Iterable<FnScope>, codec: Codec): TransformCall[] {
  const calls = new Map<FnScope, TransformCall>();
  const add = (scope: FnScope): void => {
    if (calls.has(scope)) return;
    // What its data sets are partitioned by may have been made by another call.
    const standIns = toWire(scope.call!.standIns, add);
    calls.set(scope, transformCall(scope, standIns, codec));
  };
  for (const scope of scopes) add(scope);
  return [...calls.values()];
}

const transformCall = (scope: FnScope, standIns: Wire, codec: Codec): TransformCall => ({
  prefix: scope.prefix,
  ...scope.call!,
  standIns,
  ids: scope.ids,
  results: codec.encodeValue(scope.results),
  shape: scope.shape(),
  broadcasts: scope.sharedValues(),
  isComplete: !scope.isOpen,
});

/** What stands in for the data sets of a call, where its executor is. */
export const standInsFromWire = (wire: Wire, resolve: (coord: string) => FnSlot): StandIn[] =>
  fromWire(wire, resolve) as StandIn[];

/** A leaf that an executor may not hold. */
export type Leaf = Extract<Pipe, { kind: 'shuffle' | 'cache' | 'state' }>;

const inputsOf = (pipe: Pipe): readonly (Pipe | undefined)[] => {
  switch (pipe.kind) {
    case 'source':
    case 'shuffle':
      return [];
    case 'state':
      return pipe.make === undefined ? [] : [pipe.make.prev, pipe.make.initial, ...pipe.make.inputs];
    case 'cache':
    case 'steps':
    case 'combine':
      return [pipe.input];
    default:
      return pipe.inputs;
  }
};

/** Calls back for every leaf of a pipe. */
export function visitLeaves(pipe: Pipe, visit: (leaf: Leaf) => void): void {
  const isLeaf =
    pipe.kind === 'shuffle' ||
    (pipe.kind === 'cache' && pipe.input === undefined) ||
    (pipe.kind === 'state' && pipe.make === undefined);
  if (isLeaf) visit(pipe as Leaf);
  for (const input of inputsOf(pipe)) if (input !== undefined) visitLeaves(input, visit);
}

export function visitCaches(pipe: Pipe, visit: (cache: Extract<Pipe, { kind: 'cache' }>) => void): void {
  if (pipe.kind === 'cache') visit(pipe);
  for (const input of inputsOf(pipe)) if (input !== undefined) visitCaches(input, visit);
}

const CAUSES_MAX = 8;

export function errorToWire(error: unknown, depth = 0): WireError {
  if (!(error instanceof Error))
    return {
      name: 'Error',
      message: String(error),
      stack: undefined,
      code: undefined,
      details: undefined,
      cause: undefined,
    };
  const cause = error.cause === undefined || depth >= CAUSES_MAX ? undefined : errorToWire(error.cause, depth + 1);
  const { code = undefined, details = undefined } = error instanceof DStreamsError ? error : {};
  return { name: error.name, message: error.message, stack: error.stack, code, details, cause };
}

/** Those that a program may tell apart by class: on either side they are the language's own. */
const LANGUAGE_ERRORS = new Map<string, ErrorConstructor>(
  [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [type.name, type]),
);

/** The error with the stack that it had on the executor: source-mapped there, so it shows the user's file and line. */
export function errorFromWire({ name, message, stack, code, details, cause }: WireError): Error {
  const options = cause === undefined ? {} : { cause: errorFromWire(cause) };
  const error =
    code === undefined
      ? new (LANGUAGE_ERRORS.get(name) ?? Error)(message, options)
      : new DStreamsError(code as ErrorCode, message, details === undefined ? options : { ...options, details });
  if (code === undefined && error.name !== name)
    Object.defineProperty(error, 'name', { value: name, configurable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}

export const stepErrorFromWire = (label: string, error: WireError): StepError =>
  new StepError(label, errorFromWire(error));
