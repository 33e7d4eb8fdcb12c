import { expect } from 'chai';
import fc from 'fast-check';
import { equalKeys } from '../equality.ts';
import type { Cell } from '../key-table.ts';
import { GroupTable, isDirectKey, KeyTable } from '../key-table.ts';
import { Tuple2 } from '../tuple.ts';
import { keyValue } from './arbitraries.ts';

/** Obviously right: a list, searched from the start. */
function countSlowly(keys: readonly unknown[]): Cell<number>[] {
  const cells: Cell<number>[] = [];
  for (const key of keys) {
    const cell = cells.find(({ k }) => equalKeys(k, key));
    if (cell === undefined) cells.push({ k: key, v: 1, isOwn: false });
    else cell.v++;
  }
  return cells;
}

function count(table: KeyTable<number>, keys: readonly unknown[]): void {
  for (const key of keys) {
    const cell = table.find(key) ?? table.add(key, 0);
    cell.v++;
  }
}

describe('KeyTable', () => {
  it('counts keys as a search by equalKeys does, in order of first appearance', () => {
    fc.assert(
      fc.property(fc.array(keyValue, { maxLength: 40 }), (keys) => {
        const table = new KeyTable<number>();
        count(table, keys);
        const expected = countSlowly(keys);
        expect(table.size).to.equal(expected.length);
        for (let i = 0; i < expected.length; i++) {
          expect(Object.is(table.cells[i]!.k, expected[i]!.k)).to.equal(true);
          expect(table.cells[i]!.v).to.equal(expected[i]!.v);
        }
      }),
    );
  });

  it('finds every direct key by a bare look-up', () => {
    fc.assert(
      fc.property(fc.array(keyValue, { maxLength: 20 }), (keys) => {
        const table = new KeyTable<number>();
        count(table, keys);
        for (const key of keys) if (isDirectKey(key)) expect(table.direct.get(key)).to.equal(table.find(key));
      }),
    );
  });

  it('keeps keys apart whose hashes are equal', () => {
    const table = new KeyTable<number>();
    count(table, [['Aa'], ['BB'], ['Aa'], ['BB'], ['Aa'], ['C#']]); // "Aa", "BB" and "C#" have one hash in Java.
    expect(table.cells.map(({ v }) => v)).to.deep.equal([3, 2, 1]);
    expect(table.find(['zz'])).to.equal(undefined);
  });

  it('tells 1 from 1n from "1", and 0 from -0', () => {
    const table = new KeyTable<number>();
    count(table, [1, 1n, '1', 0, -0, 1, -0]);
    expect(table.cells.map(({ v }) => v)).to.deep.equal([2, 1, 1, 1, 2]);
  });

  it('is empty after clear, and leaves the cells that were taken', () => {
    const table = new KeyTable<number>();
    count(table, ['a', new Tuple2('a', 1)]);
    const taken = table.cells;
    table.clear();
    expect(taken).to.have.length(2);
    expect(table.size).to.equal(0);
    expect(table.find('a')).to.equal(undefined);
    expect(table.find(new Tuple2('a', 1))).to.equal(undefined);
  });
});

describe('GroupTable', () => {
  it('has for each key as many values as a search by equalKeys finds, in order', () => {
    fc.assert(
      fc.property(fc.array(keyValue, { maxLength: 40 }), (keys) => {
        const table = new GroupTable();
        keys.forEach((key, i) => {
          const list = table.find(key);
          if (list === undefined) table.add(key, [i]);
          else list.push(i);
        });
        const expected = countSlowly(keys).flatMap(({ k }) => [
          k,
          keys.flatMap((key, i) => (equalKeys(k, key) ? [i] : [])),
        ]);
        expect(table.columns).to.deep.equal(expected);
        for (const key of keys) if (isDirectKey(key)) expect(table.direct.get(key)).to.equal(table.find(key));
      }),
    );
  });
});

describe('equalKeys', () => {
  class Point {
    readonly x: number;
    constructor(x: number) {
      this.x = x;
    }
  }
  class Caseless {
    readonly text: string;
    constructor(text: string) {
      this.text = text;
    }
    equals(other: unknown): boolean {
      return other instanceof Caseless && other.text.toLowerCase() === this.text.toLowerCase();
    }
    hashCode(): number {
      return this.text.length;
    }
  }
  /** Two keys that are equal, but not one object. */
  const twins = (a: number, b: number) =>
    new Map<unknown, number>([
      [[], a],
      [[], b],
    ]);
  const cases: readonly (readonly [name: string, a: unknown, b: unknown, equal: boolean])[] = [
    ['NaN and NaN', Number.NaN, Number.NaN, true],
    ['0 and -0', 0, -0, false],
    ['1 and 1n', 1, 1n, false],
    ['null and undefined', null, undefined, false],
    ['arrays of equal members', [1, ['a']], [1, ['a']], true],
    ['arrays of which one is longer', [1], [1, 2], false],
    ['an array and an object', [], {}, false],
    ['objects whose fields stand in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['an absent field and an undefined one', { a: undefined }, { b: undefined }, false],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
    ['instances of one class', new Point(1), new Point(1), true],
    ['an instance and a plain object', new Point(1), { x: 1 }, false],
    ['objects by their equals', new Caseless('a'), new Caseless('A'), true],
    ['a plain object and one with equals', { text: 'a' }, new Caseless('a'), false],
    ['bytes and a Buffer', new Uint8Array([1]), Buffer.from([1]), true],
    ['typed arrays of two kinds', new Int8Array([1]), new Int16Array([1]), false],
    ['invalid dates', new Date(Number.NaN), new Date(Number.NaN), true],
    [
      'maps in another order',
      new Map([
        [[1], 'a'],
        [[2], 'b'],
      ]),
      new Map([
        [[2], 'b'],
        [[1], 'a'],
      ]),
      true,
    ],
    ['maps of other values', new Map([[[1], 'a']]), new Map([[[1], 'b']]), false],
    ['sets of tuples', new Set([new Tuple2(1, 2)]), new Set([new Tuple2(1, 2)]), true],
    ['maps that hold equal keys', twins(1, 2), twins(2, 1), true],
    ['sets that hold equal members', new Set([[], [], [1]]), new Set([[], [1], [1]]), false],
    ['tuples of lists', new Tuple2([1], 2), new Tuple2([1], 2), true],
  ];
  for (const [name, a, b, equal] of cases) {
    it(`${equal ? 'takes as one' : 'tells apart'}: ${name}`, () => {
      expect(equalKeys(a, b)).to.equal(equal);
      expect(equalKeys(b, a)).to.equal(equal);
    });
  }
});
