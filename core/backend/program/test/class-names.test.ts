import { expect } from 'chai';
import { withClassNames } from '../class-names.mjs';

describe('names of classes in a bundle', () => {
  const bundles: readonly (readonly [what: string, code: string, expected: string])[] = [
    ['come back wherever the class names itself', 'new _Foo(); _Foo.ALL; f(_Foo)', 'new Foo (); Foo .ALL; f(Foo )'],
    ['also behind a spread', '[..._Foo.ALL]', '[...Foo .ALL]'],
    ['not as members', 'x._Foo; this.#_Foo', 'x._Foo; this.#_Foo'],
    ['not in texts', `'_Foo' "_Foo" \`_Foo\``, `'_Foo' "_Foo" \`_Foo\``],
    ['not of others', '_Food; my_Foo; _Bar', '_Food; my_Foo; _Bar'],
  ];
  for (const [what, code, expected] of bundles) {
    it(what, () => {
      const head = 'var Foo = class _Foo {};\n';
      expect(withClassNames(head + code)).to.equal(`var Foo = class Foo  {};\n${expected}`);
    });
  }
});
