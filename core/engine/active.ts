import { processWide } from '../backend/program/process-wide.ts';
import { DStreamsError } from '../errors.ts';
import type { StreamGraph } from '../plan/index.ts';
import { executorReady } from './executor-ready.ts';
import type { SparkCore } from './spark-core.ts';

/** What start-up knows of an engine. */
export interface StartingEngine {
  readonly graph: StreamGraph;
  readonly sc: SparkCore;
}

interface Started {
  engine: StartingEngine | undefined;
  onExecutor: ((engine: StartingEngine) => void) | undefined;
}

const started = (): Started => processWide('engine', () => ({ engine: undefined, onExecutor: undefined }));

/** What `start()` throws beside another context that runs. */
export const activeElsewhere = (): DStreamsError =>
  new DStreamsError(
    'CONTEXT_ACTIVE_ELSEWHERE',
    'Only one StreamingContext may be started in this process. Stop the one that runs first.',
  );

/** One started context a process, as in Spark. */
export function claimStart(engine: StartingEngine): void {
  const { engine: other } = started();
  if (other !== undefined && other !== engine) throw activeElsewhere();
  started().engine = engine;
}

export function leaveStart(engine: StartingEngine): void {
  if (started().engine === engine) started().engine = undefined;
}

/** The started, not yet stopped engine of this process. */
export const activeEngine = (): StartingEngine | undefined => started().engine;

/** Set by the worker before it runs `main`: it is given the engine whose graph the program built. */
export function onExecutorStart(f: (engine: StartingEngine) => void): void {
  started().onExecutor = f;
}

/** On an executor `start()` hands over the graph and ends the program by a private signal. */
export function enterExecutor(engine: StartingEngine): never {
  engine.graph.seal();
  engine.sc.staticScope.close();
  started().onExecutor?.(engine);
  throw executorReady();
}
