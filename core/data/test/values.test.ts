import { expect } from 'chai';
import { assertPair, pairOps } from '../dialect.ts';
import { JIterator } from '../java-iterator.ts';
import { JList } from '../java-list.ts';
import { JMap, JSet } from '../java-map.ts';
import { Optional } from '../optional.ts';
import { StorageLevel, StorageLevels } from '../storage-level.ts';
import { Tuple2, Tuple3, Tuple4 } from '../tuple.ts';

describe('tuples', () => {
  it('give their components in every spelling', () => {
    const pair = new Tuple2('a', 1);
    const [key, value] = pair;
    expect([pair._1(), pair._2(), pair.first, pair.second, pair[0], pair[1], key, value]).to.deep.equal([
      'a',
      1,
      'a',
      1,
      'a',
      1,
      'a',
      1,
    ]);
    expect(Object.keys(pair)).to.deep.equal(['first', 'second']);
    const four = new Tuple4(1, 2, 3, 4);
    expect([...four]).to.deep.equal([four._1(), four._2(), four._3(), four._4()]);
    expect([...new Tuple3(1, 2, 3)]).to.deep.equal([1, 2, 3]);
    expect(JSON.stringify([pair, four])).to.equal('[["a",1],[1,2,3,4]]');
  });

  it('are equal by value and only to tuples of their size', () => {
    expect(new Tuple2('a', [1]).equals(new Tuple2('a', [1]))).to.equal(true);
    expect(new Tuple2('a', 1).equals(new Tuple2('a', 1n))).to.equal(false);
    expect(new Tuple3(1, 2, 3).equals(new Tuple4(1, 2, 3, 4))).to.equal(false);
    expect(new Tuple2('a', 1).equals(['a', 1])).to.equal(false);
    expect(new Tuple2('a', 1).swap().equals(new Tuple2(1, 'a'))).to.equal(true);
    expect([new Tuple2(1, 2).productArity(), new Tuple3(1, 2, 3).productArity()]).to.deep.equal([2, 3]);
  });
});

describe('Optional', () => {
  it('holds a value or none', () => {
    const some = Optional.of(3);
    const none = Optional.absent<number>();
    expect([some.isPresent(), some.get(), some.or(4), some.orElse(4), some.orNull()]).to.deep.equal([true, 3, 3, 3, 3]);
    expect([none.isPresent(), none.isEmpty(), none.or(4), none.orElse(4), none.orNull()]).to.deep.equal([
      false,
      true,
      4,
      4,
      null,
    ]);
    expect(none.or(some)).to.equal(some);
    expect(none.or({ get: () => 5 })).to.equal(5);
    expect([...some.asSet(), ...none.asSet()]).to.deep.equal([3]);
    expect(some.transform((x) => x + 1).get()).to.equal(4);
    expect(none.transform({ call: (x: number) => x + 1 }).isPresent()).to.equal(false);
  });

  it('is equal by value', () => {
    expect(Optional.of([1]).equals(Optional.of([1]))).to.equal(true);
    expect(Optional.of([1]).hashCode()).to.equal(Optional.of([1]).hashCode());
    expect(Optional.empty().equals(Optional.fromNullable(null))).to.equal(true);
    expect(Optional.of(0).equals(Optional.empty())).to.equal(false);
  });

  it('refuses what Java answers with a NullPointerException', () => {
    expect(() => Optional.of(null))
      .to.throw()
      .with.property('code', 'COLLECTION_EMPTY');
    expect(() => Optional.empty().get())
      .to.throw()
      .with.property('code', 'COLLECTION_EMPTY');
  });
});

describe('StorageLevel', () => {
  it('has every constant as a method, equal to the field', () => {
    const names = Object.keys(StorageLevels).filter((name) => name !== 'create');
    expect(names).to.have.length(13);
    for (const name of names) {
      const method = (StorageLevel as unknown as Record<string, () => StorageLevel>)[name]!;
      expect(method()).to.equal((StorageLevels as unknown as Record<string, StorageLevel>)[name]);
    }
  });

  const texts: readonly (readonly [level: StorageLevel, text: string, description: string, int: number])[] = [
    [StorageLevels.NONE, 'StorageLevel(1 replicas)', 'Serialized 1x Replicated', 0],
    [
      StorageLevels.MEMORY_AND_DISK_2,
      'StorageLevel(disk, memory, deserialized, 2 replicas)',
      'Disk Memory Deserialized 2x Replicated',
      13,
    ],
    [StorageLevels.MEMORY_ONLY_SER, 'StorageLevel(memory, 1 replicas)', 'Memory Serialized 1x Replicated', 4],
    [
      StorageLevels.OFF_HEAP,
      'StorageLevel(disk, memory, offheap, 1 replicas)',
      'Disk Memory (off heap) Serialized 1x Replicated',
      14,
    ],
    [StorageLevels.DISK_ONLY_3, 'StorageLevel(disk, 3 replicas)', 'Disk Serialized 3x Replicated', 8],
  ];
  for (const [level, text, description, int] of texts) {
    it(`prints ${text}`, () => {
      expect(String(level)).to.equal(text);
      expect(level.description()).to.equal(description);
      expect(level.toInt()).to.equal(int);
    });
  }

  it('is made by four arguments or five, and equal by value', () => {
    expect(StorageLevels.create(true, true, false, 2).equals(StorageLevels.MEMORY_AND_DISK_SER_2)).to.equal(true);
    expect(StorageLevels.create(true, true, false, true, 2).equals(StorageLevels.MEMORY_AND_DISK_2)).to.equal(true);
    expect(StorageLevels.MEMORY_ONLY.equals(StorageLevels.MEMORY_ONLY_2)).to.equal(false);
    expect(StorageLevels.NONE.isValid()).to.equal(false);
    expect(StorageLevels.DISK_ONLY.isValid()).to.equal(true);
  });

  it('refuses what Spark refuses', () => {
    const attempts = [
      () => StorageLevels.create(true, true, false, 40),
      () => StorageLevels.create(true, true, false, 1.5),
      () => StorageLevels.create(true, true, true, true, 1),
    ];
    for (const attempt of attempts) expect(attempt).to.throw().with.property('code', 'OPTIONS_INVALID');
  });
});

