import { expect } from 'chai';
import { missingEntries, platformEntry } from '../complete-lock.mjs';

describe('completing the lock file', () => {
  const owner = (names: string[], extra = {}) => ({
    version: '1.2.3',
    optionalDependencies: Object.fromEntries(names.map((name) => [name, '1.2.3'])),
    ...extra,
  });

  it('finds the optional packages without an entry, once, with the version that their owner asks for', () => {
    const packages = {
      'node_modules/a': owner(['a-linux-x64', 'a-win32-x64'], { dev: true }),
      'node_modules/a-linux-x64': {},
    };
    const expected = { path: 'node_modules/a-win32-x64', name: 'a-win32-x64', version: '1.2.3', dev: true };
    expect(missingEntries(packages)).to.deep.equal([expected]);
  });

  it('looks for entries where node does: beside the owner, and further up', () => {
    const packages = {
      'node_modules/b/node_modules/a': owner(['own', 'beside', 'top']),
      'node_modules/b/node_modules/a/node_modules/own': {},
      'node_modules/b/node_modules/beside': {},
      'node_modules/top': {},
    };
    expect(missingEntries(packages)).to.deep.equal([]);
  });

  it('leaves ranges to npm', () => {
    expect(missingEntries({ 'node_modules/a': { optionalDependencies: { fsevents: '^2.3.2' } } })).to.deep.equal([]);
  });

  const platforms = [
    { name: '@biomejs/cli-darwin-arm64', expected: { cpu: ['arm64'], os: ['darwin'] } },
    { name: '@rollup/rollup-linux-arm-musleabihf', expected: { cpu: ['arm'], libc: ['musl'], os: ['linux'] } },
    { name: '@rollup/rollup-linux-x64-gnu', expected: { cpu: ['x64'], libc: ['glibc'], os: ['linux'] } },
    { name: '@rollup/rollup-win32-x64-gnu', expected: { cpu: ['x64'], os: ['win32'] } },
  ];
  for (const { name, expected } of platforms) {
    it(`reads the platform of ${name} from its name`, () => {
      const entry = platformEntry({ name, version: '1.2.3', dev: false });
      expect(entry).to.deep.equal({ version: '1.2.3', optional: true, ...expected });
    });
  }

  it('refuses a name without a platform', () => {
    expect(() => platformEntry({ name: 'bufferutil', version: '1.0.0', dev: false })).to.throw('add it by hand');
  });
});
