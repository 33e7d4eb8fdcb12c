import { DStreamsError } from '../core/internal.ts';

/** White space, a quoted part, an escaped character, or anything else, in this order of preference. */
const PART = /[ \t\r\n]+|'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(.)/gs;

/**
 * The words of a command, quoted as for a shell: Python's `shlex.split`. What is in single quotes stays as it is; in double ones a backslash
 * escapes `"` and itself. Throws `OPTIONS_INVALID` where a quote is not closed, or a backslash is the last character.
 */
export function shellWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [part, single, double, escaped, plain] of command.matchAll(PART)) {
    if (plain === "'" || plain === '"') throw refused(`the quotation that begins with ${plain} is not closed`);
    if (plain === '\\') throw refused('nothing follows the backslash at its end');
    const text = single ?? double?.replaceAll(/\\(["\\])/g, '$1') ?? escaped ?? plain;
    if (text !== undefined) {
      word = (word ?? '') + text;
    } else if (part !== '' && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

const refused = (what: string) =>
  new DStreamsError('OPTIONS_INVALID', `pipe: the command is no list of words: ${what}.`);