describe('pair dialects', () => {
  for (const dialect of ['tuple', 'array'] as const) {
    it(`reads in generated code what it makes (${dialect})`, () => {
      const ops = pairOps(dialect);
      const build = new Function(
        'Tuple2',
        `return (k, v) => { const p = ${ops.makeExpr('k', 'v')}; return [p, ${ops.keyExpr('p')}, ${ops.valueExpr('p')}, ${ops.notPairExpr('p')}]; }`,
      );
      const [pair, key, value, isNoPair] = build(Tuple2)('a', 1);
      expect([key, value, isNoPair]).to.deep.equal(['a', 1, false]);
      expect([ops.keyOf(pair), ops.valueOf(pair), ops.isPair(pair)]).to.deep.equal(['a', 1, true]);
      expect(pair).to.deep.equal(ops.make('a', 1));
    });
  }

  const refused: readonly (readonly [dialect: 'tuple' | 'array', value: unknown])[] = [
    ['tuple', ['a', 1]],
    ['tuple', null],
    ['array', 'ab'],
    ['array', ['a']],
    ['array', ['a', 1, 2]],
    ['array', { 0: 'a', 1: 1, length: 2 }],
  ];
  for (const [dialect, value] of refused) {
    it(`refuses ${JSON.stringify(value)} as ${dialect}`, () =>
      expect(() => assertPair(value, dialect, 'reduceByKey-2'))
        .to.throw(/reduceByKey-2/)
        .with.property('code', 'PAIR_EXPECTED'));
  }

  it('takes a tuple for a pair on the fluent surface', () => {
    expect(() => assertPair(new Tuple2('a', 1), 'array')).not.to.throw();
    expect(pairOps('array').keyOf(new Tuple2('a', 1))).to.equal('a');
  });
});

