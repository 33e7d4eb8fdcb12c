import { invalid } from './arguments.ts';

/** `--option value` and `--option=value`; what is no option stands in `rest`. Throws `COMMAND_INVALID`. */
export function parse(tokens: readonly string[], known: readonly string[], flags: readonly string[] = []) {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!token.startsWith('--')) {
      rest.push(token);
      continue;
    }
    const equals = token.indexOf('=');
    const name = equals < 0 ? token : token.slice(0, equals);
    if (flags.includes(name) || name === '--help') {
      values.set(name, []);
      continue;
    }
    if (!known.includes(name)) throw invalid(`unknown option ${name}`);
    const value = equals < 0 ? tokens[++i] : token.slice(equals + 1);
    if (value === undefined) throw invalid(`${name} needs a value`);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return { rest, has: (name: string) => values.has(name), all: (name: string) => values.get(name) ?? [] };
}
