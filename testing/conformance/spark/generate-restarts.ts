import type { SeededRandom } from '../../../core/internal.ts';
import type { Case, Change, Restart } from '../case.ts';
import type { Value } from '../values.ts';
import { chance, pick, type Script } from './script.ts';

/** From the last batch to the start, in batches. */
const DOWN = [0, 0.3, 0.9, 1, 1, 1.5, 2, 2, 3.5, 5, 8, 14];
const LATE = 0.15;

export interface Restarted {
  readonly scripts: ReadonlyMap<string, Script>;
  readonly batchMs: number;
  readonly batchCount: number;
  /** Whether files may be dated before the batch before. */
  readonly mayBeLate: boolean;
}

/** Inputs as folders, a file a batch, and the restarts of a case. */
export function restartsOf(
  random: SeededRandom,
  { scripts, batchMs, batchCount, mayBeLate }: Restarted,
): Pick<Case, 'folder' | 'restarts' | 'run'> {
  const restarts: Restart[] = [];
  let last = 0;
  for (let left = pick(random, [1, 1, 1, 2, 3]); left > 0; left--) {
    const graceful = chance(random, 0.3);
    const after = last + 2 + random.int(Math.max(2, Math.floor(batchCount / 2)));
    const downMs = Math.floor(pick(random, DOWN) * batchMs);
    restarts.push({ after, downMs, ...(graceful ? { graceful } : {}) });
    last = after + Math.floor(downMs / batchMs);
  }
  const run = Math.max(last + 1 + random.int(3), batchCount);
  const changes: Change[][] = [[]];
  for (const name of scripts.keys()) changes[0]!.push(['makeDirectory', name]);
  for (let i = 1; i <= run; i++) {
    changes[i] = [];
    for (const [name, { batches }] of scripts) {
      const batch = batches[i - 1];
      if (batch === undefined || batch === null || batch.length === 0) continue;
      const isLate = mayBeLate && chance(random, LATE);
      const dateMs = isLate ? Math.max(1, i * batchMs - random.int(6 * batchMs)) : i * batchMs - random.int(batchMs);
      changes[i]!.push(['write', `${name}/${i}`, linesOf(batch), dateMs]);
    }
  }
  const watched = Object.fromEntries(
    [...scripts.keys()].map((name) => [name, { operation: 'textFileStream', directory: name } as const]),
  );
  const minRemember = pick(random, [undefined, undefined, '1s', '3s', '10s']);
  const folder = { madeMs: 0, ...(minRemember === undefined ? {} : { minRemember }), watched, changes };
  return { folder, restarts, run };
}

const linesOf = (batch: readonly Value[]): string => batch.map((text) => `${text}\n`).join('');
