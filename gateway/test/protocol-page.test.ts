import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CLOSE, ERR_CODES, PUBERR_CODES } from '../index.ts';
import { limitsSchema } from '../options.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8').split('\n');

/** Cells of the table with this heading, row by row. */
function table(name: string, heading: string): string[][] {
  const lines = page(name);
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  expect(start, heading).to.be.at.least(0);
  const rows: string[][] = [];
  for (let i = start + 2; lines[i]!.startsWith('|'); i++) {
    rows.push(
      lines[i]!.slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
  }
  return rows;
}

const words = (cell: string) => [...cell.matchAll(/`([A-Za-z_]+)`/g)].map(([, word]) => word!);

const UNITS: Readonly<Record<string, number>> = { KiB: 1 << 10, MiB: 1 << 20, GiB: 1 << 30, s: 1000, h: 3_600_000 };

/** `1 MiB` in bytes, `5 s` in ms. */
function valueOf(text: string): number {
  const [number, unit] = text.split(' ');
  return Number(number!.replaceAll(',', '')) * (unit === undefined ? 1 : UNITS[unit]!);
}

describe('the pages of the gateway and its protocol', () => {
  for (const [heading, codes] of [
    ['`puberr`', PUBERR_CODES],
    ['`err`', ERR_CODES],
  ] as const) {
    it(`say of each code of ${heading} what the client should do`, () => {
      const rows = table('gateway-protocol', heading);
      expect(rows.flatMap(([code]) => words(code!))).to.have.members([...codes]);
      for (const [code, todo] of rows) expect(todo, code).to.have.length.above(10);
    });
  }

  it('say of each close code what the client should do', () => {
    const rows = table('gateway-protocol', 'code');
    expect(rows.map(([code]) => Number(code))).to.have.members(Object.values(CLOSE));
    for (const [code, , todo] of rows) expect(todo, code).to.have.length.above(8);
  });

  it('have each limit with its default', () => {
    const said: Record<string, number> = {};
    for (const [names, defaults] of table('gateway', 'limit')) {
      const values = defaults!.split('; ').map(valueOf);
      for (const [i, name] of words(names!).entries()) said[name] = values[i]!;
    }
    expect(said).to.deep.equal(limitsSchema.parse({}));
  });
});
