import { expect } from 'chai';
import { NO_CONF, readPairs, readValues, splitFiles, TextLines } from '../../format/index.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { ManualClock } from '../../time/index.ts';
import { collect, collectPartitions, count, filesRdd, readStep, take } from '../index.ts';
import { looseSlots } from '../scope.ts';
import type { DStreamsError } from '../../errors.ts';

async function harnessWith(content: Readonly<Record<string, string>>) {
  const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
  for (const [path, text] of Object.entries(content)) await files.write(path, new TextEncoder().encode(text));
  const t = new EngineHarness({ batchMs: 1000, files });
  const format = new TextLines();
  return { t, files, format, splits: splitFiles(await files.list('/home'), format, 2) };
}

describe('filesRdd', () => {
  it('has one partition a split, read again for each action', async () => {
    const { t, files, format, splits } = await harnessWith({ a: 'one\ntwo\n', b: 'three' });
    const rdd = filesRdd(t.core, splits, readStep(looseSlots([readValues(format, NO_CONF)])[0]!, 'textFile'));
    expect(await collectPartitions(rdd)).to.deep.equal([['one', 'two'], [], ['three']]);
    expect(await take(rdd, 1)).to.deep.equal(['one']);
    await files.write('b', new TextEncoder().encode('four'));
    expect(await count(rdd)).to.equal(3);
    await t.stop();
  });

  it('gives pairs in the dialect of a surface', async () => {
    const { t, format, splits } = await harnessWith({ a: 'one' });
    const [slot] = looseSlots([readPairs(format, 'tuple', NO_CONF)]);
    const [pair] = await collect(filesRdd(t.core, splits, readStep(slot!, 'hadoopFile')));
    expect(String(pair)).to.equal('(0,one)');
    await t.stop();
  });

  it('names operator and file where one is gone', async () => {
    const { t, files, format, splits } = await harnessWith({ a: 'one' });
    const [slot] = looseSlots([readValues(format, NO_CONF)]);
    await files.remove('a');
    const error = await collect(filesRdd(t.core, splits, readStep(slot!, 'textFile'))).then(
      () => undefined,
      (e: unknown) => e as DStreamsError,
    );
    expect(error?.code).to.equal('IO_FAILED');
    expect(error?.message).to.match(/textFile.*\/home\/a/);
    expect(error?.details?.errno).to.equal('ENOENT');
    await t.stop();
  });
});
