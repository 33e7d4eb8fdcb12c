import { expect } from 'chai';
import { type StorageLevel, StorageLevels } from '../../data/index.ts';
import { narrow } from '../../operator/index.ts';
import type { StreamRef } from '../../plan/index.ts';
import { EngineHarness, type HarnessOptions } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import { window } from '../../window/window.ts';

/** How often a user's function is called for one record, in all, over three batches of one record each. */
async function callsOf(build: (stream: StreamRef) => void, options: Partial<HarnessOptions> = {}): Promise<number[]> {
  const t = new EngineHarness({ batchMs: 1000, ...options });
  const calls = [0, 0, 0];
  const count = (x: number): number => {
    calls[x]!++;
    return x;
  };
  build(narrow(t.input([[0], [1], [2]], 1), 'map', 'map', [count], 'array'));
  await t.run(6);
  await t.stop();
  return calls;
}

const persisted = (level: StorageLevel) => (stream: StreamRef) => {
  stream.graph.persist(stream.node, level);
  record(stream);
  record(stream);
  record(narrow(stream, 'filter', 'filter', [() => true], 'array'));
};

describe('a function of the program is called', () => {
  it('once per record for one output', async () => {
    expect(await callsOf((stream) => record(stream))).to.deep.equal([1, 1, 1]);
  });

  it('once per output where nothing is persisted', async () => {
    const build = (stream: StreamRef) => {
      record(stream);
      record(stream);
    };
    expect(await callsOf(build)).to.deep.equal([2, 2, 2]);
  });

  for (const name of [
    'MEMORY_ONLY',
    'MEMORY_ONLY_SER',
    'MEMORY_AND_DISK',
    'DISK_ONLY',
    'MEMORY_AND_DISK_SER_2',
  ] as const) {
    it(`once per batch under persist(${name})`, async () => {
      expect(await callsOf(persisted(StorageLevels[name]))).to.deep.equal([1, 1, 1]);
    });
  }

  it('once per batch under a window, however often it looks back', async () => {
    expect(await callsOf((stream) => record(window(stream, 3000, 1000)))).to.deep.equal([1, 1, 1]);
  });

  const NO_MEMORY = { conf: { 'dstreams.memory.blockBytesMax': 0 } };
  it('again where memory is short and the level has no disk, with the same results', async () => {
    expect(await callsOf(persisted(StorageLevels.MEMORY_ONLY), NO_MEMORY)).to.deep.equal([3, 3, 3]);
  });

  it('once where memory is short and the level has a disk', async () => {
    expect(await callsOf(persisted(StorageLevels.MEMORY_AND_DISK), NO_MEMORY)).to.deep.equal([1, 1, 1]);
  });
});
