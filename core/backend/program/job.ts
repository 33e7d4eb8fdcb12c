import { DStreamsError } from '../../errors.ts';

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
  // A function of its own: the same `main` given to two jobs stays unmarked for whoever else holds it.
  const job: Job = (args) => main(args);
  Object.defineProperty(job, JOB, { value: true });
  return job;
}

/** True for what `defineJob` returned, also when another copy of the package made it. */
export function isJob(value: unknown): value is Job {
  return typeof value === 'function' && JOB in value;
}
