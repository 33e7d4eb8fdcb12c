import { expect } from 'chai';
import { SEED, withSeed } from '../../../bin/test/seed.ts';
import { SystemClock } from '../../../core/internal.ts';
import { fuzz } from './fuzz.ts';

/** The budget comes from the environment, for runs of a bounded time. */
const FRAMES = Number(process.env.DSTREAMS_FUZZ_FRAMES ?? 10_000_000);
const WARM_FRAMES = 50_000;
const GROWN_BYTES_MAX = 32 << 20;

describe(`a gateway under mutated sessions, at length (seed ${SEED})`, function () {
  this.timeout(0);

  it('survives, keeps what it acknowledged, and grows no more', async () => {
    const clock = new SystemClock();
    const startMs = clock.monotonic();
    await fuzz(SEED + 1_000_000_000, Math.min(FRAMES, WARM_FRAMES), withSeed);
    gc!();
    const beforeBytes = process.memoryUsage().heapUsed;
    const { codes, ...sum } = await fuzz(SEED, FRAMES, withSeed);
    gc!();
    const grownBytes = process.memoryUsage().heapUsed - beforeBytes;
    const seconds = (clock.monotonic() - startMs) / 1000;
    process.stdout.write(
      `  seed ${SEED}: ${JSON.stringify(sum)} in ${seconds.toFixed(0)} s, heap ${(grownBytes / 1024).toFixed(0)} KiB more, ` +
        `closed by ${JSON.stringify(Object.fromEntries(codes))}\n`,
    );
    expect(grownBytes).to.be.below(GROWN_BYTES_MAX);
  });
});
