import { loadEntry, programHashOf } from '../backend/program/index.ts';
import type { ToWorker, TransformCall } from '../backend/worker-threads/messages.ts';
import type { LoadedProgram } from '../backend/worker-threads/worker-runtime.ts';
import type { Codec } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { commandLineConf, systemProperties } from '../options/index.ts';
import { fingerprint, type TransformFunction } from '../plan/index.ts';
import { type ActionResult, findBuiltIn, type FnSlot, RddScope, standInRdd } from '../rdd/index.ts';
import { standInsFromWire } from '../backend/worker-threads/wire.ts';
import { onExecutorStart, type StartingEngine } from './active.ts';
import { ExecutorReady } from './executor-ready.ts';
import { setReplay } from './replay.ts';

/** How many transform calls are remembered: those of the batches whose tasks may still come. */
const SCOPES_MAX = 256;

/** Runs the program's `main` as far as `start()` and holds the functions that it made (decision 1). */
export async function loadExecutorProgram(
  message: Extract<ToWorker, { type: 'program' }>,
  codec: Codec,
): Promise<LoadedProgram> {
  const { program, replay, conf } = message;
  const { commandLine, properties } = conf as { commandLine: [string, string][]; properties: [string, string][] };
  for (const [key, value] of commandLine) commandLineConf.set(key, value);
  for (const [key, value] of properties) systemProperties.set(key, value);
  setReplay(codec.decodeValue(replay) as ActionResult[], new Map(message.broadcasts), message.ids);
  let engine: StartingEngine | undefined;
  const started = new Promise<StartingEngine>((resolve) => {
    onExecutorStart((e) => {
      engine ??= e;
      resolve(e);
    });
  });
  if (programHashOf(program.bundlePath, program.args) !== program.hash) {
    throw new DStreamsError(
      'PROGRAM_DIFFERS',
      `The program at ${program.bundlePath} is not the one that the driver runs: it was changed meanwhile. Submit it again.`,
    );
  }
  const main = await loadEntry(program.bundlePath, program.className).catch((error: unknown) => {
    throw engine === undefined ? error : startedAsItLoaded(program.file);
  });
  await muted(async () => {
    try {
      await main([...program.args]);
    } catch (error) {
      if (!(error instanceof ExecutorReady) && engine === undefined) throw error;
    }
  }, started);
  if (engine === undefined) {
    throw new DStreamsError(
      'GRAPH_DIFFERS',
      'main ended on an executor without coming to start(), and came to it in the driver. It must do the same in both.',
    );
  }
  return new ExecutorProgram(engine);
}

const startedAsItLoaded = (file: string): DStreamsError =>
  new DStreamsError(
    'PROGRAM_NO_ENTRY',
    `${file} starts its context while it is loaded, and threads have to load it before they run it. ` +
      'Put the program into a function: export default defineJob(async (args) => { … }), or export async function main(args).',
  );

/**
 * `main` already printed in the driver; and a program that swallows the signal must not end the thread. Such a one may go on for ever
 * behind its `start()`, as with `awaitTermination`, which never comes here: so nobody waits for more than its start.
 */
async function muted(run: () => Promise<void>, started: Promise<StartingEngine>): Promise<void> {
  const { write } = process.stdout;
  const { exit } = process;
  process.stdout.write = (() => true) as typeof process.stdout.write;
  process.exit = (() => undefined) as unknown as typeof process.exit;
  const ended = run().finally(() => {
    process.exit = exit;
  });
  try {
    // With a turn for what it says at once of a signal that it did not expect.
    await Promise.race([ended, started.then(({ sc }) => sc.clock.yield())]);
  } finally {
    process.stdout.write = write;
  }
}

/** The functions of a program whose graph is built. */
export class ExecutorProgram implements LoadedProgram {
  readonly fingerprint: readonly string[];
  readonly shape: string;
  private readonly scopes = new Map<string, RddScope>();

  constructor(private readonly engine: StartingEngine) {
    this.fingerprint = fingerprint(engine.graph);
    this.shape = engine.sc.staticScope.shape();
  }

  resolve(coord: string): FnSlot {
    const slot = this.find(coord);
    if (slot !== undefined) return slot;
    throw new DStreamsError(
      'GRAPH_DIFFERS',
      `The driver's program has a function at ${coord}, this executor's has none. main must build the same graph everywhere.`,
    );
  }

  private find(coord: string): FnSlot | undefined {
    if (coord.startsWith('b.')) return findBuiltIn(coord);
    if (coord.startsWith('r')) return this.engine.sc.staticScope.find(coord);
    const hash = coord.indexOf('#');
    if (hash < 0) return this.engine.graph.findSlot(coord);
    return this.scopes.get(coord.slice(0, hash + 1))?.find(coord);
  }

  destroy(broadcasts: readonly string[]): void {
    for (const coord of broadcasts) {
      const hash = coord.indexOf('#');
      const scope = hash < 0 ? this.engine.sc.staticScope : this.scopes.get(coord.slice(0, hash + 1));
      scope?.broadcasts.get(coord)?.destroy();
    }
  }

  async repeat(call: TransformCall, results: readonly ActionResult[]): Promise<void> {
    const known = this.scopes.get(call.prefix);
    const knows = (scope: RddScope) =>
      scope.replay!.length >= results.length && scope.sentIds.length >= call.ids.length;
    if (known !== undefined && knows(known) && known.shape() === call.shape) return;
    const slot = this.resolve(call.coord);
    const scope = new RddScope(call.prefix, `${slot.site}#`);
    scope.replay = results;
    scope.sent = new Map(call.broadcasts);
    const { sc } = this.engine;
    scope.sentIds = call.ids;
    const standIns = standInsFromWire(call.standIns, (coord) => this.resolve(coord));
    const views = standIns.map((standIn) => standInRdd(sc, standIn, scope, call.timeMs));
    // A transform whose action the driver is still computing ends here for now: it is repeated when there is more.
    const suspended = new Promise<void>((resolve) => {
      scope.onReplayEnd = resolve;
    });
    await Promise.race([sc.inScope(scope, async () => (slot.fn as TransformFunction)(views, call.timeMs)), suspended]);
    scope.close();
    const shape = scope.shape();
    if (call.isComplete ? shape !== call.shape : !shape.startsWith(call.shape) && !call.shape.startsWith(shape)) {
      throw new DStreamsError(
        'TRANSFORM_NOT_PURE',
        `The transform at ${call.coord} made other operations on an executor (${shape || 'none'}) than in the driver (${call.shape}) for batch ${call.timeMs} ms. ` +
          'A transform function must depend on its data sets and the batch time alone; what changes goes into a broadcast variable.',
      );
    }
    this.scopes.set(call.prefix, scope);
    if (this.scopes.size > SCOPES_MAX) this.scopes.delete(this.scopes.keys().next().value!);
  }
}
