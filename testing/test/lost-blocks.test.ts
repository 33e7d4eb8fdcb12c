import { join } from 'node:path';
import { expect } from 'chai';
import { runJobTest } from '../index.ts';

/** Each batch has a record; the second one's block is dropped from memory. As Spark 3.5.7 does where it is dropped once its batch was made. */
const CASES = [
  { output: 'plain', whole: ['a', 'lost', 'c', 'd', 'e', 'f'], failing: [2] },
  // Batches of a window are kept, the lost one is not: each window that it is in fails, and no other.
  { output: 'window', whole: ['a', 'a lost', 'a lost c', 'lost c d', 'c d e', 'd e f'], failing: [2, 3, 4] },
  { output: 'reduced', whole: ['a', 'alost', 'alostc', 'lostcd', 'cde', 'def'], failing: [2, 3, 4] },
  // A total without the lost one would be wrong for ever (decision 17).
  {
    output: 'state',
    whole: ['a', 'alost', 'alostc', 'alostcd', 'alostcde', 'alostcdef'],
    failing: [2, 3, 4, 5, 6],
  },
];

interface Outcome {
  readonly batches: readonly string[];
  readonly failures: readonly {
    readonly at: string;
    readonly batch: number;
    readonly code: string;
    readonly message: string;
  }[];
}

describe('a received block that was dropped from memory', function () {
  this.timeout(60_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'lost-blocks.ts');
  const outcome = async (master: string, ...args: string[]) => (await runJobTest(job, args, { master })) as Outcome;

  for (const surface of ['fluent', 'java']) {
    for (const master of ['local', 'local[2]']) {
      for (const { output, whole, failing } of CASES) {
        const lines = whole.map((values, i) => `${i + 1} ${values}`);

        it(`fails what needs it, and no other batch: ${output}, ${surface}, ${master}`, async () => {
          const { batches, failures } = await outcome(master, surface, output, 'false');
          expect(batches).to.deep.equal(lines.filter((_, i) => !failing.includes(i + 1)));
          expect(failures.map(({ at, batch, code }) => `${at} ${batch} ${code}`)).to.deep.equal(
            failing.map((batch) => `batch ${batch} BLOCK_NOT_FOUND`),
          );
          // Whichever batch fails: it says which one had received it.
          for (const { message } of failures) {
            expect(message).to.include('Could not compute split, block input-0-1 not found in batch 2000 ms');
          }
        });

        it(`is read from the write-ahead log: ${output}, ${surface}, ${master}`, async () => {
          expect(await outcome(master, surface, output, 'true')).to.deep.equal({ batches: lines, failures: [] });
        });
      }
    }
  }
});
