/**
 * Splits as Java does: by a regular expression, empty texts at the end are dropped, the empty text gives `['']`, and a
 * match of no width at the beginning gives no empty text. With `limit` > 0 at most so many parts, and none is dropped.
 */
export function javaSplit(text: string, regex: string | RegExp, limit = 0): string[] {
  return splitBy(text, regex instanceof RegExp ? regex : expressionOf(regex), limit);
}

const isPlain = (regex: string): boolean => regex.length > 0 && !/[\\^$.|?*+()[\]{}]/.test(regex);

const expressions = new Map<string, RegExp | string>();
const EXPRESSIONS_MAX = 100;

/** Compiled once: programs split every record by the same text. A text without special characters stays a text. */
function expressionOf(regex: string): RegExp | string {
  let expression = expressions.get(regex);
  if (expression === undefined) {
    expression = isPlain(regex) ? regex : new RegExp(regex);
    if (expressions.size >= EXPRESSIONS_MAX) expressions.delete(expressions.keys().next().value!);
    expressions.set(regex, expression);
  }
  return expression;
}

function splitBy(text: string, expression: RegExp | string, limit: number): string[] {
  if (typeof expression === 'string' && limit === 0) {
    const parts = text.split(expression);
    return dropEmptyEnd(parts, text);
  }
  return splitByExpression(text, typeof expression === 'string' ? new RegExp(expression, 'g') : expression, limit);
}

function splitByExpression(text: string, expression: RegExp, limit: number): string[] {
  // Of its own, as a shared expression that is global remembers where it stopped.
  const search = new RegExp(expression.source, expression.flags.replace(/[gy]/g, '') + 'g');
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: match } of text.matchAll(search)) {
    if (limit > 0 && parts.length === limit - 1) break;
    const end = index + match.length;
    if (match.length === 0 && (index === 0 || index === text.length)) continue;
    parts.push(text.slice(from, index));
    from = end;
  }
  if (parts.length === 0) return [text];
  parts.push(text.slice(from));
  return limit === 0 ? dropEmptyEnd(parts, text) : parts;
}

function dropEmptyEnd(parts: string[], text: string): string[] {
  if (text === '') return parts; // No match: the text itself, empty as it is.
  let length = parts.length;
  while (length > 0 && parts[length - 1] === '') length--;
  parts.length = length;
  return parts;
}

/** `java.util.regex.Pattern`, as far as splitting and matching whole texts go. Expressions are JavaScript's. */
export class Pattern {
  private readonly expression: RegExp;
  private readonly plain: string | undefined;

  private constructor(regex: string | RegExp) {
    this.expression = regex instanceof RegExp ? regex : new RegExp(regex);
    this.plain = typeof regex === 'string' && isPlain(regex) ? regex : undefined;
  }

  static compile(regex: string | RegExp): Pattern {
    return new Pattern(regex);
  }

  /** Whether the whole text matches. */
  static matches(regex: string, text: string): boolean {
    return new RegExp(`^(?:${regex})$`, 's').test(text);
  }

  split(text: string, limit = 0): string[] {
    return splitBy(text, this.plain ?? this.expression, limit);
  }

  pattern(): string {
    return this.expression.source;
  }

  toString(): string {
    return this.pattern();
  }
}
