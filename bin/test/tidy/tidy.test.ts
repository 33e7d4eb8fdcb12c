import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { expect } from 'chai';
import { MUTANTS as CHECKPOINT_MUTANTS } from '../../../core/checkpoint/test/proof/mutants.ts';
import { MUTANTS as ENGINE_MUTANTS } from '../../../core/engine/test/simulation/mutants.ts';
import { MUTANTS as GATEWAY_MUTANTS } from '../../../gateway/test/simulation/mutants.ts';
import { missingEntries } from '../../complete-lock.mjs';
import { sourceFiles } from '../../dev-build.mjs';
import { ENTRIES, PUBLIC_ENTRIES } from '../../entries.mjs';
import { planted } from '../bundle.ts';
import { cycles, layerViolations } from './layers.ts';
import { packageViolations } from './packages.ts';
import { deadFiles, reachable } from './reach.ts';
import { IMPLEMENTATIONS, restrictedUses } from './restricted.ts';
import { type ParsedSource, parse, readSource, type SourceText } from './source.ts';
import { exclusiveTests, localTraces, resolvedHosts } from './text.ts';

const TOP_LEVEL = new Set('.ci core api-java-style api-fluent gateway testing examples bench docs bin'.split(' '));

/** Holds over the whole tree, whatever is added to it; the rules themselves are tested in rules.test.ts. */
describe('the tree is tidy:', function () {
  this.timeout(60_000);
  let files: readonly ParsedSource[];
  const shippedEntries = [...PUBLIC_ENTRIES, 'worker', 'cli'].map((name) => ENTRIES[name] as string);

  before(() => {
    const paths: string[] = sourceFiles((path: string) => path.endsWith('.ts') && !path.includes('/fixtures/'));
    files = paths.map((path) => parse(readSource(path)));
  });

  it('imports point one way', () => expect(layerViolations(files)).to.deep.equal([]));

  it('no imports go round in a circle', () => expect(cycles(files)).to.deep.equal([]));

  it('every imported file exists', () => {
    const missing = files.flatMap(({ path, imports }) =>
      imports.filter(({ file }) => file !== undefined && !existsSync(file)).map(({ file }) => `${path}: ${file}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it('every file is needed', () => expect(deadFiles(files, Object.values(ENTRIES))).to.deep.equal([]));

  it('time, files and chance come through their contracts', () => expect(restrictedUses(files)).to.deep.equal([]));

  it('the implementations of these contracts are where the rule says', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).to.include.members(Object.values(IMPLEMENTATIONS).flat());
  });

  it('users get every package that they need', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(packageViolations(files, reachable(files, shippedEntries), Object.keys(dependencies))).to.deep.equal([]);
  });

  // Most are planted in the long run only, which would learn late that a change took it away.
  it('every planted bug has its place', () => {
    for (const mutant of [...CHECKPOINT_MUTANTS, ...ENGINE_MUTANTS, ...GATEWAY_MUTANTS]) planted(mutant);
  });

  it('no test is switched off', () => expect(exclusiveTests(files)).to.deep.equal([]));

  it('no file carries traces of one machine', () => {
    const folders = [process.cwd(), homedir()].filter((folder) => folder.length > 1);
    expect(localTraces(trackedTexts(), folders)).to.deep.equal([]);
  });

  it('folders at the top are those of the project, not what a program has written', () => {
    const folders = trackedPaths().flatMap((path) => (path.includes('/') ? [path.slice(0, path.indexOf('/'))] : []));
    expect([...new Set(folders)].filter((folder) => !TOP_LEVEL.has(folder))).to.deep.equal([]);
  });

  it('the lock file names no registry, and every platform', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    expect(resolvedHosts(lock)).to.deep.equal([]);
    expect(missingEntries(lock.packages), 'npm ci would refuse it: npm run lock').to.deep.equal([]);
  });
});

/** Files that everybody gets. Without git (an unpacked archive) these are the sources and the files at the root. */
function trackedPaths(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return listed.split('\0').filter((path) => path !== '');
  } catch {
    return [...sourceFiles(() => true), 'package.json', 'package-lock.json', 'README.md'];
  }
}

function trackedTexts(): SourceText[] {
  const present = trackedPaths().filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return present.map(readSource).filter(({ text }) => !text.includes('\0'));
}
