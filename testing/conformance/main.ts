import { join, relative } from 'node:path';
import { DStreamsError } from 'dstreams';
import { NodeDisk } from '../../core/storage/disk-node.ts';
import { readFile, writeFile } from '../../core/storage/disk.ts';
import { prepareJob } from '../run-job-test.ts';
import { type ConformanceArguments, parseArguments, USAGE } from './arguments.ts';
import type { Case, Observation, PrintCase } from './case.ts';
import { check, type Verdict } from './check.ts';
import { contextsOf, describe, type Form, runCase, runContext } from './run-case.ts';
import { isSparkWrong } from './without-inverse.ts';

export const RECORDED = [
  'cases-basic.json',
  'cases-binary.json',
  'cases-compose.json',
  'cases-edges.json',
  'cases-files.json',
  'cases-found.json',
  'cases-map-with-state.json',
  'cases-random.json',
  'cases-rdd.json',
  'cases-restarts.json',
  'cases-state.json',
  'cases-window.json',
  'prints.json',
];

const FILE_BYTES_MAX = 1 << 28;

interface Environment {
  /** The root of the repository. */
  readonly repo: string;
  /** Takes what is printed. Default: standard output. */
  readonly write?: (text: string) => void;
}

export type Totals = Record<Verdict, number>;

/**
 * Runs case files through a surface and compares with what Spark gave. Prints a line for each case that did not pass,
 * or that passed for a reason of its own, and the totals. Returns the exit code.
 */
export async function main(
  argv: readonly string[],
  { repo, write = (text) => void process.stdout.write(text) }: Environment,
): Promise<number> {
  if (argv.includes('--help')) {
    write(`${USAGE}\n`);
    return 0;
  }
  const options = parseArguments(argv);
  const totals: Totals = { passed: 0, failed: 0, unsupported: 0 };
  const observations: Observation[] = [];
  const folder = join(repo, 'testing', 'conformance', 'cases');
  const run = await runnerOf(options, repo);
  // One case must not keep the others from being run.
  const observe: Runner = (one, form) =>
    run(one, form).catch((error) => ({ name: one.name, observed: [], observedError: describe('run', error) }));
  const files = options.files.length > 0 ? options.files : RECORDED.map((name) => join(folder, name));
  for (const file of files) {
    for (const one of await readCases(file)) {
      const observation = await observe(one);
      observations.push(observation);
      const right = isSparkWrong(one) ? { ...one, expected: (await observe(one, 'withoutInverse')).observed } : one;
      const { verdict, note } = check(right, observation);
      totals[verdict]++;
      if (verdict !== 'passed' || note !== undefined)
        write(`${verdict}: ${relative('.', file)}: ${one.name}: ${note}\n`);
    }
  }
  if (options.emit !== undefined) {
    const text = JSON.stringify({ cases: observations }, null, 1);
    await writeFile(new NodeDisk(), options.emit, Buffer.from(`${text}\n`));
  }
  write(`${totals.passed} passed, ${totals.failed} failed, ${totals.unsupported} unsupported\n`);
  return totals.failed > 0 || (options.strict && totals.unsupported > 0) ? 1 : 0;
}

async function readCases(file: string): Promise<readonly (Case | PrintCase)[]> {
  const { cases } = JSON.parse(Buffer.from(await readFile(new NodeDisk(), file, FILE_BYTES_MAX)).toString('utf8')) as {
    cases?: readonly (Case | PrintCase | { readonly program: string })[];
  };
  if (cases === undefined) throw new DStreamsError('COMMAND_INVALID', `${file} has no "cases".`);
  if (cases.some((one) => 'program' in one)) {
    throw new DStreamsError(
      'COMMAND_INVALID',
      `The cases of ${file} are programs in words: npm test runs them, each as a test of its name.`,
    );
  }
  return cases as readonly (Case | PrintCase)[];
}

type Runner = (one: Case | PrintCase, form?: Form) => Promise<Observation>;

/** Threads need the case as a job module; in process it runs as it stands. */
async function runnerOf({ surface, master }: ConformanceArguments, repo: string): Promise<Runner> {
  const isLocal = master === 'local';
  const job = isLocal ? undefined : await prepareJob(join(repo, 'testing', 'conformance', 'job.ts'), { master });
  return async (one, form = 'asWritten') => {
    const contexts = contextsOf(one);
    const text = JSON.stringify(one);
    if (contexts === 1) {
      return job === undefined ? runCase(one, surface, form) : ((await job([text, surface, form])) as Observation);
    }
    let seen: Observation | undefined;
    for (let i = 0; i < contexts && seen?.observedError === undefined; i++) {
      seen =
        job === undefined
          ? await runContext(one as Case, i, surface)
          : ((await job([text, surface, form, String(i)])) as Observation);
    }
    return seen!;
  };
}
