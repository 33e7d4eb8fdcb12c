import { expect } from 'chai';
import fc from 'fast-check';
import { isDStreamsError } from '../../errors.ts';
import { createCodec } from '../codec.ts';
import { equalKeys } from '../equality.ts';
import { JList } from '../java-list.ts';
import { JMap, JSet } from '../java-map.ts';
import { Optional } from '../optional.ts';
import { ClassRegistry, createRegistry } from '../registry.ts';
import { checkSerializable } from '../serializable.ts';
import { Tuple2 } from '../tuple.ts';
import { record } from './arbitraries.ts';

class Point {
  readonly x: number;
  readonly y: unknown;
  constructor(x: number, y: unknown) {
    this.x = x;
    this.y = y;
  }
  sum(): number {
    return this.x + Number(this.y);
  }
}

class Late extends Point {}

const codec = createCodec();

function roundTrip(value: unknown): unknown {
  return codec.decodeValue(codec.encodeValue(value));
}

/** A value nested `levels` deep. */
function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('codec', () => {
  it('gives back any record, alone or in a block, and equal in kind', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (values) => {
        const back = codec.decodeBlock(codec.encodeBlock(values));
        expect(back.length).to.equal(values.length);
        for (let i = 0; i < values.length; i++) {
          expect(equalKeys(back[i], values[i])).to.equal(true);
          expect(equalKeys(roundTrip(values[i]), values[i])).to.equal(true);
          if (typeof values[i] === 'object' && values[i] !== null && Object.getPrototypeOf(values[i]) !== null) {
            expect(Object.getPrototypeOf(back[i])).to.equal(Object.getPrototypeOf(values[i]));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives back blocks of pairs in both dialects', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(record, record), { maxLength: 6 }), (pairs) => {
        const tuples = pairs.map(([k, v]) => new Tuple2(k, v));
        expect(equalKeys(codec.decodeBlock(codec.encodeBlock(pairs)), pairs)).to.equal(true);
        const back = codec.decodeBlock(codec.encodeBlock(tuples));
        expect(equalKeys(back, tuples)).to.equal(true);
        for (const tuple of back) expect(tuple).to.be.instanceOf(Tuple2);
      }),
    );
  });

  it('encodes what the check accepts, and refuses what it refuses', () => {
    const odd = fc.constantFrom<unknown>(
      Symbol('s'),
      () => 1,
      new Point(1, 2),
      /x/,
      Promise.resolve(),
      new Error('e'),
      new WeakMap(),
    );
    const value = fc.oneof(
      record,
      odd,
      odd.map((x) => [x]),
      odd.map((x) => ({ x })),
      odd.map((x) => new Map([[1, x]])),
      odd.map((x) => new Tuple2(1, x)),
    );
    fc.assert(
      fc.property(value, (candidate) => {
        const codes = [
          () => codec.encodeValue(candidate),
          () => codec.encodeBlock([candidate]),
          () => checkSerializable(candidate),
        ].map((attempt) => {
          try {
            attempt();
            return 'kept';
          } catch (error) {
            return isDStreamsError(error) ? error.code : String(error);
          }
        });
        expect(new Set(codes).size).to.equal(1);
        expect(codes[0]).to.be.oneOf(['kept', 'RECORD_NOT_SERIALIZABLE']);
      }),
    );
  });

  const kept: readonly (readonly [name: string, value: unknown])[] = [
    ['-0', -0],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['a bigint of 64 bits', 2n ** 64n - 1n],
    ['a bigint above', 2n ** 64n],
    ['a small bigint, not as a number', 1n],
    ['a lone surrogate', 'x\ud800y'],
    ['a key __proto__', JSON.parse('{"__proto__": {"a": 1}}')],
    ['an object of 70,000 keys', Object.fromEntries(Array.from({ length: 70000 }, (_, i) => [`k${i}`, i]))],
    ['an array that begins like a tag', [-32, 2, 'a', 'b']],
    ['a list of the Java surface', new JList([1, -0])],
    ['a map of the Java surface', new JMap<unknown, unknown>([[new Tuple2('a', 1), 1n]])],
    ['a set of the Java surface', new JSet([new Tuple2('a', 1)])],
    ['an absent optional', Optional.empty()],
  ];
  for (const [name, value] of kept) {
    it(`keeps ${name}`, () => {
      const back = roundTrip(value);
      expect(equalKeys(back, value)).to.equal(true);
      if (typeof value === 'object') expect(Object.getPrototypeOf(back)).to.equal(Object.getPrototypeOf(value));
    });
  }

  it('does not let a key __proto__ change the prototype', () => {
    const back = roundTrip(JSON.parse('{"__proto__": {"isAdmin": true}}')) as { isAdmin?: boolean };
    expect(back.isAdmin).to.equal(undefined);
    expect(Object.keys(back)).to.deep.equal(['__proto__']);
  });

  it('keeps an object without a prototype without one', () => {
    expect(Object.getPrototypeOf(roundTrip(Object.assign(Object.create(null), { a: 1 })))).to.equal(null);
  });

  it('turns a Buffer into bytes of its own memory', () => {
    const back = roundTrip([Buffer.from('ab')]) as [Uint8Array];
    expect(Object.getPrototypeOf(back[0])).to.equal(Uint8Array.prototype);
    expect(back[0].buffer.byteLength).to.equal(2);
  });

  it('makes bytes that own their buffer, and reads shared memory at any offset', () => {
    const bytes = codec.encodeBlock(['a', 'b'.repeat(500)]);
    expect(bytes.buffer.byteLength).to.equal(bytes.byteLength);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    expect(codec.decodeBlock(shared)).to.deep.equal(['a', 'b'.repeat(500)]);
  });

  it('keeps records of 64 levels and refuses 65', () => {
    expect(roundTrip(nested(64))).to.deep.equal(nested(64));
    for (const attempt of [() => codec.encodeValue(nested(65)), () => checkSerializable(nested(65))]) {
      expect(attempt).to.throw().with.property('code', 'RECORD_NOT_SERIALIZABLE');
    }
    const itself: unknown[] = [];
    itself.push(itself);
    expect(() => codec.encodeValue(itself)).to.throw(/holds itself/);
    const pairs = [['k', nested(63)]];
    expect(codec.decodeBlock(codec.encodeBlock(pairs))).to.deep.equal(pairs);
    expect(() => codec.encodeBlock([['k', nested(64)]]))
      .to.throw()
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
  });

  it('names operator, class, field and the call that registers', () => {
    expect(() => codec.encodeBlock([{ user: { at: new Point(1, 2) } }], 'map-3')).to.throw(
      /map-3: the part \.user\.at of a record is an instance of Point.*conf\.registerKryoClasses\(\[Point\]\).*registerClass\(Point/,
    );
    expect(() => checkSerializable({ f: () => 1 }, 'map-3')).to.throw(
      /map-3: the part \.f of a record is the function f/,
    );
  });
});

