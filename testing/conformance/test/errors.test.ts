import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Lab, outcomeOf, PROGRAMS, SURFACES } from './error-programs.ts';
import { MORE_PROGRAMS } from './error-programs-found.ts';

interface Misuse {
  readonly name: string;
  readonly message: string | null;
  readonly at?: string;
}

const casesOf = (file: string): readonly Misuse[] =>
  (JSON.parse(readFileSync(new URL(`../cases/${file}`, import.meta.url), 'utf8')) as { cases: Misuse[] }).cases;

/** What of Spark's message ours has to say, too: what is wrong, and the numbers; not what Java does with null. */
function essence(message: string): string {
  const text = message.replace(/^requirement failed: /, '').split(/[.:] | \(-\d+\) |, so /)[0]!;
  return text.startsWith('Cannot invoke') || text.startsWith('(') ? '' : text;
}

for (const [file, programs] of [['errors.json', PROGRAMS] as const, ['errors-found.json', MORE_PROGRAMS] as const]) {
  describe(`misuse, as in ${file}:`, () => {
    const cases = casesOf(file);
    for (const { name, message, at } of cases) {
      const program = programs[name];
      if (program === undefined) continue;
      for (const surface of SURFACES) {
        it(`${name} (${surface})`, async () => {
          const { outcome, error } = await outcomeOf(program, new Lab(surface));
          expect(outcome).to.deep.equal(program.outcome);
          if (at !== undefined) expect(outcome?.at).to.equal(at);
          // The words of the program's own error reach whoever looks.
          if (message?.startsWith('no ')) expect(String(error)).to.include(message);
          if (at !== undefined) expect(loose(error)).to.include(loose(essence(message!)));
        });
      }
    }

    it('every entry is a program here', () => {
      expect(Object.keys(programs)).to.have.members(cases.map(({ name }) => name));
    });
  });
}

/** Without what differs in the same sentence: an article, the name of Spark's class for a stream. */
const loose = (text: unknown): string =>
  String(text)
    .replaceAll(/must be (a )?multiple/g, 'must be a multiple')
    .replaceAll(/\b(State|Mapped)DStream |\w+ \(uid [^)]*\) /g, '');
