import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { needs } from '../../../../bin/test/needs.ts';
import { toolFolder } from '../../../../bin/test-tools/tools.mjs';
import { localFiles } from '../../../engine/machine.ts';
import { collect, parallelize } from '../../../rdd/index.ts';
import { pairsPlan, save, textPlan } from '../../../sink/save.ts';
import { sequenceFile } from '../../../source/file-inputs.ts';
import { EngineHarness } from '../../../testing/harness.ts';
import {
  BooleanWritable,
  BytesWritable,
  Configuration,
  DoubleWritable,
  FloatWritable,
  IntWritable,
  LongWritable,
  NO_CONF,
  NullWritable,
  SequenceInput,
  Text,
  VIntWritable,
  VLongWritable,
  type Writable,
} from '../../index.ts';

const JAVA = { kind: 'java' } as const;
const LARGEST = 2n ** 63n - 1n;
const NUMBERS = [-1, 0, 100, -1_000_000, LARGEST];

/** The same values as Files.java writes. */
const SAMPLES: Record<string, (n: number | bigint, i: number) => Writable> = {
  Text: (_, i) => new Text(`text ${'ü'.repeat(i * 100)}`),
  IntWritable: (n) => new IntWritable(n === LARGEST ? 2 ** 31 - 1 : Number(n)),
  LongWritable: (n) => new LongWritable(n),
  DoubleWritable: (n) => new DoubleWritable(Number(n) / 3),
  FloatWritable: (n) => new FloatWritable(n === LARGEST ? 2.5 : Math.fround(Number(n)) / 3),
  BooleanWritable: (_, i) => new BooleanWritable(i % 2 === 1),
  BytesWritable: (_, i) => new BytesWritable(new Uint8Array([i, 255, 0])),
  NullWritable: () => NullWritable.get(),
  VIntWritable: (n) => new VIntWritable(n === LARGEST ? 2 ** 31 - 1 : Number(n)),
  VLongWritable: (n) => new VLongWritable(n),
};

