import type { SeededRandom } from '../../../core/internal.ts';
import type { Value } from '../values.ts';
import { ANY, maybe, NUMBER, pairOf, type Shape, TEXT } from './shape.ts';

/** A kind of element that an input may have. */
interface Kind {
  readonly shape: Shape;
  element(random: SeededRandom): Value;
}

export const pick = <T>(random: SeededRandom, from: readonly T[]): T => from[random.int(from.length)]!;
export const chance = (random: SeededRandom, probability: number): boolean => random.next() < probability;

const WORDS = ['a', 'b', 'c', 'ab', 'cab', 'tree', 'tree', ''];
const LINES = ['to be', 'a b b', '', ' or  be ', 'be', 'a a', 'to to b'];
const ODD_TEXTS = [
  'é',
  '\u{1f600}',
  '\u{1f600}a',
  'e\u0301',
  'ß',
  '\uffff',
  '\u{10000}',
  'A',
  'a',
  '',
  ' ',
  '"',
  '\\',
  '0',
];
/** Texts that objects of JavaScript know, that look like other values, and halves of pairs of surrogates. */
const STRANGE_TEXTS = [
  '__proto__',
  'constructor',
  'toString',
  'null',
  'true',
  '1',
  '-1',
  '1.0',
  '\ud800',
  '\udc00',
  '\u0000',
  '\n',
  '(a,1)',
];
const LARGE = [0, 1, -1, 2147483647, -2147483648, 2147483648, 4294967296, -4294967297, 1099511627776];

const number = (random: SeededRandom): number => random.int(12) - 3;
const word = (random: SeededRandom): string => pick(random, WORDS);
const pairKind = (key: Kind, value: Kind): Kind => ({
  shape: pairOf(key.shape, value.shape),
  element: (random) => [key.element(random), value.element(random)],
});
const numbers: Kind = { shape: NUMBER, element: number };
const words: Kind = { shape: TEXT, element: word };
const oddTexts: Kind = { shape: TEXT, element: (random) => pick(random, ODD_TEXTS) };
const strangeTexts: Kind = { shape: TEXT, element: (random) => pick(random, STRANGE_TEXTS) };
const booleans: Kind = { shape: ANY, element: (random) => chance(random, 0.5) };
const large: Kind = { shape: NUMBER, element: (random) => pick(random, LARGE) };
const orNull = ({ shape, element }: Kind): Kind => ({
  shape: maybe(shape),
  element: (random) => (chance(random, 0.3) ? null : element(random)),
});

/** Values of all kinds, some of which look alike. */
const mixed: Kind = {
  shape: ANY,
  element: (random) =>
    pick(random, [numbers, words, strangeTexts, booleans, nothing, large, pairKind(numbers, words)]).element(random),
};
const nothing: Kind = { shape: ANY, element: () => null };

export const KINDS: readonly Kind[] = [
  numbers,
  numbers,
  words,
  words,
  { shape: TEXT, element: (random) => pick(random, LINES) },
  pairKind(words, numbers),
  pairKind(words, numbers),
  pairKind(words, numbers),
  pairKind(numbers, words),
  pairKind(numbers, numbers),
  oddTexts,
  large,
  pairKind(oddTexts, large),
  pairKind(pairKind(words, numbers), numbers),
  pairKind(orNull(words), orNull(numbers)),
  orNull(words),
  strangeTexts,
  pairKind(strangeTexts, numbers),
  pairKind(mixed, numbers),
  pairKind(mixed, mixed),
  mixed,
  pairKind(booleans, words),
  pairKind(words, pairKind(numbers, numbers)),
];

/** Without what Python and JavaScript take for different values: its true is 1, its texts are of characters. */
export const PLAIN_KINDS: readonly Kind[] = [
  numbers,
  words,
  { shape: TEXT, element: (random) => pick(random, LINES) },
  pairKind(words, numbers),
  pairKind(words, numbers),
  pairKind(numbers, words),
  pairKind(numbers, numbers),
  pairKind(pairKind(words, numbers), numbers),
  pairKind(orNull(words), orNull(numbers)),
  orNull(words),
  pairKind(words, pairKind(numbers, numbers)),
];

/** Lines of files. */
export const FILE_KINDS: readonly Kind[] = [
  words,
  { shape: TEXT, element: (random) => pick(random, LINES) },
  { shape: TEXT, element: (random) => `${number(random)}` },
];

export interface Script {
  readonly shape: Shape;
  readonly batches: (Value[] | null)[];
}

/** A batch that may be missing is one without a data set. */
export function scriptOf(random: SeededRandom, batchCount: number, mayLack: boolean, kinds: readonly Kind[]): Script {
  const { shape, element } = pick(random, kinds);
  const emptyShare = pick(random, [0, 0.2, 0.2, 0.6]);
  const most = pick(random, [1, 3, 5, 5, 8]);
  const batch = (): Value[] | null => {
    if (mayLack && chance(random, 0.25)) return null;
    if (chance(random, emptyShare)) return [];
    return Array.from({ length: 1 + random.int(most) }, () => element(random));
  };
  return { shape, batches: Array.from({ length: batchCount }, batch) };
}

/** States to begin with: pairs of the key's shape, or nothing where none can be made. */
export function initialOf(random: SeededRandom, key: Shape, value: Shape): Value[] | undefined {
  const keys = elementsOf(key);
  const values = elementsOf(value);
  if (keys === undefined || values === undefined) return undefined;
  const chosen = keys.filter(() => chance(random, 0.5));
  // A key twice: it has one state all the same.
  if (chosen.length > 0 && chance(random, 0.2)) chosen.push(chosen[0]!);
  return chosen.map((one) => [one, pick(random, values)]);
}

/** Some elements of a shape, where any can be made. */
export function elementsOf(shape: Shape): Value[] | undefined {
  switch (shape.kind) {
    case 'number':
      return [0, 1, 2, 7, -2];
    case 'text':
      return ['a', 'b', 'zz', '', 'tree'];
    case 'pair': {
      const [keys, values] = [elementsOf(shape.key), elementsOf(shape.value)];
      return keys === undefined || values === undefined
        ? undefined
        : keys.map((k, i) => [k, values[i % values.length]!]);
    }
    default:
      return undefined;
  }
}
