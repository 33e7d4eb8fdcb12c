import { expect } from 'chai';
import { JList } from '../java-list.ts';
import { JMap } from '../java-map.ts';
import { Optional } from '../optional.ts';
import { pythonText } from '../python-text.ts';
import type { TextShape } from '../text.ts';
import { fluentText, javaText } from '../text.ts';
import { Tuple2, Tuple3 } from '../tuple.ts';

const date = new Date(1357008430123);
const itself: unknown[] = [];
itself.push(itself, 1, 2);
class Named {
  toString(): string {
    return 'named';
  }
}

describe('javaText', () => {
  const cases: readonly (readonly [value: unknown, text: string])[] = [
    ['a b', 'a b'],
    ['', ''],
    [null, 'null'],
    [undefined, 'null'],
    [12, '12'],
    [-3, '-3'],
    [2 ** 60, '1152921504606846976'],
    [12n, '12'],
    [true, 'true'],
    // Doubles that are not whole, as Java 17 prints them.
    [1.5, '1.5'],
    [0.1, '0.1'],
    [0.001, '0.001'],
    [2e-5, '2.0E-5'],
    [1.5e-7, '1.5E-7'],
    [9999999.5, '9999999.5'],
    [123456789.125, '1.23456789125E8'],
    [1e21, '1.0E21'],
    [1e23, '1.0E23'],
    [Number.MIN_VALUE, '4.9E-324'],
    [1.7976931348623157e308, '1.7976931348623157E308'],
    [-0, '-0.0'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [[1, 2], '[1, 2]'],
    [[], '[]'],
    [new JList(['a', null]), '[a, null]'],
    [new Map([['a', 1]]), '{a=1}'],
    [new JMap([['a', [1]]]), '{a=[1]}'],
    [{ a: 1, b: 'x' }, '{a=1, b=x}'],
    [new Set([1, 2]), '[1, 2]'],
    [new Tuple2('a', 1), '(a,1)'],
    [new Tuple2('k', new Tuple2(null, [1, 2])), '(k,(null,[1, 2]))'],
    [new Tuple3(1, 2, 3), '(1,2,3)'],
    [new Tuple2('even', new Tuple2(2, Optional.empty())), '(even,(2,Optional.empty))'],
    [Optional.of(3), 'Optional[3]'],
    [date, 'Tue Jan 01 02:47:10 UTC 2013'],
    [new Uint8Array([1, 255]), '[1, 255]'],
    [new Named(), 'named'],
  ];
  for (const [value, text] of cases) it(`prints ${text}`, () => expect(javaText(value)).to.equal(text));

  it('ends for a list that holds itself', () => expect(javaText(itself)).to.include('…'));
});

describe('fluentText', () => {
  const pairOfLists: TextShape = {
    kind: 'pair',
    value: { kind: 'pair', key: { kind: 'list' }, value: { kind: 'list' } },
  };
  const outer: TextShape = { kind: 'pair', value: { kind: 'pair', value: { kind: 'optional' } } };
  const cases: readonly (readonly [value: unknown, text: string, shape?: TextShape])[] = [
    ['a', 'a'],
    [['a', 1], '(a,1)'],
    [['b', ['x', 2]], '(b,(x,2))'],
    [[1, 2, 3], '[1, 2, 3]'],
    [[1], '[1]'],
    [[1, 2], '[1, 2]', { kind: 'list' }],
    [['a', [1, 2]], '(a,[1, 2])', { kind: 'pair', value: { kind: 'list' } }],
    [['even', [[2, 4], [6, 8]]], '(even,([2, 4],[6, 8]))', pairOfLists], // biome-ignore format: one case, one line
    [['even', [2, undefined]], '(even,(2,Optional.empty))', outer],
    [['even', [2, 4]], '(even,(2,Optional[4]))', outer],
    [{ a: 1, b: [2n] }, '{"a":1,"b":["2"]}'],
    [1.5, '1.5'],
    [-0, '-0'],
    [5n, '5'],
    [null, 'null'],
    [undefined, 'undefined'],
    [true, 'true'],
    [date, '2013-01-01T02:47:10.123Z'],
    [new Map([['a', [1, 2]]]), '{a=(1,2)}'],
    [new Tuple2('a', 1), '(a,1)'],
    [new Named(), 'named'],
  ];
  for (const [value, text, shape] of cases) {
    it(`prints ${text}`, () => expect(fluentText(value, shape)).to.equal(text));
  }

  it('ends for a list that holds itself', () => expect(fluentText(itself)).to.include('…'));
});

describe('pythonText', () => {
  const cases: readonly (readonly [value: unknown, text: string, shape?: TextShape])[] = [
    ['hello', 'hello'],
    [['hello', 1], "('hello', 1)"],
    [['a', 'b', 'c'], "['a', 'b', 'c']"],
    [['a', ['x', 2]], "('a', ('x', 2))"],
    [['a', [1, 2]], "('a', [1, 2])", { kind: 'pair', value: { kind: 'list' } }],
    [['a', [1, undefined]], "('a', (1, None))"],
    [[true, false], '(True, False)'],
    [null, 'None'],
    [1.5, '1.5'],
    [1e-5, '1e-05'],
    [0.0001, '0.0001'],
    [1e300, '1e+300'],
    [2 ** 60, '1152921504606846976'],
    [-0, '-0.0'],
    [Number.NaN, 'nan'],
    [7n, '7'],
    [["it's"], '["it\'s"]'],
    [['both \' and "'], "['both \\' and \"']"],
    [['a\n\t\\\u0001é\u200b😀'], "['a\\n\\t\\\\\\x01é\\u200b😀']"],
    [['\ud800'], "['\\ud800']"],
    [{ a: 1, b: ['x'] }, "{'a': 1, 'b': ['x']}"],
    [new Map([[1, 'a']]), "{1: 'a'}"],
    [new Set(['a']), "{'a'}"],
    [new Set(), 'set()'],
    [new Uint8Array([97, 39, 0]), 'b"a\'\\x00"'],
    [new Tuple2('a', 1), "('a', 1)"],
    [new Tuple2('a', Optional.of('b')), "('a', 'b')"],
    [Optional.empty(), 'None'],
    [date, '2013-01-01 02:47:10.123000'],
    [['at', date], "('at', datetime.datetime(2013, 1, 1, 2, 47, 10, 123000))"],
  ];
  for (const [value, text, shape] of cases) {
    it(`prints ${text}`, () => expect(pythonText(value, shape)).to.equal(text));
  }

  it('ends for a list that holds itself', () => expect(pythonText(itself)).to.include('...'));
});
