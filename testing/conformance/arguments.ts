import { DStreamsError } from 'dstreams';

export interface ConformanceArguments {
  readonly surface: 'fluent' | 'java';
  readonly master: string;
  /** Where to write what was observed. */
  readonly emit: string | undefined;
  /** An unsupported operation counts as a failure. */
  readonly strict: boolean;
  /** None: all recorded cases. */
  readonly files: readonly string[];
}

export const USAGE =
  'Usage: npm run conformance -- [--surface fluent|java] [--master local|local[N]] [--emit FILE] [--strict] [FILE…]';

export function parseArguments(argv: readonly string[]): ConformanceArguments {
  let surface: ConformanceArguments['surface'] = 'fluent';
  let master = 'local';
  let emit: string | undefined;
  let strict = false;
  const files: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i]!;
    const valueOf = (): string => {
      const value = argv[++i];
      if (value === undefined) throw invalid(`${arg} needs a value`);
      return value;
    };
    if (arg === '--surface') {
      const value = valueOf();
      if (value !== 'fluent' && value !== 'java') throw invalid(`--surface is fluent or java, not ${value}`);
      surface = value;
    } else if (arg === '--master') master = valueOf();
    else if (arg === '--emit') emit = valueOf();
    else if (arg === '--strict') strict = true;
    else if (arg.startsWith('-')) throw invalid(`unknown option ${arg}`);
    else files.push(arg);
  }
  return { surface, master, emit, strict, files };
}

const invalid = (problem: string): DStreamsError => new DStreamsError('COMMAND_INVALID', `${problem}.\n${USAGE}`);
