import { SystemRandom } from '../../core/time/random.ts';

/** The seed of this run, from DSTREAMS_SEED where one is to be repeated. */
export const SEED = Number(process.env.DSTREAMS_SEED ?? new SystemRandom().int(1_000_000_000));

/** Runs a proof once for each of `count` seeds; a failure names its seed. Returns the sum of what they return. */
export async function forSeeds(count: number, run: (seed: number) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let seed = SEED; seed < SEED + count; seed++) sum += await withSeed(seed, run);
  return sum;
}

export async function withSeed<T>(seed: number, run: (seed: number) => Promise<T>): Promise<T> {
  try {
    return await run(seed);
  } catch (error) {
    throw new Error(`seed ${seed} (DSTREAMS_SEED=${seed} repeats it): ${String(error)}`, { cause: error });
  }
}
