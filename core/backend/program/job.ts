import { pathToFileURL } from 'node:url';
import { DStreamsError } from '../../errors.ts';
import { currentProgram } from './current.ts';

const JOB = Symbol.for('dstreams.job');

/** What a job module runs: once in the driver, and once in each executor, as far as `start()`. */
export type JobMain = (args: string[]) => unknown;

/** A `JobMain` that `defineJob` has marked. */
export type Job = JobMain & { readonly __job?: 'Job' };

/**
 * Marks `main` as the program of its module: `export default defineJob((args) => { … })`. `dstreams submit` and the
 * test kit call it with the arguments; calling it by hand works too, and then runs in process. It may be async.
 * Throws `OPTIONS_INVALID` when `main` is not a function.
 */
export function defineJob(main: JobMain): Job {
  if (typeof main !== 'function') {
    throw new DStreamsError('OPTIONS_INVALID', `defineJob takes a function (args) => …, got ${typeof main}.`);
  }
  let isCalled = false;
  // A function of its own: the same `main` given to two jobs stays unmarked for whoever else holds it.
  const job: Job = (args) => {
    isCalled = true;
    return main(args);
  };
  Object.defineProperty(job, JOB, { value: true });
  const [, script] = process.argv;
  if (isScript(script, new Error().stack ?? '')) {
    process.once('exit', () => {
      if (isCalled || currentProgram() !== undefined) return;
      process.stderr.write(
        `${script} exports a job, and node alone does not call it: dstreams submit --master 'local[2]' ${script}\n`,
      );
    });
  }
  return job;
}

/** Whether the caller of the function that a stack trace was made in stands in the file that Node was started with. */
export function isScript(script: string | undefined, stack: string): boolean {
  if (script === undefined) return false;
  const caller = stack.split('\n')[2] ?? '';
  return caller.includes(`${script}:`) || caller.includes(`${pathToFileURL(script).href}:`);
}

/** True for what `defineJob` returned, also when another copy of the package made it. */
export function isJob(value: unknown): value is Job {
  return typeof value === 'function' && JOB in value;
}
