import { invalid } from './arguments.ts';

/** `--option value` and `--option=value`; what is no option stands in `rest`. Throws `COMMAND_INVALID`. */
export function parse(tokens: readonly string[], known: readonly string[], flags: readonly string[] = []) {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!/^--?[a-z]/i.test(token)) {
      rest.push(token);
      continue;
    }
    const equals = token.indexOf('=');
    const name = token === '-h' ? '--help' : equals < 0 ? token : token.slice(0, equals);
    if (flags.includes(name) || name === '--help') {
      if (equals >= 0) throw invalid(`${name} takes no value`);
      values.set(name, []);
      continue;
    }
    if (!known.includes(name)) throw invalid(`unknown option ${name}`);
    const value = equals < 0 ? tokens[++i] : token.slice(equals + 1);
    const isOption = equals < 0 && value !== undefined && /^--[a-z]/.test(value);
    if (value === undefined || isOption) throw invalid(`${name} needs a value`);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  const all = (name: string) => values.get(name) ?? [];
  return {
    rest,
    has: (name: string) => values.has(name),
    all,
    /** Of an option that stands once. */
    one: (name: string) => {
      if (all(name).length > 1) throw invalid(`${name} stands twice`);
      return all(name)[0];
    },
  };
}
