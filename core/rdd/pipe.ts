import { checkIterable } from '../data/index.ts';
import { spawn } from 'node:child_process';
import { DStreamsError } from '../errors.ts';
import type { PairDialect } from '../data/index.ts';
import { BUILTINS } from './builtins.ts';
import { type Rdd, slotsFor } from './rdd.ts';
import { step } from './step.ts';
import { applyStep } from './transformations.ts';

export interface PipeOptions {
  /** A program and its arguments, or both in one text, which is cut at white space: no shell is involved. */
  readonly command: string | readonly string[];
  /** Added to the environment of the process. */
  readonly env?: Iterable<readonly [string, string]> | undefined;
  /** Whether an exit code other than 0 fails the task. */
  readonly checkCode: boolean;
  /** How a record is written: a line each. */
  readonly textOf: (record: unknown) => string;
}

/** The lines that a program prints which is given the records of a partition as lines: one process a partition, where the task runs. */
export function pipe(rdd: Rdd, { command, env = [], checkCode, textOf }: PipeOptions, dialect: PairDialect): Rdd {
  if (typeof command !== 'string') checkIterable(command, 'pipe', 'a command, as text or as a list of words');
  const words = typeof command === 'string' ? command.split(/\s+/).filter((word) => word !== '') : [...command];
  if (words.length === 0) throw new DStreamsError('OPTIONS_INVALID', 'pipe: the command is empty.');
  const added = Object.fromEntries(env);
  const through = (records: readonly unknown[]) =>
    linesOf(
      words,
      added,
      records.map((record) => textOf(record)),
      checkCode,
    );
  const [slot] = slotsFor(rdd.ctx, [rdd], 'pipe', [through]);
  const lists = applyStep(rdd, step('glom', [], dialect, 'pipe'));
  const piped = applyStep(lists, { ...step('mapAsync', [slot!], dialect, 'pipe'), concurrency: 1, ordered: true });
  return applyStep(piped, step('flatMap', [BUILTINS.identity], dialect, 'pipe'));
}

async function linesOf(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  records: readonly string[],
  checkCode: boolean,
): Promise<string[]> {
  const [program, ...args] = words as [string, ...string[]];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  // A program may end without reading all: `head` does.
  child.stdin.on('error', () => {});
  child.stdin.end(records.map((record) => `${record}\n`).join(''));
  const output: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => output.push(bytes));
  const code = await ended.catch((cause: unknown) => {
    throw new DStreamsError('PIPE_FAILED', `${program} could not be run: ${(cause as Error).message}`, { cause });
  });
  if (checkCode && code !== 0) {
    throw new DStreamsError('PIPE_FAILED', `Subprocess exited with status ${code}. Command ran: ${words.join(' ')}`);
  }
  // What ends a line for Java, which `readline` has more of.
  const lines = Buffer.concat(output)
    .toString('utf8')
    .split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
