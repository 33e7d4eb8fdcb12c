import { expect } from 'chai';
import { compile, typeErrors } from './check.ts';

/** Somebody's mistake, and what the compiler has to say of it: in one error, whatever else stands there. */
export type Misuse = readonly [what: string, code: string, says: RegExp];

/** A test for each misuse. They are compiled in one go, each behind `head` and by itself. */
export function namesMisuses(head: string, misuses: readonly Misuse[]): void {
  let errors: string[];
  before(function () {
    this.timeout(120_000);
    errors = typeErrors(
      compile(
        misuses.map(([, code], index) => ({
          where: `${index}`,
          language: 'ts' as const,
          isRun: false,
          code: `${head}${code}\n`,
          output: undefined,
        })),
      ),
    );
  });
  for (const [index, [what, , says]] of misuses.entries()) {
    it(`names the mistake: ${what}`, () => {
      const own = errors.filter((error) => error.startsWith(`${index}+`));
      expect(own).to.have.length(1);
      expect(own[0]).to.match(says);
    });
  }
}
