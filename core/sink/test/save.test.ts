import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { DStreamsError } from '../../errors.ts';
import type { ByteSink } from '../../format/index.ts';
import { collect, parallelize, type Rdd, transformRecords } from '../../rdd/index.ts';
import { objectFile, sequenceFile } from '../../source/file-inputs.ts';
import type { Disk } from '../../storage/disk.ts';
import { ioError } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { ManualClock } from '../../time/index.ts';
import { batchPath, isBatchName } from '../batch-path.ts';
import { OutputDirectory } from '../output-directory.ts';
import { writePart } from '../part-file.ts';
import { objectPlan, pairsPlan, type PlanSpec, save, saveFiles, textPlan } from '../save.ts';

const JAVA = { kind: 'java' } as const;
const LINES = textPlan(JAVA);

function memory() {
  const disk = new MemoryDisk(new ManualClock());
  return { disk, files: new LocalFileSystem({ disk, workingDirectory: '/home' }) };
}

const memoryFiles = () => memory().files;

async function contentOf(files: LocalFileSystem, path: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (const { name, path: file } of await files.list(path)) {
    content[name] = Buffer.from(await files.read(file, 10_000)).toString('latin1');
  }
  return content;
}

const namesIn = async (files: LocalFileSystem, path: string) => (await files.list(path)).map(({ name }) => name);

const failureOf = (done: PromiseLike<unknown>): Promise<DStreamsError | undefined> =>
  Promise.resolve(done).then(
    () => undefined,
    (error: DStreamsError) => error,
  );

/** A disk whose n-th call fails; `dies`: and every call after it, as those of a process that is gone. */
function failingAt(disk: Disk, n: number, dies = false): Disk & { calls: number } {
  const state = { calls: 0 };
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, key) {
        const value: unknown = Reflect.get(object, key, object);
        if (key === 'calls') return state.calls;
        if (typeof value !== 'function' || String(key).endsWith('Now')) return value;
        return async (...args: unknown[]) => {
          // Closing frees and nothing else.
          if (key !== 'close' && (++state.calls === n || (dies && state.calls > n)))
            throw ioError(String(key), '/fault', 'EIO');
          const result: unknown = await (value as (...a: unknown[]) => Promise<unknown>).apply(object, args);
          return key === 'open' ? wrap(result as object) : result;
        };
      },
    });
  return wrap(disk) as Disk & { calls: number };
}

describe('batchPath', () => {
  const cases = [
    { prefix: 'out', suffix: 'txt', path: 'out-1000.txt' },
    { prefix: 'out', suffix: '', path: 'out-1000' },
    { prefix: 'a/out', suffix: null, path: 'a/out-1000' },
    { prefix: '', suffix: 'txt', path: '1000.txt' },
    { prefix: null, suffix: undefined, path: '1000' },
    { prefix: 'v0', suffix: 'v10', path: 'v0-1000.v10' },
  ];
  for (const { prefix, suffix, path } of cases) {
    it(`is ${path} for ${String(prefix)} and ${String(suffix)}`, () => {
      expect(batchPath(prefix, suffix, 1000)).to.equal(path);
      expect(isBatchName(prefix, suffix)(path.split('/').at(-1)!)).to.equal(true);
      expect(isBatchName(prefix, suffix)(`x${path.split('/').at(-1)!}`)).to.equal(false);
    });
  }
});

