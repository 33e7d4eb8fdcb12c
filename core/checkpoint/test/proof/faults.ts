import type { DiskFault } from '../../../testing/simulated-disk.ts';
import { runLog } from './log-run.ts';
import { runStore } from './store-run.ts';

const FAULTS: readonly DiskFault[] = [{ errno: 'EIO' }, { errno: 'ENOSPC' }, 'short'];
const RUNS = [
  { name: 'log', run: runLog, faults: FAULTS },
  // What the disk writes wrongly is found by reading it back.
  { name: 'store', run: runStore, faults: [...FAULTS, 'corrupt' as const] },
];

/** Every call of a run fails once, in each way; with `pairs` every two of them, and of the start after it: a run of one life, as these are many. */
export async function failEveryCall(seed: number, pairs = false): Promise<number> {
  let trials = 0;
  for (const { name, run, faults } of RUNS) {
    const lives = pairs ? 1 : 2;
    const { calls } = await run({ seed, lives });
    const single = async (failing: [number, DiskFault][]): Promise<void> => {
      trials++;
      try {
        // After an error the process is started again, which shows what is in the cache; then the power goes.
        const isError = failing.some(([, fault]) => typeof fault === 'object' && fault.errno === 'EIO');
        const losesPower = isError ? [false, true, true] : [];
        await run({ seed, lives: lives + 1, faults: new Map(failing), losesPower, crashShare: isError ? 0.1 : 0 });
      } catch (error) {
        throw new Error(`${name}, seed ${seed}, faults ${JSON.stringify(failing)}: ${String(error)}`, { cause: error });
      }
    };
    for (let first = 0; first < calls; first++) {
      for (const fault of faults) {
        if (!pairs) await single([[first, fault]]);
        else {
          for (let second = first + 1; second < calls + 20; second++) {
            for (const other of faults) {
              await single([
                [first, fault],
                [second, other],
              ]);
            }
          }
        }
      }
    }
  }
  return trials;
}
