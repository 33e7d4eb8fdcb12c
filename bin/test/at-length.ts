import { expect } from 'chai';
import { SystemClock } from '../../core/time/system-clock.ts';
import { SEED, withSeed } from './seed.ts';

/** A proof that takes hours says every few minutes how far it is: one that is stopped counts as well, up to there. */
const PROGRESS_MS = 300_000;

/** Says what a proof has tried, in how long, and what follows from its having no failure. */
class Tally {
  private readonly clock = new SystemClock();
  private readonly startMs = this.clock.monotonic();
  private saidMs = this.startMs;

  constructor(private readonly what: string) {}

  /** Of the trials before `nextSeed`, now and then. */
  progress(trials: number, nextSeed: number, more = ''): void {
    if (this.clock.monotonic() - this.saidMs < PROGRESS_MS) return;
    this.saidMs = this.clock.monotonic();
    this.say(trials, `${more}, as far as seed ${nextSeed - 1}`);
  }

  say(trials: number, more = ''): void {
    const seconds = (this.clock.monotonic() - this.startMs) / 1000;
    process.stdout.write(
      `  seed ${SEED}: ${trials} ${this.what}${more} in ${seconds.toFixed(1)} s, ` +
        `${(trials / seconds).toFixed(1)}/s, no failure: a rate below ${(3 / trials).toExponential(1)} (95 %)\n`,
    );
  }
}

/** Runs a proof for one seed after the other until it has tried so much; `run` returns how much it tried. A failure names its seed. */
export async function tryUntil(trials: number, what: string, run: (seed: number) => Promise<number>): Promise<void> {
  const tally = new Tally(what);
  let sum = 0;
  for (let seed = SEED; sum < trials; seed++) {
    tally.progress(sum, seed);
    sum += await withSeed(seed, run);
  }
  tally.say(sum);
}

/** Runs a simulation once for each of `count` seeds, and prints the sums of what it counts. A failure names its seed. */
export async function simulateSeeds<Counts extends object>(
  what: string,
  count: number,
  simulate: (seed: number) => Promise<Counts>,
): Promise<void> {
  const tally = new Tally(what);
  const sum: Record<string, number> = {};
  const counted = () => ` (${JSON.stringify(sum)})`;
  for (let done = 0; done < count; done++) {
    tally.progress(done, SEED + done, counted());
    const counts = await withSeed(SEED + done, simulate);
    for (const [name, n] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + n;
  }
  tally.say(count, counted());
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
