import { expect } from 'chai';
import { add, DStreamsError, identity, itemGetter, max, min, not, split, sub, swap } from '../index.ts';

describe('pieces of functions', () => {
  const table: { name: string; got: unknown; expected: unknown }[] = [
    { name: 'add numbers', got: add(1, 2), expected: 3 },
    { name: 'add strings', got: add('a', 'b'), expected: 'ab' },
    { name: 'add bigints', got: add(1n, 2n), expected: 3n },
    { name: 'sub', got: sub(1, 2), expected: -1 },
    { name: 'max', got: [max(1, 2), max('b', 'a')], expected: [2, 'b'] },
    { name: 'min', got: [min(1, 2), min('b', 'a')], expected: [1, 'a'] },
    { name: 'itemGetter of a pair', got: itemGetter(0)(['a', 1] as const), expected: 'a' },
    { name: 'itemGetter of an object', got: itemGetter('n')({ n: 1 }), expected: 1 },
    { name: 'swap', got: swap(['a', 1]), expected: [1, 'a'] },
    { name: 'split at white space', got: split()(' a\t b\n'), expected: ['a', 'b'] },
    { name: 'split nothing', got: split()('  '), expected: [] },
    { name: 'split at a separator', got: split(',')('a,,b'), expected: ['a', '', 'b'] },
    { name: 'split at a pattern', got: split(/[,;]/)('a,b;c'), expected: ['a', 'b', 'c'] },
    { name: 'identity', got: identity('a'), expected: 'a' },
    { name: 'not', got: ['a', 'b'].filter(not((x: string) => x === 'a')), expected: ['b'] },
  ];
  for (const { name, got, expected } of table) it(`${name}`, () => expect(got).to.deep.equal(expected));

  it('refuses an empty separator', () => {
    expect(() => split(''))
      .to.throw(DStreamsError)
      .with.property('code', 'OPTIONS_INVALID');
  });
});
