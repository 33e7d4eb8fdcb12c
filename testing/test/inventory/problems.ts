import type { Wish } from './java-rows.ts';
import type { Row } from './rows.ts';
import type { Surface } from './surface.ts';

/** What of all that the rows ask for a surface has not, by row and name. One of the `counts` of a wish will do. */
export function problemsOf(surface: Surface, wishes: ReadonlyMap<Row, readonly Wish[]>): Map<string, string> {
  const problems = new Map<string, string>();
  for (const [row, list] of wishes) {
    for (const { owner, name, counts, ...rest } of list) {
      const found = (counts ?? [undefined]).map((count) =>
        owner === undefined ? surface.exportProblem(name, count) : surface.problem({ ...rest, owner, name, count }),
      );
      if (!found.includes(undefined)) problems.set(`${row.title}: ${owner ?? ''}.${name}`, found[0]!);
    }
  }
  return problems;
}