describe('Java collections', () => {
  it('JList has the methods of java.util.List', () => {
    const list = new JList(['a', 'b']);
    list.add('c');
    list.add(0, 'z');
    expect(list.addAll(list)).to.equal(true);
    expect(String(list)).to.equal('[z, a, b, c, z, a, b, c]');
    expect([list.get(1), list.size(), list.isEmpty(), list.contains('c'), list.contains('x')]).to.deep.equal([
      'a',
      8,
      false,
      true,
      false,
    ]);
    expect(list.set(1, 'y')).to.equal('a');
    expect(list.remove(0)).to.equal('z');
    expect([list.remove('c'), list.remove('x')]).to.deep.equal([true, false]);
    expect(list.toArray()).to.deep.equal(['y', 'b', 'z', 'a', 'b', 'c']);
    expect(String(list.subList(1, 3))).to.equal('[b, z]');
    expect(new JList([[1]]).contains([1])).to.equal(true);
    expect(new JList([1]).equals([1])).to.equal(true);
    list.clear();
    expect(list.isEmpty()).to.equal(true);
  });

  it('JList refuses an index outside', () => {
    const list = new JList([1]);
    for (const attempt of [() => list.get(1), () => list.get(-1), () => list.set(1, 1), () => list.subList(0, 2)]) {
      expect(attempt).to.throw(RangeError, /out of bounds for length 1/);
    }
  });

  it('JList stays an array for JavaScript', () => {
    const list = new JList([3]);
    expect([...list.entries()]).to.deep.equal([[0, 3]]);
    expect(Object.getPrototypeOf(list.map((x) => x + 1))).to.equal(Array.prototype);
    expect(list.map((x) => x + 1)).to.deep.equal([4]);
    expect([...JList.of(5), ...JList.from([6])]).to.deep.equal([5, 6]);
    expect(new JList(10).size()).to.equal(0);
    expect(Array.isArray(list)).to.equal(true);
  });

  it('JMap makes values of those that are there', () => {
    const counts = new JMap<string, number>();
    const add = (a: number, b: number) => a + b;
    for (const word of ['to', 'be', 'to']) counts.merge(word, 1, add);
    expect(String(counts)).to.equal('{to=2, be=1}');
    expect([counts.merge('be', 1, () => null), counts.containsKey('be')]).to.deep.equal([null, false]);
    const up = (_: string, there: number | null) => (there ?? 0) + 5;
    expect([counts.compute('or', up), counts.compute('or', up), counts.compute('or', () => null)]).to.deep.equal([
      5,
      10,
      null,
    ]);
    const lists = new JMap<unknown, number[]>();
    for (const n of [1, 2, 3]) lists.computeIfAbsent([n % 2], () => []).push(n);
    expect(String(lists)).to.equal('{[1]=[1, 3], [0]=[2]}');
  });

  it('JList finds by value, as Java does', () => {
    const list = new JList<unknown>([new Tuple2('a', 1), Number.NaN, 'b', new Tuple2('a', 1)]);
    const places = (value: unknown) => [list.indexOf(value), list.lastIndexOf(value), list.contains(value)];
    expect(places(new Tuple2('a', 1))).to.deep.equal([0, 3, true]);
    expect(places(Number.NaN)).to.deep.equal([1, 1, true]);
    expect(places('c')).to.deep.equal([-1, -1, false]);
    expect([list.indexOf(new Tuple2('a', 1), 1), list.indexOf('b', -2), list.indexOf('b', -1)]).to.deep.equal([
      3, 2, -1,
    ]);
    expect([list.lastIndexOf(new Tuple2('a', 1), 2), list.lastIndexOf('b', -3)]).to.deep.equal([0, -1]);
    expect([...list.subList(1, 3)]).to.deep.equal([Number.NaN, 'b']);
  });

  it('takes the characters of a text, which is iterable', () => {
    expect([...new JList('aab')]).to.deep.equal(['a', 'a', 'b']);
    expect([...new JSet('aab')]).to.deep.equal(['a', 'b']);
  });

  it('JIterator is read as in Java and by for…of', () => {
    const iterator = new JList([1, 2, 3]).iterator();
    expect([iterator.hasNext(), iterator.hasNext(), iterator.next()]).to.deep.equal([true, true, 1]);
    expect([...iterator]).to.deep.equal([2, 3]);
    expect(iterator.hasNext()).to.equal(false);
    const rest: number[] = [];
    new JList([4, 5]).iterator().forEachRemaining((value) => rest.push(value));
    iterator.forEachRemaining((value) => rest.push(value));
    expect(rest).to.deep.equal([4, 5]);
    expect(() => iterator.next())
      .to.throw()
      .with.property('code', 'COLLECTION_EMPTY');
  });

  it('JIterator gives what is left of a list, a set or a generator, once', () => {
    const sources: Iterable<number>[] = [
      new JList([1, 2, 3]),
      new JSet([1, 2, 3]),
      (function* () {
        yield* [1, 2, 3];
      })(),
    ];
    for (const source of sources) {
      const iterator = new JIterator(source);
      expect([iterator.next(), iterator.hasNext()]).to.deep.equal([1, true]);
      expect([...iterator.rest()]).to.deep.equal([2, 3]);
      expect([...iterator.rest(), iterator.hasNext()]).to.deep.equal([false]);
    }
  });

  it('JMap compares keys by value', () => {
    const map = new JMap<unknown, number>([[new Tuple2('a', 1), 1]]);
    expect(map.put(new Tuple2('a', 1), 2)).to.equal(1);
    expect(map.put('b', 3)).to.equal(null);
    expect([map.size, map.get(new Tuple2('a', 1)), map.containsKey(new Tuple2('a', 2))]).to.deep.equal([2, 2, false]);
    expect(String(map)).to.equal('{(a,1)=2, b=3}');
    for (const entry of map.entrySet()) entry.setValue(entry.getValue() * 10);
    expect([...map.values()]).to.deep.equal([20, 30]);
    expect(map.keySet().contains(new Tuple2('a', 1))).to.equal(true);
    expect(map.remove(new Tuple2('a', 1))).to.equal(20);
    expect(map.has(new Tuple2('a', 1))).to.equal(false);
    expect([map.getOrDefault('x', 9), map.putIfAbsent('b', 1), map.containsValue(30)]).to.deep.equal([9, 30, true]);
    expect(map.equals(new Map([['b', 30]]))).to.equal(true);
    map.clear();
    expect(map.isEmpty()).to.equal(true);
  });

  it('JSet compares members by value', () => {
    const set = new JSet<unknown>([[1], [1], 'a']);
    expect([set.size, set.contains([1]), set.remove([1]), set.contains([1]), set.addAll(['a'])]).to.deep.equal([
      2,
      true,
      true,
      false,
      false,
    ]);
    set.add([1]);
    expect(String(set)).to.equal('[a, [1]]');
    expect(set.equals(new Set(['a', [1]]))).to.equal(true);
  });
});
