import { expect } from 'chai';
import { isDStreamsError, SparkContext } from '../index.ts';
import { shellWords } from '../shell-words.ts';

// As Python's `shlex.split`, which PySpark's `pipe` uses, answers; null: it refuses.
const WORDS: readonly (readonly [command: string, words: readonly string[] | null])[] = [
  ["echo 'a b'", ['echo', 'a b']],
  ['a "b \\" c" d', ['a', 'b " c', 'd']],
  ['a\\ b c', ['a b', 'c']],
  ["''", ['']],
  ["a''b", ['ab']],
  ['"a\\nb"', ['a\\nb']],
  ["'a\\'", ['a\\']],
  ['"a\\\\b"', ['a\\b']],
  ["a'b c'd", ['ab cd']],
  ['#c d', ['#c', 'd']],
  ['a;b|c $X', ['a;b|c', '$X']],
  ['"a\'b"', ["a'b"]],
  ['  a\t\nb ', ['a', 'b']],
  ['', []],
  ["x 'y", null],
  ['x "y', null],
  ['x\\', null],
];

describe('the words of a command', () => {
  for (const [command, words] of WORDS) {
    it(`of ${JSON.stringify(command)} are ${words === null ? 'refused' : JSON.stringify(words)}`, () => {
      if (words !== null) expect(shellWords(command)).to.deep.equal(words);
      else expect(() => shellWords(command)).to.throw(/no list of words/);
    });
  }

  it('are what pipe runs; a mistake is found at the call', async () => {
    const sc = new SparkContext('local', 'words');
    const one = sc.parallelize([1], 1);
    expect(await one.pipe(`sh -c 'echo "a  b"'`).collect()).to.deep.equal(['a  b']);
    try {
      one.pipe("echo 'a");
      expect.fail('it was let through');
    } catch (error) {
      expect(isDStreamsError(error, 'OPTIONS_INVALID')).to.equal(true);
    }
    await sc.stop();
  });
});
