import { isDStreamsError } from '../../../errors.ts';
import type { Disk } from '../../../storage/disk.ts';
import { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { SeededRandom } from '../../../time/random.ts';
import { DirectoryLock } from '../../directory-lock.ts';
import type { ProcessIdentity, Processes } from '../../processes.ts';
import { must } from './world.ts';

/** A disk each of whose calls takes a while: the order among those who wait is the seed's. */
function slow(disk: Disk, random: SeededRandom): Disk {
  return new Proxy(disk, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        // Mostly fast, now and then asleep while others take and leave the lock several times.
        for (let turns = random.int(8) > 0 ? random.int(6) : random.int(600); turns > 0; turns--) await undefined;
        return member.apply(target, args);
      };
    },
  });
}

/** Several processes that take the lock, leave it, and are killed with it: two never have it at a time. */
export async function runLocks(seed: number): Promise<number> {
  const random = new SeededRandom(seed);
  const disk = slow(new SimulatedDisk(), random.fork());
  const alive = new Set<string>();
  const holders = new Set<string>();
  let taken = 0;
  const run = async (pid: number): Promise<void> => {
    for (let life = 0; life < 8; life++) {
      const self: ProcessIdentity = { pid, bootId: 'b', started: String(life) };
      const name = JSON.stringify(self);
      alive.add(name);
      const processes: Processes = {
        self: async () => self,
        isAlive: async (process) => alive.has(JSON.stringify(process)),
      };
      try {
        const lock = await DirectoryLock.take({ disk, dir: '/ck', processes, random });
        taken++;
        holders.add(name);
        must(holders.size === 1, `${[...holders].join(' and ')} have the lock at a time`);
        for (let turns = random.int(100); turns > 0; turns--) await undefined;
        must(await lock.isHeld(), 'the lock of a process that lives was taken');
        holders.delete(name);
        if (random.int(2) === 0) await lock.release();
      } catch (error) {
        if (!isDStreamsError(error, 'CHECKPOINT_IN_USE')) throw error;
      }
      // Killed, or ended: what it has not released is dead.
      alive.delete(name);
      for (let turns = random.int(100); turns > 0; turns--) await undefined;
    }
  };
  await Promise.all([1, 2, 3, 4].map(run));
  must(taken > 0, 'nobody got the lock');
  return taken;
}
