import { isUtf8 } from 'node:buffer';
import { expect } from 'chai';
import fc from 'fast-check';
import { MSGPACK_CODEC, pubFrameIn } from '../protocol/codec.ts';
import { CLOSE, Refusal } from '../protocol/codes.ts';

const BOUNDS = { depthMax: 32, itemsMax: 1000 };

/** `{ v: <text> }`, whatever its bytes are. */
const textFrame = (bytes: Uint8Array) =>
  Buffer.concat([Buffer.from([0x81, 0xa1, 0x76, 0xda, bytes.length >> 8, bytes.length & 255]), bytes]);

describe('the msgpack form of messages', () => {
  it('has nil for what is absent, and no extension type, which other readers refuse', () => {
    const frame = MSGPACK_CODEC.encode({ t: 'x', schema: undefined });
    expect([...frame]).to.deep.equal([0x82, 0xa1, 0x74, 0xa1, 0x78, 0xa6, ...Buffer.from('schema'), 0xc0]);
  });

  // Ordinary text with a few bytes that are anything, in pieces of any length.
  const piece = fc.oneof(
    fc.string().map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  );
  it('is text in UTF-8 or is refused', () =>
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        const decode = () => MSGPACK_CODEC.decode(textFrame(bytes), BOUNDS);
        if (isUtf8(bytes)) expect(decode()).to.deep.equal({ v: bytes.toString() });
        else expect(decode).to.throw(Refusal).with.property('close', CLOSE.protocol);
      }),
    ));

  it('refuses it at each place of a text, and reads it from a log that has it', () => {
    for (const length of [1, 3, 4, 5, 8, 31, 64, 128, 129, 300]) {
      for (const at of [0, length >> 1, length - 1]) {
        const bytes = Buffer.alloc(length, 'x');
        bytes[at] = 0xff;
        expect(() => MSGPACK_CODEC.decode(textFrame(bytes), BOUNDS), `${at} of ${length}`).to.throw(Refusal);
        const records = Buffer.concat([Buffer.from('\x81\xa7records\x91', 'latin1'), textFrame(bytes)]);
        const read = pubFrameIn(MSGPACK_CODEC, records, { ...BOUNDS, takesAnyText: true });
        expect(read.records!.values).to.deep.equal([bytes.toString()]);
      }
    }
  });
});
