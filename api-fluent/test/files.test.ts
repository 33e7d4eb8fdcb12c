import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { createLogger, SparkConf, SparkCore } from '../../core/internal.ts';
import { IntWritable, SparkContext, Text } from '../index.ts';
import { createTestContext, runJobTest } from '../../testing/index.ts';

const conf = () => new SparkConf(false).setMaster('local').setAppName('files');

describe('files of the fluent surface', () => {
  let folder: string;
  let sc: SparkContext;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams files '));
    sc = new SparkContext(new SparkCore(conf(), { logger: createLogger({ log() {} }, () => 'OFF') }) as never);
  });
  afterEach(async () => {
    await sc.stop();
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const codeOf = (done: Promise<unknown>) => done.then(String, (error: { code: string }) => error.code);

  it('are read by path, URL, directory, pattern and list', async () => {
    write('a.txt', 'one\ntwo');
    write('b.gz', gzipSync('three\n'));
    write('_hidden', 'no');
    write('.hidden', 'no');
    const url = pathToFileURL(folder).href;
    expect(url).to.contain('%20');
    for (const path of [
      folder,
      url,
      `file:${folder}`,
      `${folder}/*`,
      `${url}/a.txt,${folder}/b.gz`,
      `${url}/{a.txt,b.gz}`,
    ]) {
      const found = await sc.textFile(path).collect();
      expect(found, path).to.deep.equal(
        path === `${folder}/*` ? ['no', 'one', 'two', 'three'] : ['one', 'two', 'three'],
      );
    }
    expect(await sc.wholeTextFiles(`${folder}/a.txt`).collect()).to.deep.equal([[`file:${folder}/a.txt`, 'one\ntwo']]);
    expect(await sc.binaryRecords(`${folder}/a.txt`, 7).collect()).to.deep.equal([
      new Uint8Array(Buffer.from('one\ntwo')),
    ]);
  });

  it('are missing when the first action looks for them', async () => {
    const lines = sc.textFile(`${folder}/none`);
    expect(await codeOf(lines.count())).to.equal('INPUT_NOT_FOUND');
    write('none', 'there');
    expect(await lines.collect()).to.deep.equal(['there']);
  });

  it('of another scheme are refused at the call', () => {
    const calls = [
      () => sc.textFile('hdfs://host/a'),
      () => sc.objectFile('s3a://bucket/a'),
      () => sc.binaryFiles('s3://bucket/a'),
      () => sc.parallelize(['a']).saveAsTextFile('hdfs://host/out'),
      () => sc.parallelize([['a', 1]]).saveAsHadoopFile('s3a://bucket/out'),
    ];
    for (const call of calls) expect(call).to.throw().with.property('code', 'NEEDS_CONNECTOR');
  });

  it('are written as text, objects, sequence files', async () => {
    const pairs = sc.parallelize(
      [
        ['a', 1],
        ['b', 2],
      ],
      2,
    );
    await pairs.saveAsTextFile(`file://${folder}/text`);
    expect(readdirSync(`${folder}/text`)).to.deep.equal(['_SUCCESS', 'part-00000', 'part-00001']);
    expect(read('text/part-00000')).to.equal('(a,1)\n');
    await pairs.saveAsHadoopFile(`${folder}/tabs`, { codec: 'gzip' });
    expect(await sc.textFile(`${folder}/tabs`).collect()).to.deep.equal(['a\t1', 'b\t2']);
    await pairs.saveAsObjectFile(`${folder}/objects`);
    expect(await sc.objectFile(`${folder}/objects`).collect()).to.deep.equal([
      ['a', 1],
      ['b', 2],
    ]);
    await pairs.saveAsSequenceFile(`${folder}/sequence`, 'deflate');
    const options = { keyClass: Text, valueClass: 'IntWritable' };
    expect(await sc.sequenceFile(`${folder}/sequence`, options).collect()).to.deep.equal([
      ['a', 1],
      ['b', 2],
    ]);
    await pairs.saveAsNewAPIHadoopFile(`${folder}/new`, {
      format: 'SequenceFileOutputFormat',
      valueClass: 'DoubleWritable',
    });
    expect(readdirSync(`${folder}/new`)).to.deep.equal(['_SUCCESS', 'part-r-00000', 'part-r-00001']);
    const doubles = sc.newAPIHadoopFile<string, number>(`${folder}/new`, 'SequenceFileInputFormat');
    expect(await doubles.mapValues((n) => n / 2).collect()).to.deep.equal([
      ['a', 0.5],
      ['b', 1],
    ]);
    expect(await codeOf(pairs.saveAsTextFile(`${folder}/text`))).to.equal('OUTPUT_EXISTS');
  });

  it('are written as settings say', async () => {
    const conf = {
      'mapred.output.dir': `${folder}/out`,
      'mapred.output.format.class': 'org.apache.hadoop.mapred.TextOutputFormat',
      'mapred.textoutputformat.separator': '=',
      'mapred.output.compress': 'true',
    };
    await sc.parallelize([['a', 1]], 1).saveAsHadoopDataset(conf);
    expect(readdirSync(`${folder}/out`)).to.deep.equal(['_SUCCESS', 'part-00000.deflate']);
    expect(await sc.textFile(`${folder}/out`).collect()).to.deep.equal(['a=1']);
  });

  it('are written batch by batch', async () => {
    const t = createTestContext({ batchMs: 1000 });
    const words = t.input([['a', 'b'], []], { partitions: 1 }).map((w) => [w, 1]);
    words.saveAsTextFiles(`${folder}/text`, 'txt');
    words.saveAsObjectFiles(`${folder}/objects`);
    words.saveAsHadoopFiles(`${folder}/pairs`, 'seq', { format: 'SequenceFileOutputFormat', valueClass: IntWritable });
    words.saveAsNewAPIHadoopFiles(`${folder}/new`);
    await t.run(2);
    expect(readdirSync(folder)).to.deep.equal([
      'new-1000',
      'new-2000',
      'objects-1000',
      'objects-2000',
      'pairs-1000.seq',
      'pairs-2000.seq',
      'text-1000.txt',
      'text-2000.txt',
    ]);
    expect(read('text-1000.txt/part-00000')).to.equal('(a,1)\n(b,1)\n');
    expect(read('new-1000/part-r-00000')).to.equal('a\t1\nb\t1\n');
    expect(await sc.sequenceFile(`${folder}/pairs-*.seq`).collect()).to.deep.equal([
      ['a', 1],
      ['b', 1],
    ]);
    expect(await sc.objectFile(`${folder}/objects-1000`).count()).to.equal(2);
    await t.stop();
  });

  it('are written and read on worker threads', async () => {
    write('in', 'x\ny\n');
    const job = new URL('./jobs/files.ts', import.meta.url);
    const pairs = [
      ['a', 'a worker'],
      ['b', 'a worker'],
    ];
    expect(await runJobTest(job, [folder], { master: 'local[2]' })).to.deep.equal({
      read: ['x read on a worker', 'y read on a worker'],
      sequence: pairs,
      objects: pairs,
    });
    expect(read('text-1000/part-00001')).to.equal('(b,a worker)\n');
    expect(read('own-1000/part-00000')).to.equal('1 written on a worker\n');
  });
});
