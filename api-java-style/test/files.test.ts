import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger, SparkConf, SparkCore } from '../../core/internal.ts';
import {
  BytesWritable,
  DefaultCodec,
  DoubleWritable,
  FileInputFormat,
  FileOutputFormat,
  FloatWritable,
  GzipCodec,
  IntWritable,
  type JavaPairRDD,
  JavaSparkContext,
  JobConf,
  KeyValueTextInputFormat,
  LongWritable,
  NullWritable,
  SequenceFileInputFormat,
  SequenceFileOutputFormat,
  Text,
  TextInputFormat,
  TextOutputFormat,
  Tuple2,
} from '../index.ts';
import { pairBatches, virtualContext } from './run.ts';

const conf = () => new SparkConf(false).setMaster('local').setAppName('files');

describe('files of the Java surface', () => {
  let folder: string;
  let sc: JavaSparkContext;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-'));
    sc = new JavaSparkContext(new SparkCore(conf(), { logger: createLogger({ log() {} }, () => 'OFF') }));
  });
  afterEach(async () => {
    await sc.stop();
    rmSync(folder, { recursive: true });
  });
  const names = (path: string) => readdirSync(join(folder, path));
  const text = (path: string) => readFileSync(join(folder, path), 'utf8');
  const pairs = (): JavaPairRDD<Text, IntWritable> =>
    sc.parallelizePairs(
      [new Tuple2(new Text('a'), new IntWritable(1)), new Tuple2(new Text('b'), new IntWritable(2))],
      1,
    );

  describe('saveAsHadoopFile', () => {
    const gzip = new JobConf();
    FileOutputFormat.setOutputCompressorClass(gzip, GzipCodec.class);
    const cases: { name: string; args: [unknown?, unknown?, unknown?, unknown?]; files: string[] }[] = [
      { name: 'no classes', args: [], files: ['_SUCCESS', 'part-00000'] },
      {
        name: 'text',
        args: [Text.class, IntWritable.class, TextOutputFormat.class],
        files: ['_SUCCESS', 'part-00000'],
      },
      {
        name: 'a codec',
        args: [Text.class, IntWritable.class, TextOutputFormat.class, GzipCodec.class],
        files: ['_SUCCESS', 'part-00000.gz'],
      },
      {
        name: 'a JobConf',
        args: [Text.class, IntWritable.class, TextOutputFormat.class, gzip],
        files: ['_SUCCESS', 'part-00000.gz'],
      },
      {
        name: 'names',
        args: [
          'org.apache.hadoop.io.Text',
          'org.apache.hadoop.io.IntWritable',
          'org.apache.hadoop.mapred.TextOutputFormat',
          DefaultCodec.class,
        ],
        files: ['_SUCCESS', 'part-00000.deflate'],
      },
    ];
    for (const { name, args, files } of cases) {
      it(`takes ${name}`, async () => {
        await pairs().saveAsHadoopFile(`${folder}/out`, ...(args as []));
        expect(names('out')).to.deep.equal(files);
        expect(String(await sc.textFile(`file://${folder}/out`).collect())).to.equal('[a\t1, b\t2]');
      });
    }
  });

  it('sequence files come back as writables', async () => {
    await pairs().saveAsHadoopFile(`${folder}/out`, Text.class, IntWritable.class, SequenceFileOutputFormat.class);
    const back = sc.sequenceFile<Text, IntWritable>(`${folder}/out`, Text.class, IntWritable.class);
    expect(String(await back.collect())).to.equal('[(a,1), (b,2)]');
    const total = await back.map((pair) => pair._2().get()).reduce((a, b) => a + b);
    expect(total).to.equal(3);
    const counted = await back
      .mapToPair((p) => new Tuple2(p._1(), 1))
      .reduceByKey((a, b) => a + b)
      .count();
    expect(counted).to.equal(2);
    const other = await sc
      .hadoopFile<Text, IntWritable>(`${folder}/out`, SequenceFileInputFormat.class, Text.class, IntWritable.class)
      .count();
    expect(other).to.equal(2);
  });

  it('lines come as LongWritable and Text, or as two Texts', async () => {
    writeFileSync(join(folder, 'a'), 'k\tv\nx\n');
    const lines = sc.newAPIHadoopFile<LongWritable, Text>(
      `${folder}/a`,
      TextInputFormat.class,
      LongWritable.class,
      Text.class,
    );
    expect(String(await lines.collect())).to.equal('[(0,k\tv), (4,x)]');
    const parted = sc.hadoopFile<Text, Text>(`${folder}/a`, KeyValueTextInputFormat.class, Text.class, Text.class, 1);
    expect(String(await parted.collect())).to.equal('[(k,v), (x,)]');
    const [file] = await sc.binaryFiles(`${folder}/a`).values().collect();
    expect(Buffer.from(file!.toArray()).toString()).to.equal('k\tv\nx\n');
  });

  it('hadoopRDD reads where a JobConf says', async () => {
    writeFileSync(join(folder, 'a'), 'x\n');
    writeFileSync(join(folder, 'b'), 'y\n');
    const conf = new JobConf();
    expect(() => sc.hadoopRDD(conf))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    FileInputFormat.setInputPaths(conf, `${folder}/a`);
    FileInputFormat.addInputPath(conf, `${folder}/b`);
    const read = sc.hadoopRDD<LongWritable, Text>(conf, TextInputFormat.class, LongWritable.class, Text.class);
    expect(String(await read.values().collect())).to.equal('[x, y]');
    const again = sc.newAPIHadoopRDD<LongWritable, Text>(conf, TextInputFormat.class, LongWritable.class, Text.class);
    expect(await again.count()).to.equal(2);
  });

  it('saveAsHadoopDataset does what a JobConf says', async () => {
    const conf = new JobConf(sc.hadoopConfiguration());
    conf.setOutputFormat(SequenceFileOutputFormat.class);
    conf.setOutputKeyClass(Text.class);
    conf.setOutputValueClass(IntWritable.class);
    SequenceFileOutputFormat.setOutputCompressionType(conf, 'BLOCK');
    expect(() => pairs().saveAsHadoopDataset(conf))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    FileOutputFormat.setOutputPath(conf, `${folder}/out`);
    await pairs().saveAsHadoopDataset(conf);
    expect(text('out/part-00000')).to.contain('DefaultCodec');
    expect(await sc.sequenceFile(`${folder}/out`).count()).to.equal(2);
  });

  it('streams write a directory a batch', async () => {
    const t = virtualContext();
    const stream = pairBatches(t.ssc, ['a1 b2', '']);
    stream.saveAsHadoopFiles(`${folder}/text`, 'txt');
    stream.saveAsHadoopFiles(`${folder}/seq`, '', Text.class, IntWritable.class, SequenceFileOutputFormat.class);
    stream.saveAsNewAPIHadoopFiles(
      `${folder}/new`,
      null,
      Text.class,
      IntWritable.class,
      TextOutputFormat.class,
      new JobConf(),
    );
    stream.saveAsObjectFiles(`${folder}/objects`);
    stream.saveAsTextFiles(`${folder}/lines`);
    await t.run(2);
    await t.stop();
    expect(names('.')).to.have.length(10);
    expect(text('text-1000.txt/part-00000')).to.equal('a\t1\nb\t2\n');
    expect(text('new-1000/part-r-00000')).to.equal('a\t1\nb\t2\n');
    expect(text('lines-1000/part-00000')).to.equal('(a,1)\n(b,2)\n');
    expect(String(await sc.sequenceFile(`${folder}/seq-1000`).collect())).to.equal('[(a,1), (b,2)]');
    expect(String(await sc.objectFile(`${folder}/objects-1000`).collect())).to.equal('[(a,1), (b,2)]');
    expect(await sc.objectFile(`${folder}/objects-2000`).count()).to.equal(0);
  });
});

