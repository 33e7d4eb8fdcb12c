import { expect } from 'chai';
import {
  Collections,
  Double,
  HashMap,
  Integer,
  JBoolean,
  JString,
  LinkedList,
  Lists,
  Long,
  MathShim,
  Pattern,
  type Queue,
  System,
  Thread,
} from '../index.ts';
import { codesOf } from './codes-of.ts';

describe('String.format', () => {
  // What Java 17 gives, Locale.ROOT.
  const cases: [format: string, value: unknown, text: string][] = [
    ['%.2f', 1.005, '1.01'],
    ['%.2f', 0.125, '0.13'],
    ['%.0f', 2.5, '3'],
    ['%.0f', 0.5, '1'],
    ['%.1f', -0.04, '-0.0'],
    ['%.3f', 1e21, '1000000000000000000000.000'],
    ['%.1f', 0.25, '0.3'],
    ['%f', 1e7, '10000000.000000'],
    ['%.20f', 0.1, '0.10000000000000000000'],
    ['%f', Number.NaN, 'NaN'],
    ['%f', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['%08.2f', Number.POSITIVE_INFINITY, 'Infinity'],
    ['%(.1f', -2.55, '(2.6)'],
    ['%+.1f', 0.05, '+0.1'],
    ['%,.2f', 1234567.891, '1,234,567.89'],
    ['%e', 0, '0.000000e+00'],
    ['%.2e', 12345.678, '1.23e+04'],
    ['%.0e', 9.6, '1e+01'],
    ['%E', 1e-10, '1.000000E-10'],
    ['%g', 0.0001234, '0.000123400'],
    ['%g', 123456.789, '123457'],
    ['%g', 1234567.5, '1.23457e+06'],
    ['%g', 1e-5, '1.00000e-05'],
    ['%.3g', 99.95, '100'],
    ['%d%%', 5, '5%'],
    ['%+d', 5, '+5'],
    ['% d', 5, ' 5'],
    ['%(d', -5, '(5)'],
    ['%08d', -42, '-0000042'],
    ['%,d', -1234567, '-1,234,567'],
    ['%,08d', 1234, '0001,234'],
    ['%d', 2n ** 70n, '1180591620717411303424'],
    ['%x', -1, 'ffffffff'],
    ['%X', 255, 'FF'],
    ['%#x', 255, '0xff'],
    ['%o', 8, '10'],
    ['%#o', 8, '010'],
    ['%c', 65, 'A'],
    ['%C', 'a', 'A'],
    ['%b', 'x', 'true'],
    ['%B', true, 'TRUE'],
    ['%b', null, 'false'],
    ['%5b|', false, 'false|'],
    ['%h', 'hi', 'd01'],
    ['%s', null, 'null'],
    ['%s', 123456789.5, '1.234567895E8'],
    ['%s', 1e-4, '1.0E-4'],
    ['%-6s|', 'ab', 'ab    |'],
    ['%6.2s|', 'abc', '    ab|'],
  ];
  for (const [format, value, text] of cases)
    it(`${format} of ${String(value)}`, () => expect(JString.format(format, value)).to.equal(text));

  it('%<s is the value before', () => expect(JString.format('%s %<s %s', 'a', 'b')).to.equal('a a b'));

  const refused: [string, unknown][] = [
    ['%d', 1.5],
    ['%d', 'x'],
    ['%f', 'x'],
    ['%z', 1],
    ['%-s', 1],
    ['%s %s', 1],
    ['%-05d', 1],
    ['%', 1],
    ['%.2d', 3],
    ['%5', 1],
    ['%c', 'ab'],
    ['%0d', 1],
    ['%D', 1],
  ];
  for (const [format, value] of refused) {
    it(`refuses ${format} of ${String(value)}`, () =>
      expect(codesOf(() => JString.format(format, value))).to.deep.equal(['OPTIONS_INVALID']));
  }
});

describe('numbers of java.lang', () => {
  const doubles: [text: string, java: string | undefined][] = [
    ['1', '1.0'],
    [' 2 ', '2.0'],
    ['1e3', '1000.0'],
    ['1d', '1.0'],
    ['.5', '0.5'],
    ['5.', '5.0'],
    ['+3', '3.0'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    ['1e7', '1.0E7'],
    ['', undefined],
    ['abc', undefined],
    ['1L', undefined],
    ['1_0', undefined],
  ];
  for (const [text, java] of doubles) {
    it(`Double.parseDouble of ${JSON.stringify(text)}`, () => {
      if (java !== undefined) expect(Double.toString(Double.parseDouble(text))).to.equal(java);
      else expect(codesOf(() => Double.parseDouble(text))).to.deep.equal(['OPTIONS_INVALID']);
    });
  }

  it('Double orders NaN and the zeros', () => {
    expect([
      Double.compare(1, 2),
      Double.compare(Number.NaN, 1),
      Double.compare(-0, 0),
      Double.compare(Number.NaN, Number.NaN),
    ]).to.deep.equal([-1, 1, -1, 0]);
  });

  it('Long keeps what a number keeps', () => {
    expect([Long.parseLong('-9007199254740991'), Long.parseLong('zz', 36), Long.compare(2, 1)]).to.deep.equal([
      Long.MIN_VALUE,
      1295,
      1,
    ]);
    for (const text of ['9007199254740993', '1.0', '', '0x1'])
      expect(
        codesOf(() => Long.parseLong(text)),
        text,
      ).to.deep.equal(['OPTIONS_INVALID']);
  });

  it('Integer and Boolean', () => {
    expect([Integer.toHexString(-1), Integer.toBinaryString(10), Integer.sum(1, 2), Integer.max(1, 2)]).to.deep.equal([
      'ffffffff',
      '1010',
      3,
      2,
    ]);
    expect(codesOf(() => Integer.parseInt('19', 8))).to.deep.equal(['OPTIONS_INVALID']);
    expect([JBoolean.parseBoolean('TRUE'), JBoolean.parseBoolean('yes'), JBoolean.valueOf(null)]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('Math rounds and divides as Java does', () => {
    const { floorDiv, floorMod } = MathShim;
    expect([floorDiv(-7, 2), floorDiv(7, -2), floorMod(-7, 2), floorMod(7, -3), floorMod(-6, 3)]).to.deep.equal([
      -4, -4, 1, -2, 0,
    ]);
    expect([MathShim.round(-2.5), MathShim.rint(2.5), MathShim.rint(3.5), MathShim.signum(-3)]).to.deep.equal([
      -2, 2, 4, -1,
    ]);
    expect(MathShim.max(1, 3)).to.equal(3);
    expect(codesOf(() => floorDiv(1, 0))).to.deep.equal(['OPTIONS_INVALID']);
  });
});

describe('Matcher', () => {
  it('finds one match after another', () => {
    const matcher = Pattern.compile('(?<word>[a-z]+)(\\d)?').matcher('ab1 c');
    const found: unknown[] = [];
    const word = (): string => matcher.group('word'); // Of a type that programs need not ask for null.
    while (matcher.find()) found.push([word(), matcher.group(2), matcher.start(), matcher.end()]);
    expect(found).to.deep.equal([
      ['ab', '1', 0, 3],
      ['c', null, 4, 5],
    ]);
    expect(matcher.groupCount()).to.equal(2);
    expect(codesOf(() => matcher.group())).to.deep.equal(['OPTIONS_INVALID']);
  });
  it('matches whole texts, and beginnings', () => {
    const matcher = Pattern.compile('a|ab', Pattern.CASE_INSENSITIVE).matcher('AB');
    expect([matcher.matches(), matcher.lookingAt(), matcher.replaceAll('x'), matcher.group()]).to.deep.equal([
      true,
      true,
      'xB',
      'A',
    ]);
    expect(codesOf(() => matcher.group(1))).to.deep.equal(['OPTIONS_INVALID']);
    expect(Pattern.compile(Pattern.quote('a.b')).matcher('axb').matches()).to.equal(false);
  });
  it('ends where matches have no width', () => {
    const matcher = Pattern.compile('x*').matcher('ab');
    let count = 0;
    while (matcher.find()) count++;
    expect(count).to.equal(3);
  });
});

describe('java.util', () => {
  it('Collections sorts, turns round and finds', () => {
    const list = Lists.newArrayList(3, 1, 10, 1);
    Collections.sort(list);
    expect(String(list)).to.equal('[1, 1, 3, 10]');
    Collections.sort(list, Collections.reverseOrder());
    Collections.swap(list, 0, 3);
    expect(String(list)).to.equal('[1, 3, 1, 10]');
    expect([Collections.max(list), Collections.min(list), Collections.frequency(list, 1)]).to.deep.equal([10, 1, 2]);
    expect(codesOf(() => Collections.max([]))).to.deep.equal(['COLLECTION_EMPTY']);
    expect(String(Collections.nCopies(2, 'a'))).to.equal('[a, a]');
  });
  it('a queue has two ends', () => {
    const queue: Queue<number> = new LinkedList<number>();
    queue.addLast(2);
    queue.offerFirst(1);
    queue.addLast(3);
    expect([queue.peekLast(), queue.getFirst(), queue.removeLast(), queue.pollFirst(), queue.element()]).to.deep.equal([
      3, 1, 3, 1, 2,
    ]);
    queue.clear();
    expect([queue.pollLast(), codesOf(() => queue.removeFirst())]).to.deep.equal([null, ['COLLECTION_EMPTY']]);
  });
  it('maps print as Java prints them', () => {
    const map = new HashMap<string, number>();
    map.put('a', 1);
    expect(String(map)).to.equal('{a=1}');
  });
});

describe('System and Thread', () => {
  it('tell the time, and wait', async () => {
    const before = System.nanoTime();
    const now = System.currentTimeMillis();
    await Thread.sleep(0);
    expect(Number.isInteger(now)).to.equal(true);
    expect(System.currentTimeMillis()).to.be.at.least(now);
    expect(System.nanoTime()).to.be.at.least(before);
  });
});
