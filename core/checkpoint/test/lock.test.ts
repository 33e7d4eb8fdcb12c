import { expect } from 'chai';
import { SeededRandom } from '../../time/random.ts';
import { NodeDisk } from '../../storage/disk-node.ts';
import { DirectoryLock, lockHolder } from '../directory-lock.ts';
import { type ProcessIdentity, type Processes, SystemProcesses } from '../processes.ts';
import { codeFrom, Machine } from './open.ts';

/** Processes of a test: those that run. */
class FakeProcesses implements Processes {
  constructor(
    private readonly own: ProcessIdentity,
    private readonly running: ProcessIdentity[],
  ) {}

  async self(): Promise<ProcessIdentity> {
    return this.own;
  }

  async isAlive(process: ProcessIdentity): Promise<boolean> {
    return this.running.some((other) => JSON.stringify(other) === JSON.stringify(process));
  }
}

describe('the lock of a checkpoint directory', () => {
  const first = { pid: 7, bootId: 'b', started: '100' };
  const second = { pid: 7, bootId: 'b', started: '200' };
  const machine = new Machine();
  const take = (own: ProcessIdentity, running: ProcessIdentity[], dir: string, seed = 1) =>
    DirectoryLock.take({
      disk: machine.disk,
      dir,
      processes: new FakeProcesses(own, running),
      random: new SeededRandom(seed),
    });

  it('refuses a second one while the first lives, the same process too, and lets it in after', async () => {
    const lock = await take(first, [first], '/a');
    expect(await codeFrom(take(second, [first, second], '/a'))).to.equal('CHECKPOINT_IN_USE');
    expect(await codeFrom(take(first, [first], '/a'))).to.equal('CHECKPOINT_IN_USE');
    expect(await lockHolder(machine.disk, '/a')).to.deep.equal(first);
    await lock.release();
    await lock.release();
    expect(await lockHolder(machine.disk, '/a')).to.equal(undefined);
    await take(second, [first, second], '/a');
  });

  it('is free when its process was killed, even where another has the number now', async () => {
    const old = await take(first, [first], '/b');
    const lock = await take(second, [second], '/b');
    expect(await old.isHeld()).to.equal(false);
    expect(await lock.isHeld()).to.equal(true);
    expect(await machine.disk.list('/b')).to.have.length(1);
  });

  it('goes to one of many who come at the same time', async () => {
    await take({ pid: 1, bootId: 'b', started: '1' }, [], '/c');
    const all = Array.from({ length: 20 }, (_, i) => ({ pid: 100 + i, bootId: 'b', started: '1' }));
    const results = await Promise.allSettled(all.map((own, i) => take(own, all, '/c', i + 10)));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });

  it('knows this process, and one that is gone', async () => {
    const processes = new SystemProcesses(new NodeDisk());
    const self = await processes.self();
    expect(self.pid).to.equal(process.pid);
    expect(await processes.isAlive(self)).to.equal(true);
    expect(await processes.isAlive({ ...self, pid: 2 ** 30 })).to.equal(false);
    expect(await processes.isAlive({ ...self, bootId: 'another' })).to.equal(false);
    if (self.started !== '') expect(await processes.isAlive({ ...self, started: '1' })).to.equal(false);
  });
});
