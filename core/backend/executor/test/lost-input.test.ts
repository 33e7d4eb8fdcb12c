import { expect } from 'chai';
import { createCodec, createRegistry, StorageLevels } from '../../../data/index.ts';
import type { Task } from '../../../stage/physical.ts';
import { MemoryDisk } from '../../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../../storage/file-system.ts';
import { LostInput } from '../lost-input.ts';
import { TaskExecutor, type ExecutorParts } from '../task-executor.ts';

describe('a task whose cached input has gone with its thread', () => {
  const disk = new MemoryDisk({ now: () => 0 });
  const parts: Partial<ExecutorParts> = {
    blocks: { get: async () => undefined } as unknown as ExecutorParts['blocks'],
    codec: createCodec(createRegistry()),
    files: new LocalFileSystem({ disk, workingDirectory: '/' }),
    monotonic: () => 0,
    onCached: () => {},
  };
  const executor = new TaskExecutor(parts as ExecutorParts);
  const target = { temporary: '/out/.s.writing', directory: '/out/s', prefix: 'part-', extension: '' };
  const open = async () => ({ write: async () => {}, close: async () => {} });
  const actions = [{ kind: 'write', fn: { fn: open }, args: undefined, target, label: 'save' }, { kind: 'collect' }];

  for (const action of actions) {
    it(`says so, for the job to be planned anew: ${action.kind}`, async () => {
      await disk.makeDirectory(target.temporary);
      const level = StorageLevels.MEMORY_ONLY;
      const pipe = { kind: 'cache', label: 'cached', rddId: 7, partition: 1, level, input: undefined };
      const task = { stageId: 0, timeMs: 0, partition: 1, pipe, sources: [], output: { kind: 'action', action } };
      const error = await executor.run(task as unknown as Task).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(LostInput);
      expect((error as LostInput).lost).to.deep.equal({ kind: 'block', rddId: 7, partition: 1 });
    });
  }
});
