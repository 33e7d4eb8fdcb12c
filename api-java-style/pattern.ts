import { DStreamsError } from '../core/internal.ts';

/**
 * Splits as Java does: by a regular expression, empty texts at the end are dropped, the empty text gives `['']`, and a
 * match of no width at the beginning gives no empty text. With `limit` > 0 at most so many parts, and none is dropped.
 */
export function javaSplit(text: string, regex: string | RegExp, limit = 0): string[] {
  return splitBy(text, regex instanceof RegExp ? searchOf(regex) : expressionOf(regex), limit);
}

const isPlain = (regex: string): boolean => regex.length > 0 && !/[\\^$.|?*+()[\]{}]/.test(regex);

const expressions = new Map<string, RegExp | string>();
const EXPRESSIONS_MAX = 100;

/** Compiled once: programs split every record by the same text. A text without special characters stays a text. */
function expressionOf(regex: string): RegExp | string {
  let expression = expressions.get(regex);
  if (expression === undefined) {
    expression = isPlain(regex) ? regex : new RegExp(regex, 'g');
    if (expressions.size >= EXPRESSIONS_MAX) expressions.delete(expressions.keys().next().value!);
    expressions.set(regex, expression);
  }
  return expression;
}

/** A global one of our own: a shared expression that is global remembers where it stopped. */
const searchOf = (regex: RegExp): RegExp => new RegExp(regex.source, `${regex.flags.replace(/[gy]/g, '')}g`);

/** `expression`: a text, or what `searchOf` gives. */
function splitBy(text: string, expression: RegExp | string, limit: number): string[] {
  if (typeof expression === 'string' && limit === 0) {
    const parts = text.split(expression);
    return dropEmptyEnd(parts, text);
  }
  return splitByExpression(text, typeof expression === 'string' ? new RegExp(expression, 'g') : expression, limit);
}

function splitByExpression(text: string, search: RegExp, limit: number): string[] {
  const parts: string[] = [];
  let from = 0;
  search.lastIndex = 0;
  for (let match = search.exec(text); match !== null; match = search.exec(text)) {
    if (limit > 0 && parts.length === limit - 1) break;
    const { index } = match;
    const { length } = match[0];
    // Behind a match of no width: the next character, which may be two units long.
    if (length === 0) search.lastIndex += /[uv]/.test(search.flags) && text.codePointAt(index)! > 0xffff ? 2 : 1;
    if (length === 0 && (index === 0 || index === text.length)) continue;
    parts.push(text.slice(from, index));
    from = index + length;
  }
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  return limit === 0 ? dropEmptyEnd(parts, text) : parts;
}

function dropEmptyEnd(parts: string[], text: string): string[] {
  if (text === '') return parts; // No match: the text itself, empty as it is.
  let length = parts.length;
  while (length > 0 && parts[length - 1] === '') length--;
  // Texts that were split before share their parts until somebody writes to them.
  if (length < parts.length) parts.length = length;
  return parts;
}

/** `java.util.regex.Pattern`, as far as splitting and matching whole texts go. Expressions are JavaScript's. */
export class Pattern {
  private readonly expression: RegExp;
  /** For `split`, as `searchOf` gives it. */
  private readonly search: RegExp;
  private readonly plain: string | undefined;

  /** A flag for `compile`, to be added up, as Java numbers them: upper and lower case are the same. */
  static readonly CASE_INSENSITIVE = 2;
  /** A flag for `compile`: `^` and `$` are those of each line. */
  static readonly MULTILINE = 8;
  /** A flag for `compile`: a dot is any character, line ends too. */
  static readonly DOTALL = 32;

  private constructor(regex: string | RegExp, flags = '') {
    this.expression = regex instanceof RegExp ? regex : new RegExp(regex, flags);
    this.search = searchOf(this.expression);
    this.plain = flags === '' && typeof regex === 'string' && isPlain(regex) ? regex : undefined;
  }

