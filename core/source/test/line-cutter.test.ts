import { expect } from 'chai';
import fc from 'fast-check';
import { decodeLines } from '../../data/index.ts';
import { LineCutter } from '../line-cutter.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Obviously right: character by character, over the whole text. Too long ones are null. */
function linesSlowly(text: string, max = Number.POSITIVE_INFINITY): (string | null)[] {
  const lines: string[] = [];
  let line = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\n' && text[i] !== '\r') {
      line += text[i];
      continue;
    }
    if (text[i] === '\r' && text[i + 1] === '\n') i++;
    lines.push(line);
    line = '';
  }
  if (line !== '') lines.push(line);
  return lines.map((one) => (encode(one).length > max ? null : one));
}

/** The lines that a cutter finds, null for one that is too long; and the most bytes that it emitted at a time. */
function cut(chunks: readonly Uint8Array[], max = 1 << 20): (string | null)[] {
  const lines: (string | null)[] = [];
  const cutter = new LineCutter(max, () => lines.push(null));
  const emit = (bytes: Uint8Array) => {
    expect([10, 13]).to.include(bytes.at(-1), 'whole lines only');
    lines.push(...decodeLines(bytes));
  };
  for (const chunk of chunks) cutter.push(chunk, emit);
  cutter.end(emit);
  return lines;
}

/** Cuts bytes at the given places, characters and all. */
function chunksOf(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, i) => bytes.subarray(places[i], to));
}

const someText = fc
  .array(fc.constantFrom('a', 'bcd', 'é', '😀', ' ', '\n', '\r', '\r\n', '\n\r'), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('LineCutter', () => {
  const cases: readonly { name: string; chunks: readonly string[]; lines: readonly string[] }[] = [
    { name: 'whole lines', chunks: ['a\nb\n'], lines: ['a', 'b'] },
    { name: 'a line over three chunks', chunks: ['a', 'b', 'c\nd\n'], lines: ['abc', 'd'] },
    { name: 'CRLF cut in two', chunks: ['a\r', '\nb\r\n'], lines: ['a', 'b'] },
    { name: 'CRLF cut in two with nothing in between', chunks: ['a\r', '', '\n', 'b\n'], lines: ['a', 'b'] },
    { name: 'a CR that ends a line by itself', chunks: ['a\r', 'b\r', '\r', '\n'], lines: ['a', 'b', ''] },
    { name: 'an LF after the LF of a CRLF', chunks: ['a\r', '\n\n'], lines: ['a', ''] },
    { name: 'empty lines', chunks: ['\n', '\n\n'], lines: ['', '', ''] },
    { name: 'a last line without an end', chunks: ['a\nb'], lines: ['a', 'b'] },
    { name: 'nothing', chunks: ['', ''], lines: [] },
  ];
  for (const { name, chunks, lines } of cases) {
    it(`cuts ${name}`, () => expect(cut(chunks.map(encode))).to.deep.equal(lines));
  }

  it('gives a line that ends in CR without waiting for what follows', () => {
    const emitted: string[] = [];
    new LineCutter(100, () => {}).push(encode('a\r'), (bytes) => emitted.push(...decodeLines(bytes)));
    expect(emitted).to.deep.equal(['a']);
  });

  it('finds the same lines however the bytes are cut', () =>
    fc.assert(
      fc.property(someText, fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
        expect(cut(chunksOf(encode(text), cuts))).to.deep.equal(linesSlowly(text));
      }),
    ));

  it('drops exactly the lines that are too long, however the bytes are cut', () =>
    fc.assert(
      fc.property(
        someText,
        fc.array(fc.nat(200), { maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        (text, cuts, max) => {
          expect(cut(chunksOf(encode(text), cuts), max)).to.deep.equal(linesSlowly(text, max));
        },
      ),
    ));

  const limits: readonly { name: string; chunks: readonly string[]; lines: readonly (string | null)[] }[] = [
    { name: 'keeps a line of just the limit', chunks: ['abcd\n'], lines: ['abcd'] },
    { name: 'keeps it with CRLF, cut before the end', chunks: ['abcd', '\r\n'], lines: ['abcd'] },
    { name: 'drops one byte more', chunks: ['abcde\nf\n'], lines: [null, 'f'] },
    { name: 'drops it once, over many chunks', chunks: ['abc', 'def', 'ghi', 'j\nk\n'], lines: [null, 'k'] },
    { name: 'drops a last line without an end', chunks: ['abcde'], lines: [null] },
  ];
  for (const { name, chunks, lines } of limits) {
    it(name, () => expect(cut(chunks.map(encode), 4)).to.deep.equal(lines));
  }

  it('turns bytes that are no UTF-8 into U+FFFD, also where a character is cut in two', () => {
    const euro = encode('€');
    expect(cut([Uint8Array.of(0x61, 0xff, 10), euro.subarray(0, 2), Uint8Array.of(euro[2]!, 10)])).to.deep.equal([
      'a\ufffd',
      '€',
    ]);
  });
});