describe('registered classes', () => {
  it('have the name that the source gives them, bundled or not', () => {
    // What esbuild makes of a class that refers to itself.
    const Bundled = { _Point: class _Point {} }._Point;
    const registry = createRegistry();
    registry.register(Bundled);
    expect(registry.byName('Point')?.prototype).to.equal(Bundled.prototype);
  });

  function codecFor(register: (registry: ClassRegistry) => void) {
    const registry = createRegistry();
    register(registry);
    return createCodec(registry);
  }

  it('keep their class, methods and nested instances, without the constructor being called', () => {
    const own = codecFor((registry) => registry.register(Point));
    const [back] = own.decodeBlock(own.encodeBlock([new Point(1, new Point(-0, 2n))])) as [Point];
    expect(back).to.be.instanceOf(Point);
    expect((back.y as Point).sum()).to.equal(2);
    expect(Object.is((back.y as Point).x, -0)).to.equal(true);
  });

  it('do not speak for their subclasses', () => {
    const own = codecFor((registry) => registry.register(Point));
    expect(() => own.encodeValue(new Late(1, 2))).to.throw(/Late/);
    expect(() => own.checkSerializable(new Late(1, 2))).to.throw(/Late/);
  });

  it('go through their own encode and decode, with the version that was written', () => {
    const old = codecFor((registry) => registry.register(Point, { name: 'P', version: 1, encode: (p) => [p.x, p.y] }));
    const seen: unknown[] = [];
    const later = codecFor((registry) =>
      registry.register(Point, {
        name: 'P',
        version: 2,
        decode: (data, version) => {
          seen.push(version);
          return new Point(...(data as [number, number]));
        },
      }),
    );
    expect((later.decodeValue(old.encodeValue(new Point(3, 4))) as Point).sum()).to.equal(7);
    expect(seen).to.deep.equal([1]);
  });

  it('are refused when the reader does not know them, or only another version', () => {
    const writer = codecFor((registry) => registry.register(Point));
    const bytes = writer.encodeValue(new Point(1, 2));
    expect(() => codec.decodeValue(bytes))
      .to.throw(/registerClass\(Point\)/)
      .with.property('code', 'RECORD_NOT_SERIALIZABLE');
    const later = codecFor((registry) => registry.register(Point, { version: 2 }));
    expect(() => later.decodeValue(bytes)).to.throw(/version 1 of Point/);
  });

  it('report what their decode throws', () => {
    const own = codecFor((registry) =>
      registry.register(Point, {
        decode: () => {
          throw new Error('boom');
        },
      }),
    );
    expect(() => own.decodeValue(own.encodeValue(new Point(1, 2))))
      .to.throw(/Point failed: boom/)
      .with.property('code', 'RECORD_CORRUPT');
  });

  it('are looked into once per class by the check', () => {
    const own = codecFor((registry) => registry.register(Point));
    expect(() => own.checkSerializable(new Point(1, () => 1))).to.throw(/\.y/);
    own.checkSerializable(new Point(1, 2));
    own.checkSerializable(new Point(1, () => 1)); // Known by now: encoding still refuses it.
    expect(() => own.encodeValue(new Point(1, () => 1))).to.throw(/\.y/);
  });

  it('cannot share a name, but a class loaded again takes its place', () => {
    const registry = new ClassRegistry();
    const load = () =>
      class Loaded {
        readonly a = 1;
      };
    registry.register(load());
    const again = load();
    registry.register(again);
    expect(registry.byName('Loaded')?.prototype).to.equal(again.prototype);
    // As another bundler writes it.
    const bundled = new Function('return class _Loaded{a = 1; static of() {return new _Loaded()}}')();
    const plain = new Function('return class Loaded {\n  a = 1;\n  static of() { return new Loaded() }\n}')();
    const bundles = new ClassRegistry();
    bundles.register(bundled, { name: 'Loaded' });
    bundles.register(plain);
    expect(bundles.byName('Loaded')?.prototype).to.equal(plain.prototype);
    expect(() => registry.register(Point, { name: 'Loaded' }))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
  });

  const invalid: readonly (readonly [name: string, attempt: (registry: ClassRegistry) => void])[] = [
    ['no class', (registry) => registry.register(undefined as never)],
    ['an arrow function', (registry) => registry.register((() => 1) as never)],
    ['a class without a name', (registry) => registry.register(class {})],
    ['a version that is not whole', (registry) => registry.register(Point, { version: 1.5 })],
  ];
  for (const [name, attempt] of invalid) {
    it(`refuse ${name}`, () =>
      expect(() => attempt(new ClassRegistry()))
        .to.throw()
        .with.property('code', 'OPTIONS_INVALID'));
  }
});