describe('writables', () => {
  it('have the methods of Java', () => {
    const word = new Text();
    word.set('naïve');
    expect([
      word.toString(),
      word.getLength(),
      word.equals(new Text('naïve')),
      word.compareTo(new Text('z')) < 0,
    ]).to.deep.equal(['naïve', 6, true, true]);
    const n = new IntWritable();
    n.set(5);
    expect([
      n.get(),
      n.hashCode(),
      n.equals(new IntWritable(5)),
      n.equals(new LongWritable(5)),
      String(n),
    ]).to.deep.equal([5, 5, true, false, '5']);
    expect(String(new DoubleWritable(1))).to.equal('1.0');
    expect(String(new FloatWritable(0.1))).to.equal('0.1');
    expect(String(new BytesWritable(new Uint8Array([0, 255])))).to.equal('00 ff');
    expect(String(NullWritable.get())).to.equal('(null)');
    expect(new LongWritable(2n ** 60n).get()).to.equal(2n ** 60n);
    expect(new LongWritable(7n).get()).to.equal(7);
  });

  for (const make of [() => new IntWritable(2 ** 31), () => new IntWritable(1.5), () => new LongWritable(2n ** 63n)]) {
    it(`refuse ${make}`, () => expect(make).to.throw().with.property('code', 'RECORD_CLASS_WRONG'));
  }
});
