import { expect } from 'chai';
import fc from 'fast-check';
import { otherNumberWords } from '../protocol/numbers.ts';
import { scanJson } from '../protocol/scan-json.ts';
import { finish } from '../protocol/steps.ts';
import { closeAll, Peer, testServer } from './peer.ts';

const BOUNDS = { depthMax: 32, itemsMax: 1000 };
const otherIn = (json: string) => {
  const [other] = finish(scanJson(Buffer.from(json), BOUNDS)).otherNumbers;
  return other === undefined ? undefined : json.slice(other.from, other.end);
};

/** The same, by the parser and without an eye on time. */
function isOther(text: string): boolean {
  const value: number = JSON.parse(text);
  if (!Number.isFinite(value)) return true;
  return /^-?\d+$/.test(text) && Number(text) !== 0 && String(value) !== text && BigInt(text) !== BigInt(value);
}

describe('numbers that JavaScript has not', () => {
  const cases = [
    { name: 'the largest that is safe', text: '9007199254740991', is: false },
    { name: '2^53', text: '9007199254740992', is: false },
    { name: '2^53 + 1', text: '9007199254740993', is: true },
    { name: '−2^53 − 1', text: '-9007199254740993', is: true },
    { name: 'an id of 64 bits', text: '1795748689000123457', is: true },
    { name: '2^60, as a double prints it', text: '1152921504606847000', is: false },
    { name: '2^60, as it is', text: '1152921504606846976', is: false },
    { name: '2^60 + 1', text: '1152921504606846977', is: true },
    { name: '2^64 − 1', text: '18446744073709551615', is: true },
    { name: '2^100', text: String(2n ** 100n), is: false },
    { name: '2^100 + 1', text: String(2n ** 100n + 1n), is: true },
    { name: 'a fraction', text: '0.12345678901234567', is: false },
    { name: 'a fraction of many digits', text: '12345678901234567.25', is: false },
    { name: 'the largest', text: '1.7976931348623157e308', is: false },
    { name: 'beyond it', text: '1.7976931348623159e308', is: true },
    { name: '1e400', text: '1e400', is: true },
    { name: 'next to nothing', text: '1e-400', is: false },
    { name: '400 digits', text: '9'.repeat(400), is: true },
    { name: '400 digits and a fraction', text: `${'9'.repeat(400)}.5`, is: true },
  ];
  for (const { name, text, is } of cases) {
    it(`${name} ${is ? 'is found' : 'is itself'}`, () => {
      expect(isOther(text)).to.equal(is);
      const around = [text, `[1,${text}]`, `{"a":${text} }`, `{"text":"9007199254740993 \\" 1e400","b":[0.5,${text}]}`];
      for (const json of around) expect(otherIn(json), json).to.equal(is ? text : undefined);
    });
  }

  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 24 });
  const whole = fc.oneof(
    digits.map((text) => text.replace(/^0+(?=\d)/, '')),
    fc.bigInt(0n, 2n ** 80n).map(String),
    fc.tuple(fc.integer({ min: 45, max: 1030 }), fc.integer({ min: -3, max: 3 })).map(([p, d]) => {
      return String(2n ** BigInt(p) + BigInt(d));
    }),
    fc.double({ min: 1e15, max: 9e20, noNaN: true }).map((value) => String(Math.floor(value))),
  );
  const exponent = fc.oneof(fc.integer({ min: 290, max: 325 }), fc.integer({ min: -1000, max: 1000 }));
  const number = fc
    .tuple(fc.constantFrom('', '-'), whole, fc.option(digits), fc.option(fc.tuple(fc.constantFrom('e', 'E'), exponent)))
    .map(([sign, int, fraction, power]) => {
      return `${sign}${int}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : power.join('')}`;
    });
  it('are those that the parser makes others of', () =>
    fc.assert(
      fc.property(number, (text) => {
        expect(otherIn(`{"v":[${text}]}`)).to.equal(isOther(text) ? text : undefined);
      }),
      { numRuns: 2000 },
    ));

  it('are told of by what to write', () => {
    expect(otherNumberWords('9007199254740993')).to.equal(
      'the number 9007199254740993 would become 9007199254740992: write {"$i":"9007199254740993"}, which is a bigint in the job, or a text',
    );
    expect(otherNumberWords('-1e400')).to.include('would become -Infinity: write {"$f":"-Infinity"}, or a text');
    expect(otherNumberWords('9'.repeat(100_000))).to.have.length.below(200);
  });

  describe('in a frame', () => {
    afterEach(closeAll);
    const plain = (number: string) =>
      `{"t":"pub","id":7,"stream":"in","ack":"memory","records":[{"v":1},{"v":${number}}]}`;
    const nested = (number: string) =>
      `{"t":"pub","id":7,"stream":"in","ack":"memory","records":[{"v":1},{"v":{"id":${number}}}]}`;
    for (const [form, frameOf] of Object.entries({ plain, nested })) {
      it(`refuse it, and no other number takes their place: ${form} records`, async () => {
        const server = await testServer((t, gateway) => {
          t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
        });
        const peer = await Peer.connect(server);
        peer.raw(frameOf('9007199254740993'));
        const refused = await peer.next('puberr');
        expect(refused).to.include({ id: 7, code: 'INVALID', stream: 'in' });
        expect(refused['message']).to.include('9007199254740993 would become 9007199254740992: write {"$i":');
        peer.raw(frameOf('1e999'));
        expect((await peer.next('puberr'))['message']).to.include('{"$f":"Infinity"}');
        peer.raw(frameOf('9007199254740992'));
        await peer.next('puback');
        peer.raw(frameOf('{"$i":"9007199254740993"}'));
        await peer.next('puback');
        peer.send({ t: 'sub', id: 1, stream: 'out', from: 'earliest' });
        await server.batch();
        const { records } = await peer.next('batch');
        const value = (given: unknown) => (form === 'plain' ? given : { id: given });
        expect(records).to.deep.equal([1, value(9007199254740992), 1, value(9007199254740993n)]);
      });
    }
  });
});
