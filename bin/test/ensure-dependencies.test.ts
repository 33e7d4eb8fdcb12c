import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isInstalled } from '../ensure-dependencies.mjs';

describe('whether the packages are installed', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dstreams-installed-'));
    mkdirSync(join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const installedFile = () => join(root, 'node_modules/.package-lock.json');
  /** Writes both lock files, the wanted one `newerBySeconds` after the installed one. */
  const write = (wanted: object, installed: object | undefined, newerBySeconds: number) => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
    utimesSync(join(root, 'package-lock.json'), 1_000_000, 1_000_000);
    if (installed === undefined) return;
    writeFileSync(installedFile(), JSON.stringify({ packages: installed }));
    utimesSync(installedFile(), 1_000_000, 1_000_000 - newerBySeconds);
  };
  const [one, two] = [{ 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '2.0.0' } }];
  const optional = { 'node_modules/b': { version: '1.0.0', optional: true } };

  const cases = [
    { name: 'nothing is installed', wanted: one, installed: undefined, newer: 0, expected: false },
    { name: 'the installation is newer', wanted: two, installed: one, newer: -1, expected: true },
    {
      name: 'the lock file is newer and asks for another version',
      wanted: two,
      installed: one,
      newer: 1,
      expected: false,
    },
    {
      name: 'the lock file is newer and asks for one more',
      wanted: { ...one, 'node_modules/b': {} },
      installed: one,
      newer: 1,
      expected: false,
    },
    { name: 'the lock file is newer and says the same', wanted: one, installed: one, newer: 1, expected: true },
    {
      name: 'what lacks is for another platform',
      wanted: { ...one, ...optional },
      installed: one,
      newer: 1,
      expected: true,
    },
  ];
  for (const { name, wanted, installed, newer, expected } of cases) {
    it(`${expected ? 'yes' : 'no'}: ${name}`, () => {
      write(wanted, installed, newer);
      expect(isInstalled(root)).to.equal(expected);
    });
  }

  it('is remembered when a newer lock file says the same', () => {
    write(one, one, 1);
    isInstalled(root);
    expect(statSync(installedFile()).mtimeMs).to.equal(1_000_000_000);
  });
});
