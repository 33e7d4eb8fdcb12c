import { expect } from 'chai';
import { readFile, writeAll, writeFileDurably } from '../../storage/disk.ts';
import { describeDisk } from '../../storage/test/disk-suite.ts';
import { errnoFrom } from '../../storage/test/errno-from.ts';
import { SeededRandom } from '../../time/random.ts';
import { SimulatedDisk } from '../simulated-disk.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describeDisk('SimulatedDisk', async () => {
  const disk = new SimulatedDisk();
  await disk.makeDirectory('/a/b');
  return { disk, directory: '/a/b' };
});

describe('the simulated disk', () => {
  /** What many crashes leave of `/d/a`: its texts, and how often nothing. */
  const outcomes = async (disk: SimulatedDisk): Promise<Set<string>> => {
    const found = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const crashed = disk.crashed(new SeededRandom(seed));
      const stat = await crashed.stat('/d/a');
      found.add(stat === undefined ? 'none' : new TextDecoder().decode(await readFile(crashed, '/d/a', 100)));
    }
    return found;
  };
  const make = async (): Promise<SimulatedDisk> => {
    const disk = new SimulatedDisk({ sectorBytes: 2 });
    await disk.makeDirectory('/d');
    return disk;
  };

  it('keeps what was synced, whatever happens, and the name once the directory is', async () => {
    const disk = await make();
    const file = await disk.open('/d/a', 'create');
    await writeAll(file, bytesOf('abcd'), 0);
    await file.sync();
    expect([...(await outcomes(disk))].sort()).to.deep.equal(['abcd', 'none']);
    await disk.syncDirectory('/d');
    expect([...(await outcomes(disk))]).to.deep.equal(['abcd']);
    await writeFileDurably(disk, '/d/a', bytesOf('new'));
    expect([...(await outcomes(disk))]).to.deep.equal(['new']);
  });

  it('loses, tears and reorders what was not', async () => {
    const disk = await make();
    const file = await disk.open('/d/a', 'create');
    await disk.syncDirectory('/d');
    await writeAll(file, bytesOf('ab'), 0);
    await writeAll(file, bytesOf('cd'), 2);
    const found = await outcomes(disk);
    expect([...found]).to.include.members(['', 'ab', 'abcd', '\0\0cd', '\0\0\0\0']);
  });

  it('forgets what a failed sync should have written, though reading gives it', async () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const disk = new SimulatedDisk({ sectorBytes: 2, random: new SeededRandom(seed) });
      await disk.makeDirectory('/d');
      const file = await disk.open('/d/a', 'create');
      await disk.syncDirectory('/d');
      await writeAll(file, bytesOf('abcd'), 0);
      disk.onCall = ({ operation }) => (operation === 'sync' ? { errno: 'EIO' } : undefined);
      expect(await errnoFrom(file.sync())).to.equal('EIO');
      disk.onCall = undefined;
      await file.sync();
      expect(new TextDecoder().decode(await readFile(disk, '/d/a', 9))).to.equal('abcd');
      const left = await outcomes(disk);
      expect(left.size, 'the second sync changed nothing').to.equal(1);
      for (const text of left) found.add(text);
    }
    expect([...found]).to.include.members(['', 'abcd', 'ab\0\0']);
  });

  it('is full at its capacity', async () => {
    const disk = await make();
    disk.capacityBytes = 3;
    const file = await disk.open('/d/a', 'create');
    expect(await errnoFrom(writeAll(file, bytesOf('abcd'), 0))).to.equal('ENOSPC');
    expect(disk.sizes().get('/d/a')).to.equal(3);
    expect(await disk.space('/d')).to.deep.equal({ freeBytes: 0, totalBytes: 3 });
    const copy = disk.clone(new SeededRandom(1));
    copy.flipBit('/d/a', 0);
    copy.cut('/d/a', 1);
    expect(new TextDecoder().decode(await readFile(copy, '/d/a', 9))).to.equal('`');
    expect(disk.sizes().get('/d/a')).to.equal(3);
  });
});
