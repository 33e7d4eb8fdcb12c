import { expect } from 'chai';
import { SEED, withSeed } from '../../../../bin/test/seed.ts';
import { SystemClock } from '../../../time/system-clock.ts';
import { caughtBy, MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

/** The budget comes from the environment, for runs of a bounded time; the default is that of docs/reliability.md. */
const SEEDS = Number(process.env.DSTREAMS_SIMULATION_SEEDS ?? 100_000);

describe(`whole applications through crashes, at length (seed ${SEED})`, function () {
  this.timeout(0);
  const clock = new SystemClock();

  it('nothing is lost, doubled or changed', async () => {
    const startMs = clock.monotonic();
    const sum = { lives: 0, batches: 0, observations: 0, turns: 0 };
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      await withSeed(seed, async () => {
        const run = await simulate(seed);
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run[key];
        return 1;
      });
    }
    const seconds = (clock.monotonic() - startMs) / 1000;
    process.stdout.write(
      `  seed ${SEED}: ${SEEDS} applications (${JSON.stringify(sum)}) in ${seconds.toFixed(1)} s, ` +
        `${(SEEDS / seconds).toFixed(1)}/s, no failure: a rate below ${(3 / SEEDS).toExponential(1)} (95 %)\n`,
    );
  });

  it(`all ${MUTANTS.length} planted bugs are caught`, async () => {
    const missed: string[] = [];
    for (const mutant of MUTANTS) {
      const caught = await caughtBy(mutant, SEED);
      const what = caught === undefined ? 'MISSED' : `application ${caught.seeds}: ${caught.what}`;
      process.stdout.write(`  ${mutant.name}: ${what}\n`);
      if (caught === undefined) missed.push(mutant.name);
    }
    expect(missed).to.deep.equal([]);
  });
});
