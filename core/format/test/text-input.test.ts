import { deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { NO_CONF, splitFiles, TextLines } from '../index.ts';
import { codeOf, filesOf, recordsOf } from './files.ts';

/** What the lines of a text are, the slow way. */
function linesOf(text: string): [number, string][] {
  const lines: [number, string][] = [];
  let at = 0;
  for (const line of text.match(/[^\r\n]*(\r\n|\n|\r)|[^\r\n]+$/g) ?? []) {
    lines.push([at, line.replace(/[\r\n]+$/, '')]);
    at += Buffer.byteLength(line);
  }
  return lines;
}

async function valuesOf(format: TextLines, text: string | Uint8Array, path = 'a.txt'): Promise<string[]> {
  const files = await filesOf({ [path]: text });
  const found: string[] = [];
  const split = { path: files.resolve(path), start: 0 };
  for await (const lines of format.readValues(split, { files, conf: NO_CONF })) found.push(...lines);
  return found;
}

describe('TextLines', () => {
  const cases: { name: string; text: string; records: [number, string][] }[] = [
    { name: 'no bytes', text: '', records: [] },
    {
      name: 'a last line without an end',
      text: 'a\nbc',
      records: [
        [0, 'a'],
        [2, 'bc'],
      ],
    },
    {
      name: 'LF, CR and CRLF',
      text: 'a\r\nb\rc\n\r\n',
      records: [
        [0, 'a'],
        [3, 'b'],
        [5, 'c'],
        [7, ''],
      ],
    },
    {
      name: 'empty lines',
      text: '\n\n',
      records: [
        [0, ''],
        [1, ''],
      ],
    },
    {
      name: 'offsets in bytes',
      text: 'é\nx',
      records: [
        [0, 'é'],
        [3, 'x'],
      ],
    },
    {
      name: 'a byte order mark',
      text: '\ufeffa\nb',
      records: [
        [0, 'a'],
        [5, 'b'],
      ],
    },
    { name: 'a byte order mark alone', text: '\ufeff', records: [] },
    { name: 'a byte order mark before an empty line', text: '\ufeff\n', records: [[0, '']] },
  ];
  for (const { name, text, records } of cases) {
    it(`reads ${name}`, async () => {
      expect(await recordsOf(new TextLines(), await filesOf({ a: text }), 'a')).to.deep.equal(records);
      expect(await valuesOf(new TextLines(), text)).to.deep.equal(records.map(([, line]) => line));
    });
  }

  for (const [extension, bytes] of [
    ['gz', Buffer.concat([gzipSync('a\nb'), gzipSync('\nc')])],
    ['deflate', deflateSync('a\nb\nc')],
  ] as const) {
    it(`decompresses .${extension}`, async () => {
      expect(await valuesOf(new TextLines(), bytes, `a.${extension}`)).to.deep.equal(['a', 'b', 'c']);
    });
    it(`says where a torn .${extension} file ends`, async () => {
      const files = await filesOf({ [`a.${extension}`]: bytes.subarray(0, bytes.length - 3) });
      expect(await codeOf(recordsOf(new TextLines(), files, `a.${extension}`))).to.equal('FILE_CORRUPT');
    });
  }

  it('takes an empty file for no lines, whatever its extension', async () => {
    expect(await valuesOf(new TextLines(), '', 'a.gz')).to.deep.equal([]);
  });

  it('refuses compression that it does not know', async () => {
    expect(await codeOf(recordsOf(new TextLines(), await filesOf({ 'a.bz2': 'x' }), 'a.bz2'))).to.equal('UNSUPPORTED');
  });

  it('refuses a line that is too long without holding it', async () => {
    const files = await filesOf({ a: 'x'.repeat(200_000) });
    expect(await codeOf(recordsOf(new TextLines(100_000), files, 'a'))).to.equal('RECORD_TOO_LARGE');
  });

  it('reads lines longer than a piece of the file', async () => {
    const text = `${'x'.repeat(150_000)}\r\n${'y'.repeat(70_000)}\r${'z'.repeat(65_536)}\n`;
    const files = await filesOf({ a: text });
    expect(await recordsOf(new TextLines(), files, 'a')).to.deep.equal(linesOf(text));
  });

  const text = fc
    .array(fc.constantFrom('\n', '\r', '\r\n', 'a', 'é', 'bc', 'x'.repeat(40_000)), { maxLength: 30 })
    .map((parts) => parts.join(''));

  it('gives each line to one split, whatever the splits are', () =>
    fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (content, splitsMin) => {
        const files = await filesOf({ a: content });
        const format = new TextLines();
        const [status] = await files.list('/home');
        const splits = splitFiles([status!], format, splitsMin);
        const pairs: [number, string][] = [];
        const values: string[] = [];
        for (const split of splits) {
          pairs.push(...(await recordsOf(format, files, 'a', split)));
          for await (const lines of format.readValues(split, { files, conf: NO_CONF })) values.push(...lines);
        }
        expect(pairs).to.deep.equal(linesOf(content));
        expect(values).to.deep.equal(linesOf(content).map(([, line]) => line));
      }),
      { numRuns: 60 },
    ));
});
