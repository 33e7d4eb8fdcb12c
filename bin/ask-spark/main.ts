import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DStreamsError } from 'dstreams';
import { generateFiles } from '../../testing/conformance/spark/generate-files.ts';
import {
  generateCase,
  generatePrint,
  generatePython,
  generateRestarts,
} from '../../testing/conformance/spark/generate.ts';
import { repositoryRoot } from '../repository-root.mjs';
import { TOOLS, toolFolder } from '../test-tools/tools.mjs';

const USAGE =
  'Usage: node bin/ask-spark.mjs OUT (--random COUNT[:SEED] | --files COUNT[:SEED] | --restarts COUNT[:SEED] | --python COUNT[:SEED] | FILE…)';

/** One of so many random cases prints, or saves files. */
const PRINTS = 8;

/** Packages of Java that Spark reaches into. */
const OPENED =
  'java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio java.util java.util.concurrent ' +
  'java.util.concurrent.atomic sun.nio.ch sun.nio.cs sun.security.action sun.util.calendar';

const invalid = (problem: string): DStreamsError => new DStreamsError('COMMAND_INVALID', `${problem}.\n${USAGE}`);

/**
 * Runs conformance cases, of files or random ones, in Spark Streaming 3.5.7 under a manual clock, and writes them to a file
 * with what it gives: a file for `npm run conformance`. Needs Java and the tool `sparkAnswers`. `--files`: random ones of
 * streams of files. `--restarts`: random ones that are stopped and go on from their checkpoints. `--python`: random ones of what PySpark has, in PySpark, for the fluent surface; needs Java and the tool
 * `pysparkAnswers`.
 */
export async function main([out, ...from]: readonly string[]): Promise<void> {
  if (out === undefined || out.startsWith('-') || from.length === 0) throw invalid('There is nothing to ask');
  const isPython = from[0] === '--python';
  const tool = isPython ? 'pysparkAnswers' : 'sparkAnswers';
  if (!TOOLS[tool]!.isInstalled()) {
    throw new DStreamsError('COMMAND_INVALID', `Spark is not there: node bin/test-tools.mjs ${tool} installs it.`);
  }
  const made = RANDOM[from[0]!];
  const cases = made === undefined ? (await Promise.all(from.map(casesOf))).flat() : randomCases(from, made);
  const { answered, ...rest } = await answersTo(cases, isPython ? pythonCommand : javaCommand);
  // What fails for a reason of its functions' own, as too large a number, is no case.
  const usable = answered.filter(({ unusable }) => unusable === undefined);
  for (const { name, unusable } of answered) {
    if (unusable !== undefined) process.stderr.write(`left out: ${name}: ${unusable.trim().split('\n').at(-1)}\n`);
  }
  const lines = usable.map((one) => JSON.stringify(one)).join(',\n');
  await writeFile(out, `${JSON.stringify(rest).slice(0, -1)},"cases":[\n${lines}\n]}\n`);
  process.stdout.write(`${usable.length} answered, ${answered.length - usable.length} left out\n`);
}

/** Makers of random cases, by option. */
const RANDOM: Readonly<Record<string, (seed: number, i: number) => object>> = {
  '--random': (seed, i) => (i % PRINTS === PRINTS - 1 ? generatePrint(seed) : generateCase(seed)),
  '--files': generateFiles,
  '--restarts': generateRestarts,
  '--python': generatePython,
};

function randomCases([option, range]: readonly string[], made: (seed: number, i: number) => object): object[] {
  const match = /^(\d{1,6})(?::(\d{1,9}))?$/.exec(range ?? '');
  if (match === null) throw invalid(`${option} is COUNT or COUNT:SEED, not ${range}`);
  const seed = Number(match[2] ?? 1);
  return Array.from({ length: Number(match[1]) }, (_, i) => made(seed + i, i));
}

const casesOf = async (file: string) => (JSON.parse(await readFile(file, 'utf8')) as { cases: object[] }).cases;

interface Answers {
  readonly recordedFrom: string;
  readonly answered: readonly { readonly name: string; readonly unusable?: string }[];
}

type Command = readonly [program: string, ...args: string[]];

function javaCommand(folder: string): Command {
  const build = join(toolFolder('sparkAnswers'), 'build');
  const options = ['-Xmx2g', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djava.io.tmpdir=${folder}`];
  const opened = OPENED.split(' ').map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);
  const program = ['-cp', `${join(build, 'classes')}:${join(build, 'lib')}/*`, 'dstreams.conformance.Main'];
  return ['java', ...options, ...opened, ...program];
}

function pythonCommand(): Command {
  const program = join(repositoryRoot, 'testing', 'conformance', 'spark', 'python_answers.py');
  return [join(toolFolder('pysparkAnswers'), 'bin', 'python'), program];
}

async function answersTo(cases: readonly object[], commandIn: (folder: string) => Command): Promise<Answers> {
  const folder = await mkdtemp(join(tmpdir(), 'dstreams-spark-'));
  try {
    const [questions, answers] = [join(folder, 'questions.json'), join(folder, 'answers.json')];
    await writeFile(questions, JSON.stringify({ cases }));
    const [program, ...args] = commandIn(folder);
    const env = { ...process.env, TMPDIR: folder, PYTHONWARNINGS: 'ignore' };
    await promisify(execFile)(program, [...args, questions, answers], { maxBuffer: 1 << 26, env });
    const { cases: answered, ...rest } = JSON.parse(await readFile(answers, 'utf8'));
    return { ...rest, answered };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