function hadoop(...args: string[]): string[] {
  const source = fileURLToPath(new URL('./Files.java', import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    'java',
    ['-Dfile.encoding=UTF-8', '-cp', `${join(toolFolder('hadoop'), 'lib')}/*`, source, ...args],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').slice(0, -1);
}

const linesOf = (records: readonly (readonly [unknown, unknown])[]) => records.map(([k, v]) => `${k}\t${v}`);

async function recordsIn(path: string): Promise<[Writable, Writable][]> {
  const found: [Writable, Writable][] = [];
  const context = { files: localFiles(), conf: NO_CONF };
  for await (const some of new SequenceInput().read({ path, start: 0 }, context)) found.push(...some);
  return found;
}

const LAYOUTS = [
  { name: 'none', compression: 'NONE', settings: {} },
  ...['RECORD', 'BLOCK'].flatMap((compression) =>
    ['DefaultCodec', 'GzipCodec'].map((codec) => ({
      name: `${compression} ${codec}`,
      compression,
      settings: {
        'mapred.output.compress': 'true',
        'mapred.output.compression.type': compression,
        'mapred.output.compression.codec': `org.apache.hadoop.io.compress.${codec}`,
      },
    })),
  ),
];

/** A test that runs Hadoop, where it is. */
function itWithHadoop(claim: string, run: () => void | Promise<void>): void {
  it(claim, function () {
    needs(this, 'java', 'hadoop');
    return run();
  });
}

describe('Hadoop itself', function () {
  this.timeout(120_000);
  let folder: string;
  let t: EngineHarness;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-hadoop-'));
    t = new EngineHarness({ batchMs: 1000 });
  });
  afterEach(async () => {
    await t.stop();
    rmSync(folder, { recursive: true });
  });

  itWithHadoop('reads the sequence files that we write, in every layout and of every class', async () => {
    const expected: string[] = [];
    const files: string[] = [];
    for (const { name, compression, settings } of LAYOUTS) {
      for (const [type, make] of Object.entries(SAMPLES)) {
        const path = `${folder}/${name}-${type}`.replace(/ /g, '-');
        const pairs = NUMBERS.map((n, i): [Text, Writable] => [new Text(`key é ${i}`), make(n, i)]);
        const conf = new Configuration(settings);
        const format = 'SequenceFileOutputFormat';
        const plan = pairsPlan({ dialect: 'array', text: JAVA, isNewApi: false, format, conf });
        await save(parallelize(t.core, pairs, 1), path, plan, t.core.files, 'save');
        files.push(`${path}/part-00000`);
        expected.push(`org.apache.hadoop.io.Text org.apache.hadoop.io.${type} ${compression}`, ...linesOf(pairs));
      }
    }
    expect(hadoop('read', ...files)).to.deep.equal(expected);
  });

  itWithHadoop('reads our large files in stretches, each record once', async () => {
    const files: string[] = [];
    const pairs = Array.from({ length: 20_000 }, (_, i) => [i, 'value '.repeat(i % 40) + i]);
    for (const { name, settings } of LAYOUTS) {
      const path = `${folder}/${name}`.replace(/ /g, '-');
      const conf = new Configuration(settings);
      const plan = pairsPlan({
        dialect: 'array',
        text: JAVA,
        isNewApi: false,
        format: 'SequenceFileOutputFormat',
        conf,
      });
      await save(parallelize(t.core, pairs, 1), path, plan, t.core.files, 'save');
      files.push(`${path}/part-00000`);
    }
    expect(hadoop('splits', '4', ...files)).to.deep.equal(files.map(() => 'true 20000 20000'));
  });

  itWithHadoop('reads our text files, compressed or not', async () => {
    const lines = ['one', '', 'drei ü', 'x'.repeat(300)];
    const paths: string[] = [];
    for (const codec of [undefined, 'gzip', 'deflate']) {
      const path = `${folder}/${codec ?? 'plain'}`;
      await save(parallelize(t.core, lines, 1), path, textPlan(JAVA, codec), t.core.files, 'save');
      paths.push(path);
    }
    const expected = linesOf([
      [0, 'one'],
      [4, ''],
      [5, 'drei ü'],
      [13, 'x'.repeat(300)],
    ]);
    expect(hadoop('text', ...paths)).to.deep.equal([...expected, ...expected, ...expected]);
  });

  itWithHadoop(
    'writes sequence files that we read, in every layout and of every class, whole and in stretches',
    async () => {
      hadoop('write', folder);
      for (const name of readdirSync(folder).filter((file) => /^(none|record|block)-/.test(file))) {
        const make = SAMPLES[name.slice(name.indexOf('-') + 1)]!;
        const pairs = NUMBERS.map((n, i): [Text, Writable] => [new Text(`key é ${i}`), make(n, i)]);
        const found = await recordsIn(`${folder}/${name}`);
        expect(linesOf(found), name).to.deep.equal(linesOf(pairs));
        expect(found.every(([, value], i) => (value as Text).equals(pairs[i]![1]))).to.equal(true);
      }
      for (const type of ['none', 'record', 'block']) {
        const rdd = sequenceFile(t.core, `${folder}/large-${type}`, 'array', { splitsMin: 5 });
        expect(rdd.partitionCount).to.be.above(3);
        const expected = Array.from({ length: 20_000 }, (_, i) => [i, 'value '.repeat(i % 40) + i]);
        expect(await collect(rdd)).to.deep.equal(expected);
      }
    },
  );

  itWithHadoop('prints and hashes writables as ours do', () => {
    const ours = Object.entries(SAMPLES).flatMap(([type, make]) =>
      NUMBERS.map((n, i) => {
        const value = make(n, i) as Text;
        return `${type}\t${i}\t${value.hashCode()}\t${value}`;
      }),
    );
    expect(hadoop('hashes')).to.deep.equal(ours);
  });
});

describe('files that Hadoop wrote', () => {
  // Made by `Files.java write`; see there for the values.
  for (const name of ['none-VLongWritable', 'record-IntWritable', 'block-Text']) {
    it(`are read: ${name}`, async () => {
      const path = fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
      const make = SAMPLES[name.slice(name.indexOf('-') + 1)]!;
      const pairs = NUMBERS.map((n, i): [Text, Writable] => [new Text(`key é ${i}`), make(n, i)]);
      expect(linesOf(await recordsIn(path))).to.deep.equal(linesOf(pairs));
      expect(readFileSync(path).toString('latin1')).to.contain('written by');
    });
  }
});
