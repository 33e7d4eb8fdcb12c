import { inspect } from 'node:util';
import { expect } from 'chai';

/** A test for each value: what text, templates and the console show of it. */
export function printsAs(table: readonly (readonly [value: object, text: RegExp])[]): void {
  for (const [value, text] of table) {
    it(`${value.constructor.name}: ${text.source}`, () => {
      expect(`${value}`).to.match(text);
      expect(inspect(value)).to.equal(String(value));
    });
  }
}
