import { expect } from 'chai';
import fc from 'fast-check';
import { JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { fromBase64, revive, toBase64 } from '../protocol/values.ts';

describe('bytes in JSON', () => {
  it('come out as they went in, of any length', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length) & 255);
      const back = fromBase64(toBase64(bytes));
      expect(back).to.deep.equal(bytes);
      // And not of a class of Node's own, which is a kind of value of its own.
      expect(back.constructor).to.equal(Uint8Array);
    }
  });

  const letters = fc.string({ unit: fc.constantFrom(...'ABMZabmz0189+/'), maxLength: 100 });
  it('are those of the library, also where the text is cut off', () =>
    fc.assert(
      fc.property(letters, fc.constantFrom('', '=', '=='), (text, end) => {
        expect(fromBase64(text + end)).to.deep.equal(new Uint8Array(Buffer.from(text + end, 'base64')));
      }),
    ));
});

describe('forms for what JSON has none for', () => {
  const revived = (value: object) => revive(structuredClone(value), true);
  const NO_FORMS = [
    ...Object.getOwnPropertyNames(Object.prototype).map((text) => ({ $f: text })),
    { $f: 'nan' },
    { $f: '' },
    { $b: 'A' },
    { $b: 'QUJDR' },
    { $b: 'QUJDR===' },
    { $b: 'QU D' },
    { $i: '-' },
    { $i: '0x1' },
    { $i: '1'.repeat(4097) },
  ];
  for (const form of NO_FORMS) {
    it(`are none where the text is not one: ${JSON.stringify(form).slice(0, 40)}`, () => {
      expect(revived(form)).to.deep.equal(form);
      expect(revived([{ v: form }])).to.deep.equal([{ v: form }]);
    });
  }

  it('give numbers, integers and bytes', () => {
    expect(revived([{ $f: 'NaN' }, { $f: '-Infinity' }, { $i: '-5' }, { $b: 'QUI' }, { $b: 'QUI=' }])).to.deep.equal([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      -5n,
      new Uint8Array([65, 66]),
      new Uint8Array([65, 66]),
    ]);
  });

  it('lead to nothing that all objects share, in either form of a frame', () => {
    const bounds = { depthMax: 32, itemsMax: 100 };
    for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
      const frame = codec.encode({ records: [{ v: { $f: '__proto__' } }, { v: { $f: 'constructor' } }] });
      const { records } = codec.decode(frame, bounds) as { records: { v: any }[] };
      for (const { v } of records) v.polluted = true;
      expect(({} as any).polluted ?? (Object as any).polluted).to.equal(undefined);
    }
  });
});
