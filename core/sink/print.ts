import { checkCount } from '../data/index.ts';
import { output } from '../operator/index.ts';
import type { StreamRef } from '../plan/index.ts';
import { take } from '../rdd/index.ts';

/** Writes to the program's standard output. */
export type WriteText = (text: string) => void;

const RULE = '-------------------------------------------';

/**
 * Prints the first `n` records of each batch in the guide's exact form (semantics §4): rule, time, rule, the records,
 * `...` where there are more, an empty line. `timeText` stands in for the guide's `1357008430000 ms` where a dialect of
 * printing has a form of its own.
 */
export function print(
  stream: StreamRef,
  n: number,
  textOf: (record: unknown) => string,
  write: WriteText,
  timeText: (timeMs: number) => string = (timeMs) => `${timeMs} ms`,
  operation = 'print',
): void {
  checkCount(n, operation);
  output(stream, 'print', async (rdd, timeMs) => {
    const first = await take(rdd, n + 1);
    const lines = first.slice(0, n).map(textOf);
    if (first.length > n) lines.push('...');
    write(`${[RULE, `Time: ${timeText(timeMs)}`, RULE, ...lines, ''].join('\n')}\n`);
  });
}
