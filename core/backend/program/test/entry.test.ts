import { expect } from 'chai';
import { DStreamsError } from '../../../errors.ts';
import { pickEntry } from '../entry.ts';
import { defineJob, isJob } from '../job.ts';

class One {
  static main(args: string[]): string {
    return `${this.name}:${args.join(',')}`;
  }
}
class Two extends One {}
class NoMain {}
const plain = (args: string[]): string => `plain:${args.join(',')}`;
const notMain = (): string => 'helper';

describe('pickEntry', () => {
  const cases: { name: string; module: Record<string, unknown>; className?: string; runs: string }[] = [
    { name: 'a default function', module: { default: plain, main: notMain }, runs: 'plain:a,b' },
    { name: 'a default job', module: { default: defineJob(plain) }, runs: 'plain:a,b' },
    { name: 'a default class with static main', module: { default: One, Two }, runs: 'One:a,b' },
    {
      name: 'the default one although --class names another',
      module: { default: One, Two },
      className: 'Two',
      runs: 'One:a,b',
    },
    { name: 'the class that --class names', module: { One, Two, main: plain }, className: 'Two', runs: 'Two:a,b' },
    { name: 'a class by its Java name', module: { One, Two }, className: 'org.example.Two', runs: 'Two:a,b' },
    { name: 'a function that --class names', module: { One, plain }, className: 'plain', runs: 'plain:a,b' },
    { name: 'the only class with static main', module: { notMain, NoMain, One, limit: 3 }, runs: 'One:a,b' },
    { name: 'the only function named main', module: { notMain, main: plain }, runs: 'plain:a,b' },
    { name: 'the only one although the default is no program', module: { default: NoMain, One }, runs: 'One:a,b' },
    { name: 'exports of a CommonJS module', module: { default: { helper: notMain, main: plain } }, runs: 'plain:a,b' },
  ];
  for (const { name, module, className, runs } of cases) {
    it(`takes ${name}`, () => expect(pickEntry(module, className).main(['a', 'b'])).to.equal(runs));
  }

  const refused: {
    name: string;
    module: Record<string, unknown>;
    className?: string;
    code: string;
    lists: string[];
  }[] = [
    { name: 'several', module: { One, Two, notMain }, code: 'PROGRAM_AMBIGUOUS', lists: ['One, Two', '--class'] },
    { name: 'a class and main', module: { One, main: plain }, code: 'PROGRAM_AMBIGUOUS', lists: ['One', 'main'] },
    { name: 'none', module: { notMain, limit: 1 }, code: 'PROGRAM_NO_ENTRY', lists: ['notMain', 'limit', 'defineJob'] },
    { name: 'nothing', module: {}, code: 'PROGRAM_NO_ENTRY', lists: ['nothing'] },
    { name: 'a default class without main', module: { default: NoMain }, code: 'PROGRAM_NO_ENTRY', lists: ['default'] },
    {
      name: 'a --class that is not there',
      module: { One },
      className: 'Three',
      code: 'PROGRAM_NO_ENTRY',
      lists: ['Three', 'One'],
    },
    { name: 'a main that is no function', module: { main: 'x' }, code: 'PROGRAM_NO_ENTRY', lists: ['main'] },
  ];
  for (const { name, module, className, code, lists } of refused) {
    it(`refuses ${name} and lists what there is`, () => {
      expect(() => pickEntry(module, className))
        .to.throw(DStreamsError)
        .satisfies(
          (error: DStreamsError) => error.code === code && lists.every((text) => error.message.includes(text)),
        );
    });
  }
});

describe('defineJob', () => {
  it('marks its function and passes arguments and result through', () => {
    const job = defineJob(plain);
    expect(isJob(job)).to.equal(true);
    expect(isJob(plain)).to.equal(false);
    expect(isJob('plain')).to.equal(false);
    expect(job(['x'])).to.equal('plain:x');
  });

  it('refuses what is not a function', () => {
    expect(() => defineJob('x' as never))
      .to.throw(DStreamsError)
      .with.property('code', 'OPTIONS_INVALID');
  });
});