describe('decoding foreign bytes', () => {
  const cases: readonly (readonly [name: string, bytes: readonly number[]])[] = [
    ['nothing', []],
    ['a header alone', [1, 0]],
    ['another version', [2, 0, 0xc0]],
    ['another layout', [1, 3, 0xc0]],
    ['bytes after the end', [1, 0, 0xc0, 0xc0]],
    ['a string that is cut off', [1, 0, 0xa5, 97]],
    ['a length that is cut off', [1, 0, 0xdb, 0, 0]],
    ['an array of four billion', [1, 0, 0xdd, 255, 255, 255, 255]],
    ['a map of four billion', [1, 0, 0xdf, 255, 255, 255, 255]],
    ['4 GB of bytes', [1, 0, 0xc6, 255, 255, 255, 255]],
    ['an extension (a RegExp of msgpackr)', [1, 0, 0xd4, 0x78, 0, 0x92, 0xa1, 97, 0xa0]],
    ['an extension of 8 bits', [1, 0, 0xc7, 1, 5, 0]],
    ['a reference', [1, 0, 0xd6, 0x70, 0, 0, 0, 1]],
    ['the byte that msgpack never uses', [1, 0, 0xc1]],
    ['a map whose key is an array', [1, 0, 0x81, 0x90, 0xc0]],
    ['an unknown tag', [1, 0x10, 0x92, 0x90, 0x92, 0xe0, 99]],
    ['an instance of no class', [1, 0x10, 0x92, 0x90, 0x94, 0xe0, 14, 0, 0x80]],
    ['a tagged document without a table', [1, 0x10, 0xc0]],
    ['pairs without values', [1, 1, 0x91, 0x90]],
    ['more keys than values', [1, 1, 0x92, 0x91, 1, 0x90]],
    ['nesting of a thousand', [1, 0, ...Array.from({ length: 1000 }, () => 0x91), 0xc0]],
  ];
  for (const [name, bytes] of cases) {
    it(`refuses ${name}`, () =>
      expect(() => codec.decodeBlock(new Uint8Array(bytes)))
        .to.throw()
        .with.property('code', 'RECORD_CORRUPT'));
  }

  it('refuses a value where a block is wanted', () => {
    expect(() => codec.decodeBlock(codec.encodeValue(1)))
      .to.throw()
      .with.property('code', 'RECORD_CORRUPT');
    expect(() => codec.decodeValue(codec.encodeBlock([[1, 2]])))
      .to.throw()
      .with.property('code', 'RECORD_CORRUPT');
  });

  it('gives a value or RECORD_CORRUPT for any bytes, and for any byte changed', () => {
    const attempt = (bytes: Uint8Array): void => {
      try {
        codec.decodeBlock(bytes);
      } catch (error) {
        expect(isDStreamsError(error) && ['RECORD_CORRUPT', 'RECORD_NOT_SERIALIZABLE'].includes(error.code)).to.equal(
          true,
        );
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.constantFrom(0, 1, 2, 16, 17, 18), (bytes, layout) => {
        attempt(new Uint8Array([1, layout, ...bytes]));
      }),
    );
    fc.assert(
      fc.property(fc.array(record, { maxLength: 3 }), fc.nat(), fc.nat(255), (values, at, byte) => {
        const bytes = codec.encodeBlock(values);
        bytes[at % bytes.length] = byte;
        attempt(bytes);
      }),
    );
  });
});
