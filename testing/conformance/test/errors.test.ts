import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Lab, outcomeOf, PROGRAMS, SURFACES } from './error-programs.ts';

interface Misuse {
  readonly name: string;
  readonly message: string | null;
}

const { cases } = JSON.parse(readFileSync(new URL('../cases/errors.json', import.meta.url), 'utf8')) as {
  cases: Misuse[];
};

describe('misuse, as in errors.json:', () => {
  for (const { name, message } of cases) {
    const program = PROGRAMS[name];
    if (program === undefined) continue;
    for (const surface of SURFACES) {
      it(`${name} (${surface})`, async () => {
        const { outcome, error } = await outcomeOf(program, new Lab(surface));
        expect(outcome).to.deep.equal(program.outcome);
        // The words of the program's own error reach whoever looks.
        if (message?.startsWith('no luck')) expect(String(error)).to.include(message);
      });
    }
  }

  it('every entry is a program here', () => {
    expect(Object.keys(PROGRAMS)).to.have.members(cases.map(({ name }) => name));
  });
});
