import { expect } from 'chai';
import { defaultCodec, Tuple2 } from '../../../data/index.ts';
import { NO_PACER } from '../../executor/pacer.ts';
import { decodeResult, encodeResult } from '../results.ts';

const list = (length: number, record: (i: number) => unknown) => Array.from({ length }, (_, i) => record(i));

describe('the result of a task on a thread', () => {
  const cases: { name: string; value: unknown; stretches?: number }[] = [
    { name: 'a number', value: 7 },
    { name: 'nothing', value: undefined },
    { name: 'a short list', value: [1, 'a', null, undefined, -0, [1, 2]] },
    { name: 'as many as one stretch', value: list(8192, (i) => i) },
    { name: 'one more', value: list(8193, (i) => [`k${i}`, i]), stretches: 2 },
    {
      name: 'many of all kinds',
      value: list(
        50_000,
        (i) => [i, [i, String(i)], new Tuple2(i, 'x'), undefined, Number.NaN, { a: [i] }, 2n ** 70n][i % 7],
      ),
      stretches: 7,
    },
  ];
  for (const { name, value, stretches } of cases) {
    it(`comes back as it was: ${name}`, async () => {
      const encoded = encodeResult(value, defaultCodec);
      expect(Array.isArray(encoded) ? encoded.length : undefined).to.equal(stretches);
      expect(await decodeResult(encoded, defaultCodec, () => NO_PACER)).to.deep.equal(value);
    });
  }

  it('lets others have the event loop between stretches', async () => {
    let pauses = 0;
    const pacer = { isDue: () => true, pause: async () => void pauses++ };
    const value = list(50_000, (i) => i);
    expect(await decodeResult(encodeResult(value, defaultCodec), defaultCodec, () => pacer)).to.deep.equal(value);
    expect(pauses).to.equal(6);
  });
});
