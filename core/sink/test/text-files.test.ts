import { expect } from 'chai';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { ManualClock } from '../../time/index.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { batchPath, saveAsTextFile, saveAsTextFiles } from '../text-files.ts';
import { parallelize } from '../../rdd/index.ts';

const memoryFiles = () => new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });

async function contentOf(files: LocalFileSystem, path: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const { name, path: file } of await files.list(path)) {
    content[name] = Buffer.from(await files.read(file, 1000)).toString();
  }
  return content;
}

describe('batchPath', () => {
  const cases = [
    { prefix: 'out', suffix: 'txt', path: 'out-1000.txt' },
    { prefix: 'out', suffix: '', path: 'out-1000' },
    { prefix: 'a/out', suffix: null, path: 'a/out-1000' },
    { prefix: '', suffix: 'txt', path: '1000.txt' },
    { prefix: null, suffix: undefined, path: '1000' },
  ];
  for (const { prefix, suffix, path } of cases) {
    it(`is ${path} for ${String(prefix)} and ${String(suffix)}`, () =>
      expect(batchPath(prefix, suffix, 1000)).to.equal(path));
  }
});

describe('saveAsTextFiles', () => {
  it('writes a directory a batch, a file a partition, and leaves nothing else', async () => {
    const t = new EngineHarness({ batchMs: 1000 });
    const files = memoryFiles();
    saveAsTextFiles(t.input([['a', 'b', 'c'], []], 2), 'out', 'txt', files, String);
    await t.run(2);
    await t.stop();
    expect((await files.list('/home')).map(({ name }) => name)).to.deep.equal(['out-1000.txt', 'out-2000.txt']);
    expect(await contentOf(files, 'out-1000.txt')).to.deep.equal({
      _SUCCESS: '',
      'part-00000': 'a\n',
      'part-00001': 'b\nc\n',
    });
    expect(await contentOf(files, 'out-2000.txt')).to.deep.equal({ _SUCCESS: '', 'part-00000': '', 'part-00001': '' });
  });

  it('refuses a file system that nobody serves at the call', () => {
    const t = new EngineHarness({ batchMs: 1000 });
    const stream = t.input([], 1);
    expect(() => saveAsTextFiles(stream, 'hdfs://host/out', '', memoryFiles(), String))
      .to.throw()
      .with.property('code', 'NEEDS_CONNECTOR');
  });
});

describe('saveAsTextFile', () => {
  it('replaces a directory that is there, whole, or refuses to', async () => {
    const t = new EngineHarness({ batchMs: 1000 });
    const files = memoryFiles();
    await saveAsTextFile(parallelize(t.core, [1, 2, 3], 3), 'out', files, String, false);
    await saveAsTextFile(parallelize(t.core, [4], 1), 'out', files, String, true);
    expect(await contentOf(files, 'out')).to.deep.equal({ _SUCCESS: '', 'part-00000': '4\n' });
    expect((await files.list('/home')).map(({ name }) => name)).to.deep.equal(['out']);
    const again = saveAsTextFile(parallelize(t.core, [5], 1), 'out', files, String, false);
    expect(
      await again.then(
        () => undefined,
        (e: { code: string }) => e.code,
      ),
    ).to.equal('OUTPUT_EXISTS');
    expect(await contentOf(files, 'out')).to.deep.equal({ _SUCCESS: '', 'part-00000': '4\n' });
    await t.stop();
  });
});
