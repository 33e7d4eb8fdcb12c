import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { copyOf } from '../copy.ts';
import { createRegistry, defaultCodec, JList, JMap, JSet, Optional, Tuple2, Tuple3, Tuple4 } from '../index.ts';
import { createCodec } from '../codec.ts';

class Point {
  constructor(
    public x: number,
    public tags: string[] = [],
  ) {}
}

class Meters {
  readonly #n: number[];
  constructor(n: number[]) {
    this.#n = n;
  }
  get list(): number[] {
    return this.#n;
  }
}

/** Everything in a value that could be changed through it. */
function changeable(value: unknown, found = new Set<object>()): Set<object> {
  if (typeof value !== 'object' || value === null || found.has(value)) return found;
  const isPair = value instanceof Tuple2 || value instanceof Tuple3 || value instanceof Tuple4;
  if (!isPair && !(value instanceof Optional)) found.add(value);
  if (value instanceof Optional) changeable(value.orNull(), found);
  else if (value instanceof Map) for (const entry of value) for (const part of entry) changeable(part, found);
  else if (isPair || value instanceof Set) for (const part of value) changeable(part, found);
  else for (const part of Object.values(value)) changeable(part, found);
  return found;
}

const record = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.integer(), fc.double(), fc.string(), fc.bigInt(), fc.constantFrom(null, undefined, true, -0, NaN)),
    fc.array(tie('value')),
    fc.array(tie('value')).map((values) => new JList(values)),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple2(a, b)),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple3(a, b, [a])),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => new Tuple4(a, b, 1, {})),
    tie('value').map((value) => Optional.ofNullable(value)),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new Map(entries)),
    fc.array(fc.tuple(fc.string(), tie('value'))).map((entries) => new JMap(entries)),
    fc.array(tie('value')).map((values) => new Set(values)),
    fc.array(fc.string()).map((values) => new JSet(values)),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.float64Array(),
  ),
})).value;

describe('a copy', () => {
  it('is what the codec gives back, and shares nothing that can be changed', () => {
    fc.assert(
      fc.property(record, (value) => {
        const copy = copyOf(value);
        expect(isDeepStrictEqual(copy, defaultCodec.decodeValue(defaultCodec.encodeValue(value)))).to.equal(true);
        const own = changeable(value);
        for (const part of changeable(copy)) expect(own.has(part)).to.equal(false);
      }),
    );
  });

  it('of an instance is one of its class, by its own encode and decode if it has them', () => {
    const registry = createRegistry();
    registry.register(Point);
    registry.register(Meters, { encode: (m) => m.list, decode: (data) => new Meters(data as number[]) });
    const point = new Point(1, ['a']);
    const copy = copyOf([point, new Meters([3])], registry) as [Point, Meters];
    expect(copy[0]).to.be.instanceOf(Point).and.to.deep.equal(point);
    copy[0].tags.push('b');
    expect(point.tags).to.deep.equal(['a']);
    expect(copy[1].list).to.deep.equal([3]);
    const codec = createCodec(registry);
    expect(codec.decodeValue(codec.encodeValue(copy[0]))).to.deep.equal(copy[0]);
  });

  it('leaves as it is what the codec does not keep', () => {
    const point = new Point(1);
    const f = () => 1;
    expect(copyOf({ point, f })).to.deep.equal({ point, f });
    expect((copyOf({ point }) as { point: Point }).point).to.equal(point);
  });

  it('of what holds itself ends', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(copyOf(loop)).to.be.an('array');
  });
});
