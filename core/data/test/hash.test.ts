import { expect } from 'chai';
import fc from 'fast-check';
import { JList } from '../java-list.ts';
import { JMap, JSet } from '../java-map.ts';
import { equalKeys } from '../equality.ts';
import { hashOf, nonNegativeMod } from '../hash.ts';
import { Tuple2, Tuple3, Tuple4 } from '../tuple.ts';
import { keyValue } from './arbitraries.ts';

// Recorded with Java 17 and Scala 2.12.18, the classes being those of decision 26 (Integer, Long, Double).
const RECORDED: readonly (readonly [value: unknown, hash: number])[] = [
  ['hello', 99162322],
  ['', 0],
  ['é', 233],
  ['😀', 1772899],
  [9007199254740991, -2097152],
  [-9007199254740991, -2097151],
  [2147483648, -2147483648],
  [-2147483649, -2147483648],
  [1e15, -1530589826],
  [-1n, 0],
  [-1e12, -727380201],
  [-1000000000000n, -727380201],
  [-(2n ** 63n), -2147483648],
  [2n ** 63n - 1n, -2147483648],
  [1.5, 1073217536],
  [-1.5, -1074266112],
  [-0, -2147483648],
  [Number.NaN, 2146959360],
  [0.1, -1507852285],
  [1e300, -164130400],
  [Number.POSITIVE_INFINITY, 2146435072],
  [2 ** 63, 1138753536],
  [2n ** 70n, 61504],
  [-(2n ** 70n) - 1n, -61505],
  [2n ** 63n, -2147483648],
  [-123456789012345678901234567890n, -1915528825],
  [0, 0],
  [-7, -7],
  [null, 0],
  [undefined, 0],
  [true, 1231],
  [false, 1237],
  [new Date(1357008430000), -201235829],
  [new Date(-5), 4],
  [['a', 'b'], 4066],
  [[1, 2, 3], 30817],
  [[], 1],
  [[null], 31],
  [new Uint8Array([1, 2, 255]), 30813],
  [new Set<unknown>(['a', 'b', 1]), 196],
  [new Map([['a', 1], ['b', 2]]), 192], // biome-ignore format: one case, one line
  [{ a: 1, b: 2 }, 192],
  [new Tuple2('a', 1), 128003929],
  [new Tuple2(1, 'a'), -983221201],
  [new Tuple2(1, 1), -2074071657],
  [new Tuple2(null, null), -1107367767],
  [new Tuple2(2147483648, -1n), 1972761668],
  [new Tuple2(-2147483649, 9007199254740991), 1192058316],
  [new Tuple2(1.5, -0), 493147751],
  [new Tuple2(Number.NaN, Number.POSITIVE_INFINITY), 229423144],
  [new Tuple2(Number.NEGATIVE_INFINITY, 1e300), -798182210],
  [new Tuple2(2 ** 63, -(2 ** 63)), 1433239400],
  [new Tuple2(true, false), -964543861],
  [new Tuple2(['a', 'b'], 'x'), -1456143239],
  [new Tuple2(2n ** 70n, 'x'), -208084699],
  [new Tuple2('a', new Tuple2('b', 2)), 1112219675],
  [new Tuple3('a', 1, true), 884741089],
  [new Tuple4('a', 1, true, null), 1935464156],
];

describe('hashOf', () => {
  for (const [value, hash] of RECORDED) {
    it(`is Java's for ${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`, () =>
      expect(hashOf(value)).to.equal(hash));
  }

  it('is the same for the Java collections and what they stand for', () => {
    expect(hashOf(new JList(['a', 'b']))).to.equal(4066);
    expect(hashOf(new JMap<string, number>([['a', 1]]))).to.equal(hashOf({ a: 1 }));
    expect(hashOf(new JSet(['b', 'a', 1]))).to.equal(196);
  });

  it('is what an object with hashCode says, in 32 bits', () => {
    expect(hashOf({ hashCode: () => 2 ** 32 + 5 })).to.equal(5);
  });

  it('refuses functions and symbols', () => {
    expect(() => hashOf(() => 1))
      .to.throw()
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
    expect(() => hashOf(Symbol('x')))
      .to.throw()
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
  });

  it('is a 32-bit integer, equal for equal values', () => {
    fc.assert(
      fc.property(keyValue, keyValue, (a, b) => {
        const hash = hashOf(a);
        expect(hash | 0).to.equal(hash);
        if (equalKeys(a, b)) expect(hashOf(b)).to.equal(hash);
      }),
    );
  });
});

describe('nonNegativeMod', () => {
  it('gives 0 to n - 1, never -0', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 100 }), (hash, n) => {
        const partition = nonNegativeMod(hash, n);
        expect(partition).to.be.within(0, n - 1);
        expect(Object.is(partition, -0)).to.equal(false);
        expect((partition - hash) % n === 0).to.equal(true);
      }),
    );
  });
});
