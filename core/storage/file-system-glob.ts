import { DStreamsError } from '../errors.ts';

/** Whether a path is a pattern: has one of `*?[{`, or a backslash, which takes their meaning away. */
export function isGlob(path: string): boolean {
  return /[*?[{\\]/.test(path);
}

/** More patterns than this from one pair of braces after another are a mistake, or an attack. */
const ALTERNATIVES_MAX = 1000;

/** The patterns that `{a,b}` stands for; braces may hold slashes, and braces. Throws `OPTIONS_INVALID`. */
export function expandBraces(pattern: string): string[] {
  const expanded: string[] = [];
  /** The next one last, each with where braces are looked for. */
  const open: [text: string, from: number][] = [[pattern, 0]];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const [text, from] = one;
    const group = firstGroup(text, from);
    if (group === undefined) expanded.push(text);
    else {
      const { start, end, choices } = group;
      for (const choice of choices.reverse()) open.push([text.slice(0, start) + choice + text.slice(end), start]);
    }
    if (expanded.length + open.length > ALTERNATIVES_MAX) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `the pattern ${pattern.slice(0, 100)} has more than ${ALTERNATIVES_MAX} forms`,
      );
    }
  }
  return expanded;
}

/** The first pair of braces, and what stands between its own commas. */
function firstGroup(text: string, from: number): { start: number; end: number; choices: string[] } | undefined {
  /** Where braces have been opened, and the commas since. */
  const opened: number[][] = [];
  let found: number[] | undefined;
  for (let i = from; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '{') opened.push([i]);
    else if (char === ',') opened.at(-1)?.push(i);
    else if (char === '}' && opened.length > 0) {
      // One that is never closed is a plain character, and what is inside of it comes first.
      found = [...opened.pop()!, i];
      if (opened.length === 0) break;
    }
  }
  if (found === undefined) return undefined;
  const choices = found.slice(1).map((comma, k) => text.slice(found[k]! + 1, comma));
  return { start: found[0]!, end: found.at(-1)! + 1, choices };
}

/** A path that is cut at its commas, but for those inside of braces. */
export function splitAtCommas(path: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const char of path) {
    if (char === '{') depth++;
    if (char === '}') depth = Math.max(0, depth - 1);
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  const named = parts.filter((part) => part !== '');
  return named.length === 0 ? [path] : named;
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
    const end = char === '[' ? endOfSet(pattern, i) : -1;
    if (char === '\\' && i + 1 < pattern.length) tokens.push({ char: pattern[++i]! });
    else if (char === '*' || char === '?') tokens.push(char);
    else if (end < 0) tokens.push({ char });
    else {
      const not = pattern[i + 1] === '^' || pattern[i + 1] === '!';
      const ranges: [string, string][] = [];
      for (let j = i + (not ? 2 : 1); j < end; j++) {
        if (pattern[j] === '\\' && j + 1 < end) j++;
        const from = pattern[j]!;
        const isRange = pattern[j + 1] === '-' && j + 2 < end;
        if (isRange) j += 2;
        ranges.push([from, pattern[j]!]);
      }
      tokens.push({ ranges, not });
      i = end;
    }
  }
  return tokens;
}

/** A set has at least one character: `[]]` is one of a bracket. */
function endOfSet(pattern: string, start: number): number {
  for (let i = start + 1; i < pattern.length; i++) {
    if (pattern[i] === '\\') i++;
    else if (pattern[i] === ']' && i >= start + 2) return i;
  }
  return -1;
}
