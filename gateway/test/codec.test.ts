import { expect } from 'chai';
import { MSGPACK_CODEC } from '../protocol/codec.ts';

describe('the msgpack form of messages', () => {
  it('has nil for what is absent, and no extension type, which other readers refuse', () => {
    const frame = MSGPACK_CODEC.encode({ t: 'x', schema: undefined });
    expect([...frame]).to.deep.equal([0x82, 0xa1, 0x74, 0xa1, 0x78, 0xa6, ...Buffer.from('schema'), 0xc0]);
  });
});
