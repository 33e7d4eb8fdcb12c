import { DStreamsError } from '../../core/errors.ts';
import { nearestName } from '../../core/options/index.ts';

/** What `submit` and `run-example` are told. `target` is the file, or the example's name. */
export interface RunCommand {
  readonly target: string | undefined;
  readonly args: string[];
  readonly master: string | undefined;
  readonly name: string | undefined;
  readonly className: string | undefined;
  /** Of `--conf`, in order; a later value of one key wins. */
  readonly conf: [key: string, value: string][];
  readonly propertiesFile: string | undefined;
  readonly logLevel: string | undefined;
  readonly check: boolean;
  readonly help: boolean;
}

const valueOptions = ['--master', '--name', '--class', '--conf', '--properties-file', '--log-level'];
const flags = ['--check', '--help'];
const looksLikeOption = /^--?[a-z]/i;

/**
 * Reads `[options] TARGET [options] [--] ARGS…`: options end at `--` or at the program's first own argument, from which on all
 * is the program's. `--option value` and `--option=value` mean the same. Throws `COMMAND_INVALID`.
 */
export function parseRunCommand(command: string, tokens: readonly string[]): RunCommand {
  const values = new Map<string, string>();
  const conf: [string, string][] = [];
  let target: string | undefined;
  let args: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token === '--') {
      args = tokens.slice(i + 1);
      if (target === undefined) target = args.shift();
      break;
    }
    if (!looksLikeOption.test(token)) {
      if (target === undefined) {
        target = token;
        continue;
      }
      args = tokens.slice(i);
      break;
    }
    const equals = token.indexOf('=');
    const option = token === '-h' ? '--help' : equals < 0 ? token : token.slice(0, equals);
    if (flags.includes(option)) {
      if (equals >= 0) throw invalid(`${option} takes no value`);
      values.set(option, '');
      continue;
    }
    if (!valueOptions.includes(option)) throw unknownOption(command, option, target);
    const value = equals < 0 ? tokens[++i] : token.slice(equals + 1);
    if (value === undefined || (equals < 0 && looksLikeOption.test(value))) throw invalid(`${option} needs a value`);
    if (option === '--conf') conf.push(parseConf(value));
    else values.set(option, value);
  }
  return {
    target,
    args,
    master: values.get('--master'),
    name: values.get('--name'),
    className: values.get('--class'),
    conf,
    propertiesFile: values.get('--properties-file'),
    logLevel: values.get('--log-level'),
    check: values.has('--check'),
    help: values.has('--help'),
  };
}

export function invalid(message: string): DStreamsError {
  return new DStreamsError('COMMAND_INVALID', message);
}

function unknownOption(command: string, option: string, target: string | undefined): DStreamsError {
  const near = nearestName(option, [...valueOptions, ...flags]);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  const rest =
    target === undefined ? '' : ` Arguments of the program go after --: dstreams ${command} ${target} -- ${option}`;
  return invalid(`unknown option ${option}${meant}${rest}`);
}

function parseConf(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals < 1) throw invalid(`--conf takes KEY=VALUE, got ${JSON.stringify(text)}`);
  return [text.slice(0, equals).trim(), text.slice(equals + 1)];
}
