import { fileURLToPath } from 'node:url';
import { checkOptions } from '../api-fluent/check-options.ts';
import {
  type Bundle,
  bundleProgram,
  commandLineConf,
  type ConfValue,
  currentProgram,
  type JobMain,
  loadEntry,
  packageRoot,
  programHash,
  setCurrentProgram,
} from '../core/internal.ts';

/** Of `runJobTest`: where the module runs, and with what. */
export interface RunJobTestOptions {
  /** For contexts that name no master of their own: `local[2]`. */
  readonly master: string;
  /** Configuration, as `--conf` gives it. Default: none. */
  readonly conf?: Readonly<Record<string, ConfValue>>;
  /** Which export is the program, as `--class` says. Default: the default export, or the only one that can be meant. */
  readonly className?: string;
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a job module on real threads, in this process: bundles it, and calls its `main(args)` here as the driver and in
 * each thread. The module makes its context by `createTestContext`, runs its batches and returns what the test looks at:
 *
 * ```ts
 * export default defineJob(async (args) => {
 *   const t = createTestContext({ batchMs: 1000 });
 *   const counts = t.record(t.input([args]).countByValue());
 *   await t.run(1);
 *   await t.stop();
 *   return counts.batches;
 * });
 * // in the test
 * const batches = await runJobTest(new URL('./job.ts', import.meta.url), ['a', 'b'], { master: 'local[2]' });
 * ```
 *
 * Resolves with what `main` resolves with. One job at a time: a second call waits for the first.
 */
export async function runJobTest(
  module: string | URL,
  args: readonly string[],
  options: RunJobTestOptions,
): Promise<unknown> {
  const job = await prepareJob(module, options);
  return job(args);
}

/** The same in two parts: a job that is bundled once may be run any number of times. */
export async function prepareJob(
  module: string | URL,
  options: RunJobTestOptions,
): Promise<(args: readonly string[]) => Promise<unknown>> {
  checkOptions(options, ['master', 'conf', 'className'], 'runJobTest');
  const text = String(module);
  const bundle = await bundleProgram(text.startsWith('file:') ? fileURLToPath(text) : text, {
    packageRoot: packageRoot(),
  });
  const main = await loadEntry(bundle.path, options.className);
  return (args) => {
    const run = last.then(() => runNow(bundle, main, args, options));
    last = run.catch(() => {});
    return run;
  };
}

async function runNow(
  bundle: Bundle,
  main: JobMain,
  args: readonly string[],
  options: RunJobTestOptions,
): Promise<unknown> {
  const { master, conf = {}, className } = options;
  const before = { program: currentProgram(), conf: [...commandLineConf] };
  try {
    commandLineConf.set('spark.master', master);
    for (const [key, value] of Object.entries(conf)) commandLineConf.set(key, String(value));
    setCurrentProgram({
      file: bundle.file,
      bundlePath: bundle.path,
      hash: programHash(bundle, args),
      className,
      args: [...args],
    });
    return await main([...args]);
  } finally {
    setCurrentProgram(before.program);
    commandLineConf.clear();
    for (const [key, value] of before.conf) commandLineConf.set(key, value);
  }
}
