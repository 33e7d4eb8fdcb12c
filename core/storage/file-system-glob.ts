import { DStreamsError } from '../errors.ts';

/** Whether a path is a pattern: has one of `*?[{`. */
export function isGlob(path: string): boolean {
  return /[*?[{]/.test(path);
}

/** More patterns than this from one pair of braces after another are a mistake, or an attack. */
const ALTERNATIVES_MAX = 1000;

/** The patterns that `{a,b}` stands for; braces may hold slashes, but not braces. Throws `OPTIONS_INVALID`. */
export function expandBraces(pattern: string): string[] {
  let expanded = [''];
  for (const piece of pattern.split(/(\{[^{}]*\})/)) {
    const choices = piece.startsWith('{') && piece.endsWith('}') ? piece.slice(1, -1).split(',') : [piece];
    if (expanded.length * choices.length > ALTERNATIVES_MAX) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `the pattern ${pattern.slice(0, 100)} has more than ${ALTERNATIVES_MAX} forms`,
      );
    }
    expanded = expanded.flatMap((start) => choices.map((choice) => start + choice));
  }
  return expanded;
}

/**
 * A test of one name against one part of a pattern. No regular expression: those can take exponential time, this takes
 * at most the product of the two lengths.
 */
export function matcherOf(pattern: string): (name: string) => boolean {
  const tokens = tokensOf(pattern);
  return (name) => {
    let at = 0;
    let token = 0;
    let starToken = -1;
    let starAt = 0;
    while (at < name.length) {
      const current = tokens[token];
      if (current === '*') {
        starToken = token++;
        starAt = at;
      } else if (current !== undefined && accepts(current, name[at]!)) {
        at++;
        token++;
      } else if (starToken >= 0) {
        // The last star takes one more; those before it need not be tried again.
        at = ++starAt;
        token = starToken + 1;
      } else return false;
    }
    while (tokens[token] === '*') token++;
    return token === tokens.length;
  };
}

/** One token takes one character, but for `*`. */
type Token =
  | '*'
  | '?'
  | { readonly char: string }
  | { readonly ranges: readonly [string, string][]; readonly not: boolean };

function accepts(token: Token, char: string): boolean {
  if (token === '*') return false;
  if (token === '?') return true;
  if ('char' in token) return token.char === char;
  return token.ranges.some(([from, to]) => from <= char && char <= to) !== token.not;
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    const end = char === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (char === '*' || char === '?') tokens.push(char);
    else if (end < 0) tokens.push({ char });
    else {
      const not = pattern[i + 1] === '^' || pattern[i + 1] === '!';
      const ranges: [string, string][] = [];
      for (let j = i + (not ? 2 : 1); j < end; j++) {
        const isRange = pattern[j + 1] === '-' && j + 2 < end;
        ranges.push([pattern[j]!, pattern[isRange ? j + 2 : j]!]);
        if (isRange) j += 2;
      }
      tokens.push({ ranges, not });
      i = end;
    }
  }
  return tokens;
}
