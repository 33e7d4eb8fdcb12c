import { expect } from 'chai';
import { SEED, withSeed } from '../../../bin/test/seed.ts';
import { SystemClock } from '../../../core/internal.ts';
import { simulate } from './index.ts';
import { caughtBy, MUTANTS } from './mutants.ts';

/** The budget comes from the environment, for runs of a bounded time. */
const SEEDS = Number(process.env.DSTREAMS_GATEWAY_SEEDS ?? 20_000);

describe(`a gateway and its clients through crashes, at length (seed ${SEED})`, function () {
  this.timeout(0);
  const clock = new SystemClock();

  it('loses, doubles and changes nothing', async () => {
    const startMs = clock.monotonic();
    const sum = { lives: 0, batches: 0, records: 0, read: 0 };
    for (let seed = SEED; seed < SEED + SEEDS; seed++) {
      await withSeed(seed, async () => {
        const run = await simulate(seed);
        for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += run[key];
        return 1;
      });
    }
    const seconds = (clock.monotonic() - startMs) / 1000;
    process.stdout.write(
      `  seed ${SEED}: ${SEEDS} runs (${JSON.stringify(sum)}) in ${seconds.toFixed(1)} s, no failure: ` +
        `a rate below ${(3 / SEEDS).toExponential(1)} (95 %)\n`,
    );
  });

  it(`all ${MUTANTS.length} planted bugs are caught`, async () => {
    const missed: string[] = [];
    for (const mutant of MUTANTS) {
      const caught = await caughtBy(mutant, SEED);
      const what = caught === undefined ? 'MISSED' : `run ${caught.seeds}: ${caught.what.slice(0, 200)}`;
      process.stdout.write(`  ${mutant.by}, ${mutant.name}: ${what}\n`);
      if (caught === undefined) missed.push(mutant.name);
    }
    expect(missed).to.deep.equal([]);
  });
});
