import { readFileSync } from 'node:fs';

/** A row of a table of `api.md`: its section (`1.3`), its cells, and a name for reports. */
export interface Row {
  readonly section: string;
  readonly cells: readonly string[];
  readonly title: string;
}

/** A method, constructor (`new`) or class that a row asks for. `counts`: one of these numbers of arguments has to be accepted. */
export interface Wanted {
  readonly owner: string | undefined;
  readonly name: string;
  readonly isStatic: boolean;
  readonly counts?: readonly number[] | undefined;
}

/** All rows of all tables of the list of the API that stands beside this file, heads left out. */
export function inventoryRows(): Row[] {
  const rows: Row[] = [];
  let section = '';
  let isBody = false;
  for (const line of readFileSync(new URL('./api.md', import.meta.url), 'utf8').split('\n')) {
    const heading = /^#{2,3} ([\d.]+?)\.? /.exec(line);
    if (heading !== null) section = heading[1]!;
    if (!line.startsWith('|')) isBody = false;
    else if (/^\|[-|]+\|$/.test(line)) isBody = true;
    else if (isBody) {
      const cells = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim());
      rows.push({ section, cells, title: `§${section} ${cells[0]}` });
    }
  }
  return rows;
}

/** What stands between back quotes. */
export const codeSpans = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

const SPAN = /^((?:static|protected|abstract|new) )?(?:(\w+)\.)?(\w+)?(?:<[\w, …]+>)?(?:\((.*)\))?$/;

/**
 * What the spans of a first cell name: `name`, `name(a, b)`, `Owner.name(a)`, `static name(…)`, `new (a, b)`. A span with a list
 * only is one more overload of the name before; `…` in it stands for the arguments of the first.
 */
export function wanted(cell: string): Wanted[] {
  const found: Wanted[] = [];
  let first: number | undefined;
  for (const span of codeSpans(cell)) {
    const match = SPAN.exec(span);
    // A value in prose, such as `('hello', 1)`, is no list of parameters.
    if (match === null || /^\(['"]/.test(span)) continue;
    const [, word, owner, name, list] = match;
    const before = found.at(-1);
    if (name === undefined && word === undefined && (list === undefined || before === undefined)) continue;
    const isOverload = name === undefined && word === undefined;
    const count = list === undefined ? undefined : argumentCount(list);
    if (!isOverload) first = count;
    found.push({
      owner: isOverload ? before!.owner : word === 'new ' ? name : owner,
      name: isOverload ? before!.name : word === 'new ' ? 'new' : name!,
      isStatic: isOverload ? before!.isStatic : word === 'static ',
      counts: list === undefined || list.includes('...') ? undefined : countsOf(list, first),
    });
  }
  return found;
}

/** `(…, n)`: what the first overload takes and one more; where the first already ends with it, as many as the first. */
function countsOf(list: string, first: number | undefined): readonly number[] | undefined {
  if (!list.includes('…')) return [argumentCount(list)];
  return first === undefined ? undefined : [first + argumentCount(list) - 1, first];
}

/** Arguments are divided by commas that stand in no brackets. */
export function argumentCount(list: string): number {
  if (list.trim() === '') return 0;
  let depth = 0;
  let count = 1;
  for (const [i, char] of [...list].entries()) {
    if ('(<[{'.includes(char)) depth++;
    // The head of an arrow closes no bracket.
    else if (')]}'.includes(char) || (char === '>' && list[i - 1] !== '=')) depth--;
    else if (char === ',' && depth === 0) count++;
  }
  return count;
}