describe('saveFiles', () => {
  it('writes a directory a batch, a file a partition, and leaves nothing else', async () => {
    const files = memoryFiles();
    const t = new EngineHarness({ batchMs: 1000, files });
    saveFiles(t.input([['a', 'b', 'c'], []], 2), 'saveAsTextFiles', 'out', 'txt', LINES, files);
    await t.run(2);
    await t.stop();
    expect(await namesIn(files, '/home')).to.deep.equal(['out-1000.txt', 'out-2000.txt']);
    expect(await contentOf(files, 'out-1000.txt')).to.deep.equal({
      _SUCCESS: '',
      'part-00000': 'a\n',
      'part-00001': 'b\nc\n',
    });
    expect(await contentOf(files, 'out-2000.txt')).to.deep.equal({ _SUCCESS: '', 'part-00000': '', 'part-00001': '' });
  });

  for (const path of ['hdfs://host/out', 's3://bucket/out', 's3a://bucket/out', 'abfss://x@y/out']) {
    it(`refuses ${path} at the call`, () => {
      const t = new EngineHarness({ batchMs: 1000 });
      const stream = t.input([], 1);
      expect(() => saveFiles(stream, 'saveAsTextFiles', path, '', LINES, memoryFiles()))
        .to.throw()
        .with.property('code', 'NEEDS_CONNECTOR');
      expect(() => save(parallelize(t.core, [1]), path, LINES, memoryFiles(), 'saveAsTextFile'))
        .to.throw()
        .with.property('code', 'NEEDS_CONNECTOR');
    });
  }

  it('keeps a batch that was complete before a recovery, and writes one that was not', async () => {
    const files = memoryFiles();
    await files.write('out-1000/_SUCCESS', new Uint8Array(0));
    await files.write('out-1000/part-00000', Buffer.from('before'));
    await files.write('out-2000/part-00000', Buffer.from('half'));
    const t = new EngineHarness({ batchMs: 1000, files });
    t.core.isRecoveredRerun = () => true;
    saveFiles(t.input([['a'], ['b']], 1), 'saveAsTextFiles', 'out', null, LINES, files);
    await t.run(2);
    await t.stop();
    expect(await contentOf(files, 'out-1000')).to.deep.equal({ _SUCCESS: '', 'part-00000': 'before' });
    expect(await contentOf(files, 'out-2000')).to.deep.equal({ _SUCCESS: '', 'part-00000': 'b\n' });
  });

  it('replaces what an earlier start wrote, and sweeps what it left half done', async () => {
    const files = memoryFiles();
    await files.write('out-1000/part-00007', Buffer.from('old'));
    await files.write('.out-9000.writing/part-00000.0', Buffer.from('debris'));
    await files.write('.out-8000.replaced/part-00000', Buffer.from('moved aside, and nothing took its place'));
    await files.write('.other-1.writing/x', Buffer.from('of somebody else'));
    const t = new EngineHarness({ batchMs: 1000, files });
    saveFiles(t.input([['a']], 1), 'saveAsTextFiles', 'out', null, LINES, files);
    await t.run(1);
    await t.stop();
    expect(await namesIn(files, '/home')).to.deep.equal(['.other-1.writing', 'out-1000', 'out-8000']);
    expect(await contentOf(files, 'out-1000')).to.deep.equal({ _SUCCESS: '', 'part-00000': 'a\n' });
  });
});

