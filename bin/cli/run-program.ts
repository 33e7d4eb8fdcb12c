import {
  activeContexts,
  bundleProgram,
  loadEntry,
  packageRoot,
  programHash,
  setCurrentProgram,
  watchUnawaitedFailures,
  whenIdle,
} from '../../core/backend/program/index.ts';
import { letWorkersRest } from '../../core/backend/worker-threads/worker-pool.ts';
import { exitCodeOf, messageOf } from '../../core/errors.ts';
import { log } from '../../core/metrics/index.ts';
import { SystemClock } from '../../core/time/index.ts';
import { describeForUser } from './report-error.ts';
import { EXIT_CODES, watchSignals } from './signals.ts';

export interface Program {
  readonly file: string;
  readonly className: string | undefined;
  readonly args: string[];
}

/**
 * Runs a job module in this process as its driver. Resolves with the exit code when `main` has ended and no context is active;
 * whatever else the program has open then keeps the process alive, as threads do in Java. After a failure or a signal it ends
 * the process itself, since nothing should keep it then. Rejects when the program cannot be loaded.
 */
export async function runProgram({ file, className, args }: Program): Promise<number> {
  process.setSourceMapsEnabled(true);
  // The user's frames stand below many of ours.
  Error.stackTraceLimit = 50;
  const bundle = await bundleProgram(file, { packageRoot: packageRoot() });
  const hash = programHash(bundle, args);
  setCurrentProgram({ file: bundle.file, bundlePath: bundle.path, hash, className, args: [...args] });
  const main = await loadEntry(bundle.path, className);
  return supervise(main, args);
}

async function supervise(main: (args: string[]) => unknown, args: string[]): Promise<number> {
  let isMainRunning = true;
  let unawaited: Error | undefined;

  const end = async (exitCode: number, graceful: boolean): Promise<never> => {
    await stopAll(graceful);
    process.exit(exitCode);
  };
  // A failure that nobody awaits ends the program once `main` cannot learn of it any more.
  const endUnawaited = (): void => {
    if (isMainRunning || unawaited === undefined) return;
    log.error('Submit', `the start or a batch failed and nothing awaits termination: ending (${messageOf(unawaited)})`);
    void end(exitCodeOf(unawaited), false);
  };
  watchUnawaitedFailures((error) => {
    if (unawaited !== undefined) return;
    unawaited = error;
    endUnawaited();
  });

  /** The exit code that `main` comes to. */
  const ended = Promise.resolve()
    .then(() => main([...args]))
    .then(
      () => 0,
      (error: unknown) => {
        process.stderr.write(`${describeForUser(error)}\n`);
        return exitCodeOf(error);
      },
    );

  watchSignals(new SystemClock(), (signal, count) => {
    if (count > 1) process.exit(EXIT_CODES[signal]);
    const isActive = activeContexts().length > 0;
    if (isActive) log.info('Submit', `${signal}: stopping gracefully; a second one ends at once`);
    void stopAll(true).then(async (stopped) => {
      // What `main` still does after its context has stopped belongs to a graceful end; without a context nothing ends it.
      const exitCode = isActive ? await ended : 0;
      await end(exitCode || (unawaited === undefined ? Number(!stopped) : exitCodeOf(unawaited)), true);
    });
  });
  process.once('beforeExit', () => {
    if (!isMainRunning) return;
    process.stderr.write('PROGRAM_FAILED: main awaits a promise that nothing is left to settle\n');
    process.exitCode = 1;
  });

  const exitCode = await ended;
  isMainRunning = false;
  if (exitCode !== 0) return end(exitCode, false);
  endUnawaited();
  await whenIdle();
  letWorkersRest();
  return unawaited === undefined ? 0 : exitCodeOf(unawaited);
}

/** Stops every active context; resolves with whether all of them could be stopped. */
async function stopAll(graceful: boolean): Promise<boolean> {
  const results = await Promise.allSettled(activeContexts().map((context) => context.stop({ graceful })));
  for (const result of results) {
    if (result.status === 'rejected') log.error('Submit', 'a context could not be stopped', result.reason);
  }
  return results.every(({ status }) => status === 'fulfilled');
}
