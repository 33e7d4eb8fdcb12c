import { expect } from 'chai';
import { SystemClock } from '../../core/time/system-clock.ts';
import { SEED, withSeed } from './seed.ts';

/** Runs a simulation once for each of `count` seeds, and prints the sums of what it counts. A failure names its seed. */
export async function simulateSeeds<Counts extends object>(
  what: string,
  count: number,
  simulate: (seed: number) => Promise<Counts>,
): Promise<void> {
  const clock = new SystemClock();
  const startMs = clock.monotonic();
  const sum: Record<string, number> = {};
  for (let seed = SEED; seed < SEED + count; seed++) {
    const counts = await withSeed(seed, simulate);
    for (const [name, n] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + n;
  }
  const seconds = (clock.monotonic() - startMs) / 1000;
  process.stdout.write(
    `  seed ${SEED}: ${count} ${what} (${JSON.stringify(sum)}) in ${seconds.toFixed(1)} s, ` +
      `${(count / seconds).toFixed(1)}/s, no failure: a rate below ${(3 / count).toExponential(1)} (95 %)\n`,
  );
}

/** Plants each of the bugs and prints what is said of it, and after how many seeds. Fails where one is missed. */
export async function catchAll<M extends { readonly name: string }>(
  mutants: readonly M[],
  caughtBy: (mutant: M, seed: number) => Promise<{ readonly seeds: number; readonly what: string } | undefined>,
): Promise<void> {
  const missed: string[] = [];
  for (const mutant of mutants) {
    const caught = await caughtBy(mutant, SEED);
    const what = caught === undefined ? 'MISSED' : `by seed ${caught.seeds}: ${caught.what.slice(0, 200)}`;
    process.stdout.write(`  ${mutant.name}: ${what}\n`);
    if (caught === undefined) missed.push(mutant.name);
  }
  expect(missed).to.deep.equal([]);
}
