import { expect } from 'chai';
import fc from 'fast-check';
import { errorCodes } from '../../core/internal.ts';
import {
  Arrays,
  Collections,
  Integer,
  javaSplit,
  JInputStream,
  JString,
  LinkedList,
  Lists,
  Pattern,
  SparkConf,
  System,
  Tuple2,
} from '../index.ts';

describe('javaSplit', () => {
  // What `text.split(regex)` of Java 17 gives.
  const cases: [text: string, regex: string, parts: string[]][] = [
    ['', ' ', ['']],
    ['a ', ' ', ['a']],
    [' a', ' ', ['', 'a']],
    ['a  b  ', ' ', ['a', '', 'b']],
    [' ', ' ', []],
    ['a,b;c', '[,;]', ['a', 'b', 'c']],
    ['a.b', '\\.', ['a', 'b']],
    ['a\\tb', '\\s+', ['a\\tb']],
    ['a \t b', '\\s+', ['a', 'b']],
    ['abc', '', ['a', 'b', 'c']],
    ['aXXb', '(X)', ['a', '', 'b']],
    ['a1b22', '\\d+', ['a', 'b']],
    ['abc', 'z', ['abc']],
  ];
  for (const [text, regex, parts] of cases) {
    it(`${JSON.stringify(text)} by ${JSON.stringify(regex)}`, () => {
      expect(javaSplit(text, regex)).to.deep.equal(parts);
      expect(Pattern.compile(regex).split(text)).to.deep.equal(parts);
    });
  }
  const limited: [string, number, string[]][] = [
    ['a b  ', 2, ['a', 'b  ']],
    ['a b  ', -1, ['a', 'b', '', '']],
    ['a b  ', 9, ['a', 'b', '', '']],
  ];
  for (const [text, limit, parts] of limited)
    it(`with limit ${limit}`, () => expect(javaSplit(text, ' ', limit)).to.deep.equal(parts));

  it('begins anew each time', () => {
    const digits = Pattern.compile('\\d');
    expect(digits.split('a1b2c3', 2)).to.deep.equal(['a', 'b2c3']);
    expect(digits.split('a1b2c3')).to.deep.equal(['a', 'b', 'c']);
    const regex = /\d/g;
    regex.lastIndex = 3;
    expect(javaSplit('a1b2c3', regex)).to.deep.equal(['a', 'b', 'c']);
    expect(regex.lastIndex).to.equal(3);
  });

  it('by a plain text is as by an expression', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(' ', 'a', 'b') }), (text) => {
        expect(javaSplit(text, ' ')).to.deep.equal(javaSplit(text, '[ ]'));
      }),
    ));
});

describe('collections by their Java names', () => {
  it('newArrayList copies one iterable, or takes its arguments', () => {
    expect(String(Lists.newArrayList(['a', 'b']))).to.equal('[a, b]');
    expect(String(Lists.newArrayList('a', 'b'))).to.equal('[a, b]');
    expect(String(Lists.newArrayList('ab'))).to.equal('[ab]');
    expect(String(Arrays.asList('a', 'b'))).to.equal('[a, b]');
    expect(String(Arrays.asList(['a', 'b']))).to.equal('[a, b]');
    expect(Collections.emptyList().isEmpty()).to.equal(true);
  });
  it('a linked list is a queue', () => {
    const queue = new LinkedList<number>();
    expect([queue.poll(), queue.offer(1), queue.add(2), queue.peek(), queue.poll(), String(queue)]).to.deep.equal([
      null,
      true,
      true,
      1,
      1,
      '[2]',
    ]);
  });
});

describe('java.lang, as far as it goes', () => {
  const formats: [string, unknown[], string][] = [
    ['%s (%s total)', ['a', 2], 'a (2 total)'],
    ['%5d|%-5d|%05d', [1, 2, 3], '    1|2    |00003'],
    ['%.2f %,d', [1.005, 1234567], '1.01 1,234,567'],
    ['%08.3f', [-1.5], '-001.500'],
    ['%x%%%n', [255], 'ff%\n'],
    ['%2$s %1$s', ['a', 'b'], 'b a'],
    ['%s', [new Tuple2('a', [1, 2])], '(a,[1, 2])'],
    ['%e', [12345.678], '1.234568e+04'],
  ];
  for (const [format, values, text] of formats)
    it(`format ${format}`, () => expect(JString.format(format, ...values)).to.equal(text));

  it('refuses what is no int', () => {
    expect([
      Integer.parseInt('12'),
      Integer.parseInt('-7'),
      Integer.valueOf('+3'),
      Integer.parseInt('ff', 16),
    ]).to.deep.equal([12, -7, 3, 255]);
    for (const text of ['', ' 1', '1.5', '2147483648', 'x', null]) {
      let error: unknown;
      try {
        Integer.parseInt(text as string);
      } catch (e) {
        error = e;
      }
      expect(errorCodes(error), String(text)).to.deep.equal(['OPTIONS_INVALID']);
    }
  });

  it('system properties reach configurations made later', () => {
    expect(System.setProperty('spark.cleaner.ttl', '3600')).to.equal(null);
    expect(new SparkConf().get('spark.cleaner.ttl')).to.equal('3600');
    expect(System.clearProperty('spark.cleaner.ttl')).to.equal('3600');
    expect(System.getProperty('spark.cleaner.ttl')).to.equal(null);
    expect(System.getenv('DSTREAMS_SURELY_NOT_SET')).to.equal(null);
  });
});

describe('JInputStream', () => {
  const chunksOf = async function* (bytes: Uint8Array, sizes: readonly number[]) {
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length]!;
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
  it('reads lines as BufferedReader does, however they are cut', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', '\r\n') }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }),
        async (text, sizes) => {
          const input = new JInputStream(chunksOf(Buffer.from(text), sizes), 1000);
          const lines: string[] = [];
          for (let line = await input.readLine(); line !== null; line = await input.readLine()) lines.push(line);
          const expected = text.split(/\r\n|\n|\r/);
          if (expected.at(-1) === '') expected.pop();
          expect(lines).to.deep.equal(expected);
        },
      ),
    ));
  it('refuses a line that is too long', async () => {
    const input = new JInputStream(chunksOf(Buffer.from('abcdef\n'), [2]), 5);
    expect(errorCodes(await input.readLine().catch((e: unknown) => e))).to.deep.equal(['LINE_TOO_LONG']);
  });
  it('reads bytes', async () => {
    const input = new JInputStream(chunksOf(Buffer.from('abc'), [2]), 5);
    expect([
      await input.read(),
      (await input.readBytes(9)).length,
      await input.read(),
      await input.read(),
    ]).to.deep.equal([97, 1, 99, -1]);
  });
});
