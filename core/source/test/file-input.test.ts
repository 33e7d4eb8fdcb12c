import { expect } from 'chai';
import { fileStream, textFileStream } from '../../engine/file-stream.ts';
import { SequenceFileInputFormat, TextLines } from '../../format/index.ts';
import { streamOps } from '../../internal.ts';
import { collectPartitions, parallelize } from '../../rdd/index.ts';
import { pairsPlan, save } from '../../sink/save.ts';
import { writeFile } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { type FileStatus, LocalFileSystem } from '../../storage/file-system.ts';
import { textFile, wholeTextFiles } from '../file-inputs.ts';
import { EngineHarness } from '../../testing/harness.ts';
import type { StreamRef } from '../../plan/index.ts';
import { window } from '../../window/window.ts';

/** An engine over files in memory that are dated by its clock. */
function harness({ conf = {}, files: given }: { conf?: Record<string, string>; files?: LocalFileSystem } = {}) {
  let t: EngineHarness;
  const disk = new MemoryDisk({ now: () => t.clock.now() });
  const files = given ?? new LocalFileSystem({ disk, workingDirectory: '/' });
  t = new EngineHarness({ batchMs: 1000, files, conf, onFailure: 'keep' });
  const batches = new Map<number, unknown[][]>();
  return {
    t,
    files,
    batches,
    record: (stream: StreamRef) =>
      streamOps.output(stream, 'foreachRDD', async (rdd, timeMs) => {
        batches.set(timeMs, await collectPartitions(rdd));
      }),
    /** As a program does it: written elsewhere, moved into the directory. */
    async put(path: string, text: string) {
      await files.write('/elsewhere/part', new TextEncoder().encode(text));
      await files.rename('/elsewhere/part', path);
    },
  };
}

