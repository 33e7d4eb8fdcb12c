import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Judge } from './judge.ts';

type Batches = readonly { readonly all: readonly string[]; readonly state: readonly string[] }[];

const good: Batches = [
  { all: ['a.1', 'b.1'], state: ['total 1 2', 'numbered 1 1 a.1', 'numbered 1 2 b.1', 'window 1 2'] },
  { all: ['c.1'], state: ['total 1 3', 'numbered 1 3 c.1', 'window 1 3'] },
];
const second = (all: readonly string[], state: readonly string[]): Batches => [good[0]!, { all, state }];

describe('the judge of the programs that are killed', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-judge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, lines: readonly string[]) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'part-00000'), lines.map((line) => `${line}\n`).join(''));
    writeFileSync(join(folder, name, '_SUCCESS'), '');
  };
  const writeAll = (batches: Batches) => {
    for (const [i, { all, state }] of batches.entries()) {
      write(`all-${1000 + i * 500}`, all);
      write(`state-${1000 + i * 500}`, state);
    }
  };

  it('passes what is right', () => {
    writeAll(good);
    const judge = new Judge(folder);
    judge.sent('e', 1500, ['c.1']);
    judge.finish();
    expect([...judge.seen]).to.deep.equal(['a.1', 'b.1', 'c.1']);
  });

  const wrong: { name: string; batches: Batches }[] = [
    { name: 'a record twice', batches: second(['a.1'], ['total 1 3', 'numbered 1 3 a.1', 'window 1 3']) },
    { name: 'a total that lost its state', batches: second(['c.1'], ['total 1 1', 'numbered 1 3 c.1', 'window 1 3']) },
    { name: 'a number given again', batches: second(['c.1'], ['total 1 3', 'numbered 1 2 c.1', 'window 1 3']) },
    { name: 'a window without its past', batches: second(['c.1'], ['total 1 3', 'numbered 1 3 c.1', 'window 1 1']) },
    { name: 'a record without state', batches: second(['c.1'], ['total 1 3', 'window 1 3']) },
  ];
  for (const { name, batches } of wrong) {
    it(`finds ${name}`, () => {
      writeAll(batches);
      expect(() => new Judge(folder).look()).to.throw(Error, /1500/);
    });
  }

  it('finds an output that has changed, a batch that is missing, and a gateway that says otherwise', () => {
    writeAll(good);
    const judge = new Judge(folder);
    judge.look();
    expect(() => judge.sent('e', 1500, ['c.1'])).not.to.throw();
    expect(() => judge.sent('e', 1500, [])).to.throw(Error, /1500/);
    write('all-1500', ['d.1']);
    expect(() => judge.finish()).to.throw(Error, /read again/);
    write('all-1500', ['c.1']);
    write('all-2500', []);
    expect(() => judge.finish()).to.throw(Error, /batches/);
  });
});
