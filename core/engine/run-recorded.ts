import {
  bundleProgram,
  currentProgram,
  loadEntry,
  packageRoot,
  programHash,
  setCurrentProgram,
} from '../backend/program/index.ts';
import { DStreamsError, isDStreamsError, messageOf } from '../errors.ts';
import { log } from '../metrics/index.ts';
import { commandLineConf, type RecordedProgram } from '../options/index.ts';

export interface LoadedModule {
  /** With the recorded arguments. */
  main(): unknown;
  /** Makes the module the program of this process, for executors and checkpoints, until the function that it gives is called. */
  install(): () => void;
}

/**
 * Loads a recorded module as it is today. One that has changed is taken: what fits its state is decided as after any change of
 * a program. Throws `PROGRAM_NOT_FOUND`, `PROGRAM_FAILED`, `PROGRAM_NO_ENTRY`, `PROGRAM_AMBIGUOUS`.
 */
export async function loadRecorded(dir: string, program: RecordedProgram): Promise<LoadedModule> {
  const { file, args, workingDirectory } = program;
  const className = program.className ?? undefined;
  const bundle = await bundleProgram(file, { packageRoot: packageRoot() }).catch((error: unknown) => {
    if (!isDStreamsError(error, 'PROGRAM_NOT_FOUND')) throw error;
    throw new DStreamsError(
      'PROGRAM_NOT_FOUND',
      `The checkpoint in ${dir} was written by ${file}, which is not there any more. Put it back, or run the program from where it is now, with getOrCreate.`,
      { cause: error, details: { path: file } },
    );
  });
  const hash = programHash(bundle, args);
  if (hash !== program.hash) log.info(SOURCE, `${file} has changed since the checkpoint in ${dir} was written`);
  if (workingDirectory !== process.cwd() && args.some((arg) => arg.startsWith('.'))) {
    log.warn(SOURCE, `${file} ran in ${workingDirectory}; relative paths in its arguments now mean ${process.cwd()}`);
  }
  const main = await loadEntry(bundle.path, className).catch((error: unknown) => {
    throw asFailure(file, error);
  });
  return {
    main: () => main([...args]),
    install: () => {
      const before = { program: currentProgram(), conf: [...commandLineConf] };
      // What today's command line says wins over the one of then.
      for (const [key, value] of Object.entries(program.conf)) {
        if (!commandLineConf.has(key)) commandLineConf.set(key, value);
      }
      setCurrentProgram({ file: bundle.file, bundlePath: bundle.path, hash, className, args: [...args] });
      return () => {
        setCurrentProgram(before.program);
        commandLineConf.clear();
        for (const [key, value] of before.conf) commandLineConf.set(key, value);
      };
    },
  };
}

/** What a module threw before its context ran: ours as it is, for its code. */
export const asFailure = (file: string, error: unknown): DStreamsError =>
  isDStreamsError(error)
    ? error
    : new DStreamsError('PROGRAM_FAILED', `${file} failed before it had started its context: ${messageOf(error)}`, {
        cause: error,
        details: { path: file },
      });

const SOURCE = 'StreamingContext';
