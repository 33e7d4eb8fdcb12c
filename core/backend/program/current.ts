import { processWide } from './process-wide.ts';

/** A program that is being run: what an executor needs to run the same. Plain data, safe to send to a worker. */
export interface CurrentProgram {
  /** The user's source file, absolute. */
  readonly file: string;
  /** What driver and executors load, absolute. */
  readonly bundlePath: string;
  /** `programHash` of the bundle and the arguments; driver and executors compare it. */
  readonly hash: string;
  /** The `--class` of the command line. */
  readonly className: string | undefined;
  readonly args: readonly string[];
}

interface Running {
  program: CurrentProgram | undefined;
  executor: boolean;
  hasStarted: boolean;
}

const running = (): Running =>
  processWide('program', () => ({ program: undefined, executor: false, hasStarted: false }));

/** Records which program this process runs from now on; `undefined` when it has ended. */
export function setCurrentProgram(program: CurrentProgram | undefined): void {
  running().program = program;
  running().hasStarted = false;
}

/** Notes that the program starts a context. Whether it is its first: executors run `main` no further than that. */
export function noteStart(): boolean {
  const isFirst = !running().hasStarted;
  running().hasStarted = true;
  return isFirst;
}

/** The program of this process; `undefined` in an inline script, which has no module to load again. */
export function currentProgram(): CurrentProgram | undefined {
  return running().program;
}

/** Called once by a worker before it loads the program; a driver never calls it. */
export function setExecutorMode(on: boolean): void {
  running().executor = on;
}

/** True in a process or thread that runs `main` only to rebuild the graph. */
export function executorMode(): boolean {
  return running().executor;
}

/** True where side effects before `start()` belong: everywhere but in an executor's run of `main`. */
export function isDriver(): boolean {
  return !running().executor;
}
