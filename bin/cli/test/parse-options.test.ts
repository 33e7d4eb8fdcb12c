import { expect } from 'chai';
import { isDStreamsError } from '../../../core/errors.ts';
import { parse } from '../parse-options.ts';

describe('the options of a client command', () => {
  const read = (...tokens: string[]) => parse(tokens, ['--url', '--pub'], ['--text']);

  it('stand anywhere, with or without an equals sign', () => {
    const { rest, has, one, all } = read('clicks', '--url', 'ws://a/', '--pub=a', '--text', '--pub', '-1', '-', '7');
    expect({ rest, url: one('--url'), pub: all('--pub'), text: has('--text') }).to.deep.equal({
      rest: ['clicks', '-', '7'],
      url: 'ws://a/',
      pub: ['a', '-1'],
      text: true,
    });
    expect(read('-h').has('--help')).to.equal(true);
  });

  for (const [tokens, message] of [
    [['-x'], 'unknown option -x'],
    [['--urls', 'a'], 'unknown option --urls'],
    [['--url'], '--url needs a value'],
    [['--url', '--text'], '--url needs a value'],
    [['--text=no'], '--text takes no value'],
    [['--url', 'a', '--url=b'], '--url stands twice'],
  ] as const) {
    it(`are refused: ${tokens.join(' ')}`, () => {
      expect(() => read(...tokens).one('--url'))
        .to.throw(message)
        .that.satisfies((error: unknown) => isDStreamsError(error, 'COMMAND_INVALID'));
    });
  }
});
