import { expect } from 'chai';
import { runJobTest } from '../../testing/index.ts';

describe('a fluent program on worker threads', () => {
  const run = (what: string) =>
    runJobTest(new URL('./jobs/threads.ts', import.meta.url), [what], { master: 'local[2]' });

  it('runs its functions there, and gives what it gives on one', async () => {
    expect(await run('records')).to.deep.equal({
      counts: [
        ['b', 1],
        ['a', 2],
        ['c', 1],
      ],
      threads: ['0: a,b on a worker', '1: a,c on a worker'],
      sorted: [
        [0, 'c 30'],
        [1, 'a 10'],
        [2, 'a 10'],
      ],
      transformed: ['a of 4', 'b of 4', 'a of 4', 'c of 4'],
    });
  });

  it('runs foreachPartition there', async () => {
    expect(await run('output')).to.match(/foreachPartition.*partition (a,b|a,c) on thread [1-9]/s);
  });
});
