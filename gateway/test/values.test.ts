import { expect } from 'chai';
import fc from 'fast-check';
import { fromBase64, toBase64 } from '../protocol/values.ts';

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