  /** An expression by its text and the sum of flags. */
  static compile(regex: string | RegExp, flags = 0): Pattern {
    const letters = [
      [Pattern.CASE_INSENSITIVE, 'i'],
      [Pattern.MULTILINE, 'm'],
      [Pattern.DOTALL, 's'],
    ] as const;
    return new Pattern(regex, letters.map(([bit, letter]) => ((flags & bit) === 0 ? '' : letter)).join(''));
  }

  /** An expression that matches this text and nothing else. */
  static quote(text: string): string {
    return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  }

  /** Whether the whole text matches. */
  static matches(regex: string, text: string): boolean {
    return new RegExp(`^(?:${regex})$`, 's').test(text);
  }

  /** The parts of a text between matches, as `javaSplit` gives them. */
  split(text: string, limit = 0): string[] {
    return splitBy(text, this.plain ?? this.search, limit);
  }

  /** Looks for the expression in a text. */
  matcher(text: string): Matcher {
    return new Matcher(this.expression, text);
  }

  /** The text of the expression. */
  pattern(): string {
    return this.expression.source;
  }

  toString(): string {
    return this.pattern();
  }
}

/** `java.util.regex.Matcher`: looks for an expression in one text. */
export class Matcher {
  private match: RegExpExecArray | undefined;
  private at = 0;

  /** @internal */
  constructor(
    private readonly expression: RegExp,
    private readonly text: string,
  ) {}

  /** Whether the whole text matches. */
  matches(): boolean {
    return this.tried(`^(?:${this.expression.source})$(?![^])`, '', 0);
  }

  /** Whether the text begins with a match. */
  lookingAt(): boolean {
    return this.tried(`^(?:${this.expression.source})`, '', 0);
  }

  /** Goes to the next match behind the last one. */
  find(): boolean {
    if (this.at > this.text.length || !this.tried(this.expression.source, 'g', this.at)) return false;
    // A match of no width is found once.
    this.at = this.end() === this.start() ? this.end() + 1 : this.end();
    return true;
  }

  /** Goes back to the beginning of the text, before the first match. */
  reset(): this {
    this.at = 0;
    this.match = undefined;
    return this;
  }

  /**
   * The match, or what a group of it took. Of a group that took no part in the match it is null, which the type does not
   * say, as Java's does not. Throws `OPTIONS_INVALID` where there is no match or no such group.
   */
  group(which: number | string = 0): string {
    const match = this.found();
    if (typeof which === 'number' && which >= 0 && which < match.length) return (match[which] ?? null) as string;
    if (typeof which === 'string' && Object.hasOwn(match.groups ?? {}, which)) {
      return (match.groups![which] ?? null) as string;
    }
    throw new DStreamsError('OPTIONS_INVALID', `Matcher.group: No group ${which}.`);
  }

  /** How many groups the expression has. */
  groupCount(): number {
    return new RegExp(`${this.expression.source}|`).exec('')!.length - 1;
  }

  /** Where the last match begins. Throws `OPTIONS_INVALID` where there is none. */
  start(): number {
    return this.found().index;
  }

  /** Where the last match ends: behind its last character. Throws `OPTIONS_INVALID` where there is none. */
  end(): number {
    return this.start() + this.found()[0].length;
  }

  /** The text with each match replaced. `$1` in the replacement is what the first group took. */
  replaceAll(replacement: string): string {
    return this.text.replace(this.with('g'), replacement);
  }

  /** The text with the first match replaced. `$1` in the replacement is what the first group took. */
  replaceFirst(replacement: string): string {
    return this.text.replace(this.with(''), replacement);
  }

  private with(added: string, source = this.expression.source): RegExp {
    return new RegExp(source, this.expression.flags.replace(/[gy]/g, '') + added);
  }

  private tried(source: string, added: string, from: number): boolean {
    const search = this.with(added, source);
    search.lastIndex = from;
    this.match = search.exec(this.text) ?? undefined;
    return this.match !== undefined;
  }

  private found(): RegExpExecArray {
    if (this.match !== undefined) return this.match;
    throw new DStreamsError('OPTIONS_INVALID', 'Matcher: No match found. Call find() or matches() first.');
  }
}