describe('a file stream', () => {
  it('gives each batch the lines of the files that are new, a partition a file, by name', async () => {
    const { t, files, batches, record, put } = harness();
    await files.makeDirectory('/in');
    record(textFileStream(t.engine, '/in'));
    await t.run(1);
    t.clock.advance(400);
    await put('/in/b', 'three\n');
    await put('/in/a', 'one\ntwo\n');
    await put('/in/.hidden', 'no\n');
    t.clock.advance(600);
    await t.engine.idle();
    await t.run(1);
    expect([...batches]).to.deep.equal([
      [1000, []],
      [2000, [['one', 'two'], ['three']]],
      [3000, []],
    ]);
    await t.stop();
  });

  it('leaves files that were there, unless newFilesOnly is false', async () => {
    for (const newFilesOnly of [true, false]) {
      const { t, batches, record, put, files } = harness();
      await files.makeDirectory('/in');
      t.clock.advance(500);
      await put('/in/a', 'old');
      const format = new TextLines();
      record(fileStream(t.engine, 'fileStream', '/in', { format, records: 'values', newFilesOnly }));
      await t.start();
      t.clock.advance(500);
      await t.engine.idle();
      expect(batches.get(1000)).to.deep.equal(newFilesOnly ? [] : [['old']]);
      await t.stop();
    }
  });

  it('reads the sequence files that an output wrote, as plain values or as writables', async () => {
    const { t, batches, record, files } = harness();
    await files.makeDirectory('/in');
    const format = 'SequenceFileOutputFormat';
    const plan = pairsPlan({ dialect: 'array', text: { kind: 'java' }, isNewApi: false, format, codec: 'gzip' });
    await save(parallelize(t.core, [['a', 1]], 1), '/out', plan, files, 'save');
    const texts: string[] = [];
    record(fileStream(t.engine, 'fileStream', '/in', { format: new SequenceFileInputFormat(), records: 'array' }));
    const tuples = fileStream(t.engine, 'fileStream', '/in', {
      format: new SequenceFileInputFormat(),
      records: 'tuple',
    });
    streamOps.output(tuples, 'foreachRDD', async (rdd) => {
      texts.push(String(await collectPartitions(rdd)));
    });
    await t.start();
    t.clock.advance(500);
    // Moving keeps the time of a file: writing is what dates it.
    await files.write('/in/a', await files.read('/out/part-00000', 10_000));
    t.clock.advance(500);
    await t.engine.idle();
    expect(batches.get(1000)).to.deep.equal([[['a', 1]]]);
    expect(texts).to.deep.equal(['(a,1)']);
    await t.stop();
  });

  it('asks the filter in place of its own rule, and gives pairs', async () => {
    const { t, batches, record, put, files } = harness();
    await files.makeDirectory('/in');
    const asked: string[] = [];
    const filter = (path: { getName(): string }) => {
      asked.push(String(path));
      return path.getName().startsWith('.');
    };
    record(fileStream(t.engine, 'fileStream', '/in', { format: new TextLines(), records: 'array', filter }));
    await t.start();
    t.clock.advance(1);
    await put('/in/a', 'no');
    await put('/in/.b', 'yes\nno\n');
    t.clock.advance(999);
    await t.engine.idle();
    expect(batches.get(1000)).to.deep.equal([
      [
        [0, 'yes'],
        [4, 'no'],
      ],
    ]);
    expect(asked.sort()).to.deep.equal(['file:/in/.b', 'file:/in/a']);
    await t.stop();
  });

  it('looks into all directories of a pattern, those that come later as well', async () => {
    const { t, batches, record, put, files } = harness();
    record(textFileStream(t.engine, '/logs/*'));
    await t.run(1);
    t.clock.advance(1);
    for (const directory of ['/logs/a', '/logs/b']) await files.makeDirectory(directory);
    await put('/logs/a/1', 'one');
    await put('/logs/b/2', 'two');
    t.clock.advance(999);
    await t.engine.idle();
    expect(batches.get(2000)).to.deep.equal([['one'], ['two']]);
    await t.stop();
  });

  it('gives an empty batch and a warning where the listing fails, and goes on', async () => {
    let fails = true;
    class Flaky extends LocalFileSystem {
      override async list(path: string): Promise<FileStatus[]> {
        if (fails) throw new Error('the disk is away');
        return super.list(path);
      }
    }
    let now = 0;
    const flaky = new Flaky({ disk: new MemoryDisk({ now: () => now }), workingDirectory: '/' });
    const { t, batches, record } = harness({ files: flaky });
    await flaky.makeDirectory('/in');
    now = 500;
    await flaky.write('/in/a', new TextEncoder().encode('kept'));
    record(textFileStream(t.engine, '/in'));
    await t.run(1);
    fails = false;
    await t.run(1);
    expect([...batches]).to.deep.equal([
      [1000, []],
      [2000, [['kept']]],
    ]);
    expect(t.log.messages('WARN').join('\n')).to.match(/Error finding new files in \/in \(the disk is away\)/);
    await t.stop();
  });

  it('says once that there is no such directory, and reads it when there is', async () => {
    const { t, files, batches, record, put } = harness();
    await put('/in', 'a file');
    record(textFileStream(t.engine, '/in'));
    await t.run(2);
    const said = () => t.log.messages('WARN').filter((text) => text.includes('There is no directory /in'));
    expect(said()).to.have.length(1);
    await files.remove('/in');
    await files.makeDirectory('/in');
    t.clock.advance(400);
    await put('/in/a', 'one\n');
    t.clock.advance(600);
    await t.engine.idle();
    expect(batches.get(3000)).to.deep.equal([['one']]);
    await files.remove('/in');
    await t.run(2);
    expect(said()).to.have.length(2);
    await t.stop();
  });

  it('says that a file was empty when it came: it is not read again', async () => {
    const { t, files, batches, record, put } = harness();
    await files.makeDirectory('/in');
    record(textFileStream(t.engine, '/in'));
    await t.run(1);
    t.clock.advance(400);
    await put('/in/none', '');
    t.clock.advance(600);
    await t.engine.idle();
    await files.write('/in/none', new TextEncoder().encode('late'));
    await t.run(2);
    // Not one partition either, here and for data sets; whole files are records though they are empty.
    expect([...batches.values()].flat()).to.deep.equal([]);
    await files.write('/in/none', new Uint8Array(0));
    expect(await collectPartitions(textFile(t.core, '/in', 3))).to.deep.equal([]);
    expect(await collectPartitions(wholeTextFiles(t.core, '/in', 'array'))).to.deep.equal([[['file:/in/none', '']]]);
    const said = t.log.messages('ERROR');
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^File \/in\/none has no data in it/);
    await t.stop();
  });

  it('reads names that Hadoop hides, or takes for patterns', async () => {
    const { t, files, batches, record, put } = harness();
    await files.makeDirectory('/in');
    record(textFileStream(t.engine, '/in'));
    await t.start();
    t.clock.advance(500);
    const names = ['_a', 'a,b', 'a:b', 'a{b', '[a]', 'a\\b', '_temporary', '%20'];
    for (const name of names) await put(`/in/${name}`, name);
    t.clock.advance(500);
    await t.engine.idle();
    expect(batches.get(1000)?.flat()).to.have.members(names);
    await t.stop();
  });

  it('leaves out what vanishes while the directory is listed; what appears comes with the next batch', async () => {
    let t: EngineHarness;
    class Busy extends MemoryDisk {
      override async stat(path: string) {
        if (path === '/in/gone' && super.statNow(path) !== undefined) {
          await this.remove(path);
          await writeFile(this, '/in/new', new TextEncoder().encode('new'));
        }
        return super.stat(path);
      }
    }
    const files = new LocalFileSystem({ disk: new Busy({ now: () => t.clock.now() }), workingDirectory: '/' });
    const h = harness({ files });
    t = h.t;
    await files.makeDirectory('/in');
    h.record(textFileStream(t.engine, '/in'));
    await t.start();
    t.clock.advance(500);
    for (const name of ['a', 'gone']) await files.write(`/in/${name}`, new TextEncoder().encode(name));
    t.clock.advance(500);
    await t.engine.idle();
    await t.run(1);
    expect([...h.batches]).to.deep.equal([
      [1000, [['a']]],
      [2000, [['new']]],
    ]);
    expect(t.failures).to.deep.equal([]);
    await t.stop();
  });

  it('warns of a listing that takes longer than a batch', async () => {
    let t: EngineHarness;
    let isSlow = true;
    class Slow extends LocalFileSystem {
      override async list(path: string): Promise<FileStatus[]> {
        if (isSlow) {
          isSlow = false;
          t.clock.advance(1500);
        }
        return super.list(path);
      }
    }
    const files = new Slow({ disk: new MemoryDisk({ now: () => t.clock.now() }), workingDirectory: '/' });
    const h = harness({ files });
    t = h.t;
    await files.makeDirectory('/in');
    h.record(textFileStream(t.engine, '/in'));
    await t.run(2);
    const said = t.log.messages('WARN').filter((text) => text.startsWith('Time taken to find new files'));
    expect(said).to.have.length(1);
    expect(said[0]).to.match(/^Time taken to find new files 1500 ms exceeds the batch size\. Consider increasing/);
    await t.stop();
  });

  it('fails the batch whose file has vanished', async () => {
    const { t, batches, record, put, files } = harness();
    await files.makeDirectory('/in');
    const stream = textFileStream(t.engine, '/in');
    streamOps.output(stream, 'foreachRDD', () => files.remove('/in/a'));
    record(stream);
    await t.start();
    t.clock.advance(1);
    await put('/in/a', 'gone');
    t.clock.advance(999);
    await t.engine.idle();
    expect(batches.has(1000)).to.equal(false);
    expect(String(t.failures[0]?.error)).to.match(/\/in\/a/);
    await t.run(1);
    expect(batches.get(2000)).to.deep.equal([]);
    await t.stop();
  });

  it('reads a file once for all windows that its batch is in, though it is the only one with files', async () => {
    const { t, batches, record, put, files } = harness();
    await files.makeDirectory('/in');
    record(window(textFileStream(t.engine, '/in'), 3000));
    await t.run(1);
    t.clock.advance(400);
    await put('/in/a', 'kept\n');
    t.clock.advance(600);
    await t.engine.idle();
    await files.remove('/in/a');
    await t.run(3);
    expect(t.failures.map(({ error }) => String(error))).to.deep.equal([]);
    expect([...batches]).to.deep.equal([
      [1000, []],
      [2000, [['kept']]],
      [3000, [['kept']]],
      [4000, [['kept']]],
      [5000, []],
    ]);
    await t.stop();
  });

  it('fails the output of a file that cannot be decompressed, says which, and goes on', async () => {
    const { t, batches, record, put, files } = harness();
    await files.makeDirectory('/in');
    record(textFileStream(t.engine, '/in'));
    const otherTimes: number[] = [];
    streamOps.output(t.input([[1], [2]], 1), 'foreachRDD', (_rdd, timeMs) => void otherTimes.push(timeMs));
    await t.start();
    t.clock.advance(1);
    await put('/in/a.bz2', 'BZh9');
    await put('/in/b', 'lost with it');
    t.clock.advance(999);
    await t.engine.idle();
    t.clock.advance(1);
    await put('/in/c', 'read');
    t.clock.advance(999);
    await t.engine.idle();
    expect([...batches]).to.deep.equal([[2000, [['read']]]]);
    expect(otherTimes).to.deep.equal([1000, 2000]);
    expect(t.failures).to.have.length(1);
    const [failure] = t.failures;
    expect(failure).to.deep.include({ at: 'batch', timeMs: 1000 });
    expect(failure?.error).to.include({ code: 'UNSUPPORTED' });
    expect(String(failure?.error)).to.match(
      /\/in\/a\.bz2: files that end in \.bz2 cannot be read\. Use \.gz or \.deflate/,
    );
    await t.stop();
  });

  it('fails the batch whose filter throws, and asks again for the next', async () => {
    const { t, batches, record, put, files } = harness();
    await files.makeDirectory('/in');
    let isBroken = true;
    const filter = () => {
      if (isBroken) throw new Error('no answer');
      return true;
    };
    record(fileStream(t.engine, 'fileStream', '/in', { format: new TextLines(), records: 'values', filter }));
    await t.start();
    t.clock.advance(1);
    await put('/in/a', 'kept');
    t.clock.advance(999);
    await t.engine.idle();
    expect(String(t.failures[0]?.error)).to.match(/no answer/);
    isBroken = false;
    await t.run(1);
    expect(batches.get(2000)).to.deep.equal([['kept']]);
    await t.stop();
  });

  it('tells listeners the files, and no records', async () => {
    const { t, record, put, files } = harness();
    await files.makeDirectory('/in');
    record(textFileStream(t.engine, '/in'));
    const infos: unknown[] = [];
    t.engine.addListener({
      onBatchCompleted: ({ batchInfo }) => {
        const info = batchInfo.streamIdToInputInfo().get(0)!;
        infos.push([info.numRecords(), info.metadataDescription()]);
      },
    });
    await t.start();
    t.clock.advance(1);
    await put('/in/b', 'x');
    await put('/in/a', 'x');
    t.clock.advance(999);
    await t.engine.idle();
    await t.stop();
    expect(infos.map(String)).to.deep.equal(['0,file:/in/a\nfile:/in/b']);
  });

  for (const directory of ['hdfs://host/in', 's3a://bucket/in']) {
    it(`needs a connector for ${directory}`, () => {
      const { t } = harness();
      expect(() => textFileStream(t.engine, directory))
        .to.throw()
        .with.property('code', 'NEEDS_CONNECTOR');
    });
  }
});