describe('save', () => {
  const saved = async (plan: PlanSpec, make: (t: EngineHarness) => Rdd) => {
    const files = memoryFiles();
    const t = new EngineHarness({ batchMs: 1000, files });
    await save(make(t), 'out', plan, files, 'save');
    return { t, files, content: await contentOf(files, 'out') };
  };
  const pairs = [
    ['a', 1],
    ['b', 2],
  ];
  const plan = (options: object) => pairsPlan({ dialect: 'array', text: JAVA, isNewApi: false, ...options });

  it('refuses a directory that is there, outside of batches', async () => {
    const { t, files } = await saved(LINES, (on) => parallelize(on.core, [1, 2, 3], 3));
    const again = await failureOf(save(parallelize(t.core, [5], 1), 'out', LINES, files, 'save'));
    expect(again?.code).to.equal('OUTPUT_EXISTS');
    expect(Object.keys(await contentOf(files, 'out'))).to.have.length(4);
    await t.stop();
  });

  it('compresses text', async () => {
    const { t, content } = await saved(textPlan(JAVA, 'gzip'), (on) => parallelize(on.core, ['a', 'b'], 1));
    expect(Object.keys(content)).to.deep.equal(['_SUCCESS', 'part-00000.gz']);
    expect(gunzipSync(Buffer.from(content['part-00000.gz']!, 'latin1')).toString()).to.equal('a\nb\n');
    await t.stop();
  });

  it('writes pairs as key, tab, value, one alone without the tab', async () => {
    const records = [...pairs, [null, 'v'], ['k', null], [null, null]];
    const { t, content } = await saved(plan({}), (on) => parallelize(on.core, records, 1));
    expect(content['part-00000']).to.equal('a\t1\nb\t2\nv\nk\n');
    await t.stop();
  });

  it('names files as the new API does', async () => {
    const { t, content } = await saved(plan({ isNewApi: true }), (on) => parallelize(on.core, pairs, 2));
    expect(Object.keys(content)).to.deep.equal(['_SUCCESS', 'part-r-00000', 'part-r-00001']);
    await t.stop();
  });

  it('writes sequence files and object files that can be read again', async () => {
    const sequence = plan({ format: 'SequenceFileOutputFormat', codec: 'deflate' });
    const { t, files } = await saved(sequence, (on) => parallelize(on.core, pairs, 2));
    expect(await collect(sequenceFile(t.core, 'out', 'array'))).to.deep.equal(pairs);
    const records = Array.from({ length: 25 }, (_, i) => ({ i, tags: new Set([i]) }));
    await save(parallelize(t.core, records, 2), 'objects', objectPlan(), files, 'save');
    expect(await collect(objectFile(t.core, 'objects'))).to.deep.equal(records);
    await t.stop();
  });

  it('writes with a format of the program itself', async () => {
    const format = {
      extension: () => '.csv',
      writer: async (sink: { write(bytes: Uint8Array): Promise<void> }) => ({
        write: (records: readonly (readonly unknown[])[]) => sink.write(Buffer.from(`${records.join('\n')}\n`)),
        close: () => sink.write(Buffer.from('end')),
      }),
    };
    const { t, content } = await saved(plan({ format }), (on) => parallelize(on.core, pairs, 1));
    expect(content).to.deep.equal({ _SUCCESS: '', 'part-00000.csv': 'a,1\nb,2\nend' });
    await t.stop();
  });

  for (const [what, options, code] of [
    ['an unknown format', { format: 'org.example.Parquet' }, 'UNSUPPORTED'],
    ['what is no format', { format: {} }, 'OPTIONS_INVALID'],
    ['an unknown codec', { codec: 'org.apache.hadoop.io.compress.SnappyCodec' }, 'UNSUPPORTED'],
    ['an unknown class', { format: 'SequenceFileOutputFormat', keyClass: 'org.example.Point' }, 'UNSUPPORTED'],
    ['an unknown class of text', { valueClass: 'org.example.Point' }, 'UNSUPPORTED'],
    ['what is no class', { keyClass: 5 }, 'UNSUPPORTED'],
  ] as const) {
    it(`refuses ${what} at the call`, () =>
      expect(() => plan(options))
        .to.throw()
        .with.property('code', code));
  }

  for (const isRecovery of [false, true]) {
    it(`is whole after the process died at any call of the disk (${isRecovery ? 'recovery' : 'another start'})`, async () => {
      const old = { _SUCCESS: '', 'part-00000': 'old\n' };
      const renewed = { _SUCCESS: '', 'part-00000': 'new\n' };
      const seen = new Set<string>();
      for (let n = 1; ; n++) {
        const { disk, files } = memory();
        const run = async (on: LocalFileSystem, value: string) => {
          const t = new EngineHarness({ batchMs: 1000, files: on });
          t.core.isRecoveredRerun = () => isRecovery && on === files && value === 'new';
          const rdd = Object.assign(parallelize(t.core, [value], 1), { timeMs: 1000 });
          const error = await failureOf(save(rdd, 'out', LINES, on, 'save'));
          await t.stop();
          return error;
        };
        await run(files, 'old');
        const dying = failingAt(disk, n, true);
        const error = await run(new LocalFileSystem({ disk: dying, workingDirectory: '/home' }), 'new');
        expect(await run(files, 'new')).to.equal(undefined);
        expect(await namesIn(files, '/home')).to.deep.equal(['out']);
        const found = await contentOf(files, 'out');
        expect([JSON.stringify(old), JSON.stringify(renewed)]).to.include(JSON.stringify(found));
        seen.add(found['part-00000']!);
        if (error === undefined) break;
        expect(n).to.be.below(200);
      }
      // After a recovery a complete directory of the same batch is left alone; else the batch is written again.
      expect([...seen].sort()).to.deep.equal(isRecovery ? ['new\n', 'old\n'] : ['new\n']);
    });
  }

  it('counts the file of the task that ended, not of one that was lost', async () => {
    const files = memoryFiles();
    const directory = new OutputDirectory(files, 'out');
    await directory.prepare('fail');
    await files.write(`${directory.temporary}/part-00000.0`, Buffer.from('of a thread that was lost'));
    const target = { temporary: directory.temporary, directory: directory.path, prefix: 'part-' };
    const open = async (sink: ByteSink) => ({ write: async () => {}, close: () => sink.write(Buffer.from('whole')) });
    const part = await writePart(files, target, 0, open, async () => {});
    expect(part.file).to.equal('part-00000.1');
    await directory.commit([part], '.txt');
    expect(await contentOf(files, 'out')).to.deep.equal({ _SUCCESS: '', 'part-00000.txt': 'whole' });
  });

  it('leaves nothing of a batch whose function threw', async () => {
    const files = memoryFiles();
    const t = new EngineHarness({ batchMs: 1000, files });
    const bad = transformRecords(
      parallelize(t.core, [1, 2], 2),
      'map',
      [
        () => {
          throw new Error('no');
        },
      ],
      'array',
    );
    expect((await failureOf(save(bad, 'out', LINES, files, 'saveAsTextFile')))?.code).to.equal('USER_FUNCTION_FAILED');
    expect(await namesIn(files, '/home')).to.deep.equal([]);
    await t.stop();
  });

  it('leaves the old directory or the new one, whichever call of the disk fails', async () => {
    for (let n = 1; ; n++) {
      const { disk, files } = memory();
      const before = new EngineHarness({ batchMs: 1000, files });
      const inBatch = (on: EngineHarness, values: unknown[]) =>
        Object.assign(parallelize(on.core, values, 2), { timeMs: 1000 });
      await save(inBatch(before, ['old', 'old']), 'out', LINES, files, 'save');
      await before.stop();
      const faulty = failingAt(disk, n);
      const faultyFiles = new LocalFileSystem({ disk: faulty, workingDirectory: '/home' });
      const t = new EngineHarness({ batchMs: 1000, files: faultyFiles });
      const error = await failureOf(save(inBatch(t, ['new', 'new']), 'out', LINES, faultyFiles, 'save'));
      const isNew = { _SUCCESS: '', 'part-00000': 'new\n', 'part-00001': 'new\n' };
      if (error !== undefined) {
        const left = await contentOf(files, 'out').catch(() => undefined);
        // In between, both stand beside the place; whoever comes next puts one there.
        if (left !== undefined) expect(Object.values(left).join('')).to.be.oneOf(['old\nold\n', 'new\nnew\n']);
        // A disk that works again: the batch leaves what it always leaves.
        await save(inBatch(t, ['new', 'new']), 'out', LINES, files, 'save');
      }
      expect(await contentOf(files, 'out')).to.deep.equal(isNew);
      expect(await namesIn(files, '/home')).to.deep.equal(['out']);
      await t.stop();
      if (error === undefined && faulty.calls < n) break;
      expect(n).to.be.below(500);
    }
  });
});
