import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { SystemRandom } from '../../time/random.ts';
import { ManualClock } from '../../time/manual-clock.ts';
import { parentOf, writeAll } from '../disk.ts';
import { MemoryDisk } from '../disk-memory.ts';
import { NodeDisk } from '../disk-node.ts';
import { describeDisk } from './disk-suite.ts';
import { errnoFrom } from './errno-from.ts';

describeDisk('MemoryDisk', async () => {
  const disk = new MemoryDisk(new ManualClock({ nowMs: 1000 }));
  await disk.makeDirectory('/a/b');
  return { disk, directory: '/a/b' };
});

describeDisk('NodeDisk', async () => {
  const disk = new NodeDisk();
  const directory = `${tmpdir()}/dstreams-disk-${process.pid}-${new SystemRandom().uint32()}`;
  await disk.makeDirectory(directory);
  return { disk, directory };
});

describe('NodeDisk.makeDirectory', () => {
  if (process.platform === 'linux') {
    it('fails where nothing can be made, at once', async () => {
      expect(await errnoFrom(new NodeDisk().makeDirectory('/proc/dstreams/checkpoint'))).to.equal('ENOENT');
    });
  }

  it('is made by several at one time', async () => {
    const disk = new NodeDisk();
    const directory = `${tmpdir()}/dstreams-disk-${process.pid}-${new SystemRandom().uint32()}`;
    await Promise.all(Array.from({ length: 8 }, () => disk.makeDirectory(`${directory}/a/b/c`)));
    expect(await disk.list(directory)).to.deep.equal(['a']);
    for (const path of ['/a/b/c', '/a/b', '/a', '']) await disk.remove(`${directory}${path}`);
  });
});

describe('writeAll', () => {
  it('goes on after short writes, and gives up on a disk that takes nothing', async () => {
    const taken: number[] = [];
    const file = {
      path: '/a',
      write: async (bytes: Uint8Array, position: number) => {
        const count = Math.min(2, bytes.length);
        for (let i = 0; i < count; i++) taken[position + i] = bytes[i]!;
        return count;
      },
    };
    type File = Parameters<typeof writeAll>[0];
    await writeAll(file as unknown as File, Uint8Array.of(1, 2, 3, 4, 5), 0);
    expect(taken).to.deep.equal([1, 2, 3, 4, 5]);
    const stuck = { path: '/a', write: async () => 0 };
    expect(await errnoFrom(writeAll(stuck as unknown as File, Uint8Array.of(1), 0))).to.equal('EIO');
  });
});

describe('parentOf', () => {
  it('is the directory of a path', () => {
    expect(['/a/b', '/a', '/'].map(parentOf)).to.deep.equal(['/a', '/', '/']);
  });
});
