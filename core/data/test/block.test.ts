import { expect } from 'chai';
import fc from 'fast-check';
import { blockBytes, blockCount, decodeBlock, packBlock, shareBytes, textBlock, valuesBlock } from '../block.ts';
import { createCodec } from '../codec.ts';
import { countLines, decodeLines, textPieces } from '../lines.ts';

const codec = createCodec();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Obviously right: character by character. */
function linesSlowly(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\n' && text[i] !== '\r') line += text[i];
    else {
      if (text[i] === '\r' && text[i + 1] === '\n') i++;
      lines.push(line);
      line = '';
    }
  }
  if (text !== '' && !/[\r\n]$/.test(text)) lines.push(line);
  return lines;
}

const someText = fc
  .array(fc.constantFrom('a', 'bc', 'é', '😀', ' ', '\n', '\r', '\r\n'), { maxLength: 30 })
  .map((parts) => parts.join(''));

describe('text blocks', () => {
  const cases: readonly (readonly [text: string, lines: readonly string[]])[] = [
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\n\nb', ['a', '', 'b']],
    ['a\r\nb\rc\n', ['a', 'b', 'c']],
    ['a\r', ['a']],
    ['\ufeffa\n', ['\ufeffa']],
  ];
  for (const [text, lines] of cases) {
    it(`split ${JSON.stringify(text)}`, () => {
      const block = textBlock(encode(text));
      expect(decodeBlock(block, codec)).to.deep.equal(lines);
      expect(blockCount(block)).to.equal(lines.length);
    });
  }

  it('are cut at LF, CR and CRLF, whole or in pieces of any size', () => {
    fc.assert(
      fc.property(someText, fc.integer({ min: 1, max: 8 }), (text, pieceBytes) => {
        const bytes = encode(text);
        const expected = linesSlowly(text);
        expect(decodeLines(bytes)).to.deep.equal(expected);
        expect(countLines(bytes)).to.equal(expected.length);
        const pieces = textPieces(bytes, pieceBytes);
        expect(pieces.flatMap(([from, to]) => decodeLines(bytes, from, to))).to.deep.equal(expected);
        let end = 0;
        for (const [from, to] of pieces) {
          expect(from).to.equal(end);
          expect(to).to.be.greaterThan(from);
          end = to;
        }
        expect(end).to.equal(bytes.length);
      }),
    );
  });

  it('replace invalid bytes and go on', () => {
    expect(decodeLines(new Uint8Array([0xff, 10, 97, 0xc3, 10, 98]))).to.deep.equal(['\ufffd', 'a\ufffd', 'b']);
  });

  it('are read from shared memory at an offset', () => {
    const shared = shareBytes(encode('xxa\nb\n'));
    expect(shared.buffer).to.be.instanceOf(SharedArrayBuffer);
    expect(decodeLines(shared.subarray(2))).to.deep.equal(['a', 'b']);
    expect(countLines(shared.subarray(2))).to.equal(2);
    expect(textPieces(shared.subarray(2), 1)).to.deep.equal([[0, 2], [2, 4]]); // biome-ignore format: one line
  });
});

describe('blocks of values', () => {
  it('come back from bytes', () => {
    const values = [['a', 1], ['b', new Date(0)]]; // biome-ignore format: one line
    const block = packBlock(values, codec);
    expect(blockCount(block)).to.equal(2);
    expect(blockBytes(block)).to.be.greaterThan(4);
    expect(decodeBlock(block, codec)).to.deep.equal(values);
    expect(decodeBlock(valuesBlock(values), codec)).to.equal(values);
  });

  it('are refused when the count does not match', () => {
    const bytes = codec.encodeBlock([1, 2]);
    expect(() => decodeBlock({ kind: 'packed', bytes, count: 3 }, codec))
      .to.throw()
      .with.property('code', 'RECORD_CORRUPT');
  });

  const sizes: readonly (readonly [name: string, values: readonly unknown[], min: number, max: number])[] = [
    ['nothing', [], 1, 100],
    ['a million small numbers', new Array(1e6).fill(1), 8e6, 9e6],
    ['strings of 1,000', new Array(1000).fill('x'.repeat(1000)), 1e6, 1.1e6],
    ['one list of 100,000 pairs', [new Array(1e5).fill(['a', 1])], 3e6, 10e6],
    ['bytes', [new Uint8Array(1e6)], 1e6, 1.01e6],
    ['maps of objects', [new Map([['a', { x: 1.5, y: 'z'.repeat(100) }]])], 150, 500],
  ];
  for (const [name, values, min, max] of sizes) {
    it(`have a plausible size: ${name}`, () => expect(blockBytes(valuesBlock(values))).to.be.within(min, max));
  }
});
