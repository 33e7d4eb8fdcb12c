import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import {
  codecNamed,
  DEFLATE,
  FixedLengthRecords,
  GZIP,
  Path,
  splitFiles,
  TextLines,
  WholeFiles,
  WholeTexts,
} from '../index.ts';
import { codeOf, filesOf, recordsOf } from './files.ts';

const bytes = (...values: number[]) => new Uint8Array(values);

describe('FixedLengthRecords', () => {
  it('cuts a file into records', async () => {
    const files = await filesOf({ a: bytes(1, 2, 3, 4, 5, 6), none: '' });
    expect(await recordsOf(new FixedLengthRecords(3), files, 'a')).to.deep.equal([
      [0, bytes(1, 2, 3)],
      [3, bytes(4, 5, 6)],
    ]);
    expect(await recordsOf(new FixedLengthRecords(3), files, 'none')).to.deep.equal([]);
  });

  it('cuts records that lie across pieces of the file', async () => {
    const content = Uint8Array.from({ length: 210_000 }, (_, i) => i % 251);
    const records = await recordsOf(new FixedLengthRecords(70_000), await filesOf({ a: content }), 'a');
    expect(Buffer.concat(records.map(([, record]) => record)).equals(content)).to.equal(true);
    expect(records.map(([offset]) => offset)).to.deep.equal([0, 70_000, 140_000]);
  });

  it('refuses a file that ends inside a record', async () => {
    const done = recordsOf(new FixedLengthRecords(4), await filesOf({ a: bytes(1, 2, 3, 4, 5) }), 'a');
    expect(await codeOf(done)).to.equal('FILE_CORRUPT');
  });

  for (const length of [0, -1, 1.5, Number.NaN, 2 ** 40]) {
    it(`refuses a length of ${length}`, () =>
      expect(() => new FixedLengthRecords(length))
        .to.throw()
        .with.property('code', 'OPTIONS_INVALID'));
  }
});

describe('WholeFiles', () => {
  it('gives a file as one record, decompressed', async () => {
    const files = await filesOf({ a: bytes(1, 2), 'b.gz': gzipSync('text'), none: '' });
    expect(await recordsOf(new WholeFiles(), files, 'a')).to.deep.equal([['file:/home/a', bytes(1, 2)]]);
    expect(await recordsOf(new WholeFiles(), files, 'none')).to.deep.equal([['file:/home/none', bytes()]]);
    expect(await recordsOf(new WholeTexts(), files, 'b.gz')).to.deep.equal([['file:/home/b.gz', 'text']]);
  });

  it('refuses one that is too large', async () => {
    expect(await codeOf(recordsOf(new WholeFiles(3), await filesOf({ a: 'abcd' }), 'a'))).to.equal('RECORD_TOO_LARGE');
  });
});

describe('splitFiles', () => {
  const MB = 1024 * 1024;
  const cases = [
    { name: 'two of a small file', sizes: [100], min: 2, lengths: [50, 50] },
    { name: 'one of an empty file', sizes: [0], min: 2, lengths: [undefined] },
    { name: 'no small rest', sizes: [103], min: 2, lengths: [51, 52] },
    { name: 'one of each small file', sizes: [10, 10, 10], min: 2, lengths: [10, 10, 10] },
    { name: 'blocks of a large file', sizes: [80 * MB], min: undefined, lengths: [32 * MB, 32 * MB, 16 * MB] },
  ];
  for (const { name, sizes, min, lengths } of cases) {
    it(`makes ${name}`, () => {
      const found = sizes.map((sizeBytes, i) => ({ path: `/f${i}`, sizeBytes }));
      expect(splitFiles(found, new TextLines(), min).map(({ length }) => length)).to.deep.equal(lengths);
    });
  }
  it('leaves compressed files whole', () =>
    expect(splitFiles([{ path: '/a.gz', sizeBytes: 100 }], new TextLines(), 2)).to.deep.equal([
      { path: '/a.gz', start: 0 },
    ]));
});

describe('codecNamed', () => {
  it('knows class names and short names', () => {
    for (const name of ['gzip', 'GzipCodec', 'org.apache.hadoop.io.compress.GzipCodec'])
      expect(codecNamed(name)).to.equal(GZIP);
    for (const name of ['deflate', 'org.apache.hadoop.io.compress.DefaultCodec'])
      expect(codecNamed(name)).to.equal(DEFLATE);
    expect(() => codecNamed('org.apache.hadoop.io.compress.SnappyCodec'))
      .to.throw()
      .with.property('code', 'UNSUPPORTED');
  });
});

describe('Path', () => {
  const cases = [
    { path: new Path('/a/b/'), text: '/a/b', name: 'b', parent: '/a' },
    { path: new Path('file:///a//b'), text: 'file:/a/b', name: 'b', parent: 'file:/a' },
    { path: new Path('/a', 'b.txt'), text: '/a/b.txt', name: 'b.txt', parent: '/a' },
    { path: Path.ofLocal('/a/.b'), text: 'file:/a/.b', name: '.b', parent: 'file:/a' },
    { path: new Path('hdfs://host:9000/a'), text: 'hdfs://host:9000/a', name: 'a', parent: 'hdfs://host:9000/' },
    { path: new Path('/'), text: '/', name: '', parent: 'null' },
    { path: new Path('a'), text: 'a', name: 'a', parent: 'null' },
  ];
  for (const { path, text, name, parent } of cases) {
    it(`takes ${text} apart`, () => {
      expect([String(path), path.getName(), String(path.getParent())]).to.deep.equal([text, name, parent]);
    });
  }
  it('is equal by text', () => {
    expect(new Path('/a').equals(new Path('/a/'))).to.equal(true);
    expect(new Path('/a').compareTo(new Path('/b'))).to.equal(-1);
  });
});
