import { expect } from 'chai';
import fc from 'fast-check';
import { createCodec, createRegistry, decodeBlock, type StorageLevel, StorageLevels } from '../../data/index.ts';
import { BlockStore } from '../block-store.ts';

function memory() {
  const files = new Map<string, Uint8Array>();
  const codec = createCodec(createRegistry());
  const disk = {
    async write(name: string, bytes: Uint8Array) {
      files.set(name, bytes.slice());
    },
    async read(name: string) {
      const bytes = files.get(name);
      if (bytes === undefined) throw new Error(`no file ${name}`);
      return bytes;
    },
    async remove(name: string) {
      files.delete(name);
    },
  };
  return { files, codec, disk };
}

function storeOf(memoryBytesMax: number) {
  const { files, codec, disk } = memory();
  const dropped: string[] = [];
  const store = new BlockStore({ memoryBytesMax, disk, codec, onDropped: (id) => dropped.push(id) });
  const put = (id: string, values: readonly unknown[], level: StorageLevel) =>
    store.put(id, { kind: 'values', values }, level);
  const get = async (id: string) => {
    const block = await store.get(id);
    return block === undefined ? undefined : decodeBlock(block, codec);
  };
  return { store, files, dropped, put, get };
}

const LEVELS = [
  StorageLevels.MEMORY_ONLY,
  StorageLevels.MEMORY_ONLY_SER,
  StorageLevels.MEMORY_AND_DISK,
  StorageLevels.MEMORY_AND_DISK_SER,
  StorageLevels.DISK_ONLY,
];
const keeps = (level: StorageLevel) => level.useDisk();
/** About 8 kB at any level. */
const big = (n: number) => [String(n).repeat(8000).slice(0, 8000)];

describe('the block store', () => {
  it('drops the least recently used of MEMORY_ONLY first, and says so', async () => {
    const { store, put, get, dropped } = storeOf(40_000);
    for (const id of ['a', 'b']) await put(id, big(1), StorageLevels.MEMORY_ONLY_SER);
    await get('a');
    for (let i = 0; dropped.length === 0; i++) await put(`c${i}`, big(i), StorageLevels.MEMORY_ONLY_SER);
    expect(dropped).to.deep.equal(['b']);
    expect([store.has('a'), store.has('b'), await get('b')]).to.deep.equal([true, false, undefined]);
  });

  it('spills what has a disk, and gives it back', async () => {
    const { put, get, files, dropped } = storeOf(10_000);
    for (let i = 1; i <= 4; i++) await put(`a${i}`, big(i), StorageLevels.MEMORY_AND_DISK);
    for (let i = 1; i <= 4; i++) expect(await get(`a${i}`)).to.deep.equal(big(i));
    expect(files.size).to.be.greaterThan(0);
    expect(dropped).to.deep.equal([]);
  });

  it('does not keep one block that is larger than memory', async () => {
    const { store, put, dropped } = storeOf(100);
    await put('a', big(1), StorageLevels.MEMORY_ONLY);
    expect([store.has('a'), dropped, store.memoryBytes]).to.deep.equal([false, ['a'], 0]);
  });

  it('keeps within its bounds, loses only what may be lost, and leaves no file: for any use', async () => {
    const id = fc.constantFrom('rdd-1-0', 'rdd-1-1', 'rdd-2-0', 'rdd-11-0', 'rdd-11-1', 'rdd-3-0');
    const action = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('put' as const),
          id,
          level: fc.nat(LEVELS.length - 1),
          size: fc.nat(3000),
        }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('get' as const), id }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), id }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('prefix' as const), n: fc.constantFrom(1, 2, 3, 11) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 8000 }),
        fc.array(action, { maxLength: 40 }),
        async (bytesMax, actions) => {
          const { store, put, get, files, dropped } = storeOf(bytesMax);
          const model = new Map<string, { values: unknown[]; level: StorageLevel }>();
          for (const [i, one] of actions.entries()) {
            dropped.length = 0;
            if (one.kind === 'put') {
              const values = [i, 'x'.repeat(one.size)];
              const level = LEVELS[one.level]!;
              await put(one.id, values, level);
              model.set(one.id, { values, level });
            } else if (one.kind === 'get') {
              expect(await get(one.id)).to.deep.equal(model.get(one.id)?.values);
            } else if (one.kind === 'remove') {
              await store.remove(one.id);
              model.delete(one.id);
            } else {
              await store.removePrefix(`rdd-${one.n}-`);
              for (const key of [...model.keys()]) if (key.startsWith(`rdd-${one.n}-`)) model.delete(key);
            }
            for (const lost of dropped) {
              expect(keeps(model.get(lost)!.level), `${lost} has a disk`).to.equal(false);
              model.delete(lost);
            }
            expect(store.memoryBytes).to.be.at.most(bytesMax);
            expect(store.size).to.equal(model.size);
          }
          for (const [key, { values }] of model) expect(await get(key)).to.deep.equal(values);
          await store.clear();
          expect([files.size, store.memoryBytes, store.size]).to.deep.equal([0, 0, 0]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
