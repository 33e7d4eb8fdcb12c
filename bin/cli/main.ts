import { isDStreamsError } from '../../core/errors.ts';
import { getLogLevel, log, setLogLevel } from '../../core/metrics/index.ts';
import { commandLineConf, nearestName } from '../../core/options/index.ts';
import { SystemClock, SystemRandom } from '../../core/time/index.ts';
import { invalid, parseRunCommand, type RunCommand } from './arguments.ts';
import { confOf } from './conf.ts';
import {
  exampleFile,
  exampleNamed,
  examplesFolder,
  findExample,
  findRepository,
  listExamples,
  usageOfExample,
} from './examples.ts';
import { startLineServer } from './line-server.ts';
import { describeForUser } from './report-error.ts';
import { runProgram } from './run-program.ts';
import { typeCheck } from './type-check.ts';
import { EXAMPLE_USAGE, SUBMIT_USAGE, USAGE } from './usage.ts';
import { packageVersion } from './version.ts';

export interface MainOptions {
  /** The checkout that has the examples; found from the running copy unless given. */
  readonly repo?: string;
}

type Command = (tokens: string[], options: MainOptions) => Promise<number>;

/** Loaded when they are asked for: the gateway and its packages would take a fifth of the time until a program runs. */
const gateway = () => import('./gateway-commands.ts');
const recovery = () => import('./recovery-commands.ts');

const COMMANDS: Readonly<Record<string, Command>> = {
  submit,
  'run-example': runExample,
  start,
  publish: async (tokens) => (await gateway()).publish(tokens),
  subscribe: async (tokens) => (await gateway()).subscribe(tokens),
  token: async (tokens) => (await gateway()).token(tokens),
  inspect: async (tokens) => (await recovery()).inspectDirectory(tokens),
  repair: async (tokens) => (await recovery()).repairDirectory(tokens),
};

/**
 * The command line: `argv` without node and script. Resolves with the exit code, which is also set for the process: 2 for
 * a command line that makes no sense, else as `submit --help` says. Never rejects.
 */
export async function main(argv: readonly string[], options: MainOptions = {}): Promise<number> {
  stopsWhenNobodyReads();
  let exitCode: number;
  try {
    exitCode = await run(argv, options);
  } catch (error) {
    const isUsage = isDStreamsError(error, 'COMMAND_INVALID');
    const hint = isUsage ? `\n${hintOf(argv)}` : '';
    process.stderr.write(`${describeForUser(error)}${hint}\n`);
    exitCode = isUsage ? 2 : 1;
  }
  // A program may set a code of its own, and then ends well with that.
  if (exitCode === 0) exitCode = Number(process.exitCode ?? 0);
  process.exitCode = exitCode;
  return exitCode;
}

/** `… | head` has read enough: the command ends as by a signal, gracefully where it runs a program, and not with a stack. */
function stopsWhenNobodyReads(): void {
  let isTold = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!isTold) process.kill(process.pid, 'SIGTERM');
    isTold = true;
  });
}

/** Where the usage stands of what was called. */
function hintOf([name = '', ...tokens]: readonly string[]): string {
  if (!Object.hasOwn(COMMANDS, name)) return 'See dstreams --help.';
  if (name !== 'run-example' || findRepository() === undefined) return `See dstreams ${name} --help.`;
  const example = tokens.find((token) => findExample(token) !== undefined);
  return example === undefined
    ? 'See ./run-example --help; ./run-example alone lists the examples.'
    : `See ./run-example --help ${example}.`;
}

async function run([name, ...tokens]: readonly string[], options: MainOptions): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') return print(USAGE);
  if (name === '--version' || name === 'version') return print(`${packageVersion()}\n`);
  if (name === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command(tokens, options);
  const near = nearestName(name, Object.keys(COMMANDS));
  throw invalid(`unknown command ${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

async function submit(tokens: string[]): Promise<number> {
  const command = parseRunCommand('submit', tokens);
  if (command.help) return print(SUBMIT_USAGE);
  if (command.target === undefined) throw invalid('submit needs the FILE of a job module');
  return submitFile(command, command.target, confOf(command));
}

async function runExample(tokens: string[], { repo }: MainOptions): Promise<number> {
  const command = parseRunCommand('run-example', tokens);
  if (command.help && command.target === undefined) return print(EXAMPLE_USAGE);
  examplesFolder(repo);
  if (command.target === undefined) return print(listExamples());
  const example = exampleNamed(command.target);
  if (command.help) return print(usageOfExample(exampleFile(example, repo)));
  const conf = confOf(command);
  // Spark's own run-example gives the later programs, which name no master, this one.
  if (example.version === 'later' && !conf.has('spark.master')) conf.set('spark.master', 'local[2]');
  return submitFile(command, exampleFile(example, repo), conf);
}

/** The word count of the guide, against a server of our own: something to see without a second terminal. */
async function start(tokens: string[], { repo }: MainOptions): Promise<number> {
  const command = parseRunCommand('start', tokens);
  if (command.help) return print(USAGE);
  if (command.target !== undefined) throw invalid('start takes options only');
  const file = exampleFile(exampleNamed('NetworkWordCount'), repo);
  const server = await startLineServer(new SystemClock(), new SystemRandom());
  try {
    const args = [command.master ?? 'local[2]', '127.0.0.1', String(server.port)];
    return await submitFile({ ...command, args }, file, confOf(command));
  } finally {
    server.close();
  }
}

async function submitFile(command: RunCommand, file: string, conf: Map<string, string>): Promise<number> {
  const logLevel = conf.get('dstreams.log.level') ?? getLogLevel();
  try {
    setLogLevel(logLevel);
  } catch {
    throw invalid(`--log-level ${logLevel} is none of ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL, OFF`);
  }
  for (const [key, value] of conf) {
    if (/^(spark|dstreams)\./.test(key)) commandLineConf.set(key, value);
    else log.warn('Submit', `${key} is ignored: keys begin with spark. or dstreams.`);
  }
  if (command.check) await typeCheck(file);
  return runProgram({ file, className: command.className, args: command.args });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
