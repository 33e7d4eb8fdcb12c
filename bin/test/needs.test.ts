import { expect } from 'chai';
import { needs } from './needs.ts';

describe('needs', () => {
  const context = (type = 'test') => {
    const runnable: { type: string; lacks?: string; parent: { lacks?: string } } = { type, parent: {} };
    const calls: string[] = [];
    const fake = { runnable: () => runnable, skip: () => calls.push('skipped') };
    return { fake: fake as unknown as Mocha.Context, runnable, calls };
  };

  const withPath = (path: string, noSkip: string, run: () => void) => {
    const before = { path: process.env.PATH, noSkip: process.env.DSTREAMS_NO_SKIP };
    process.env.PATH = path;
    process.env.DSTREAMS_NO_SKIP = noSkip;
    try {
      run();
    } finally {
      process.env.PATH = before.path;
      process.env.DSTREAMS_NO_SKIP = before.noSkip ?? '';
    }
  };

  it('skips the test and names the tool when it is missing', () => {
    const { fake, runnable, calls } = context();
    withPath('/nowhere', '', () => needs(fake, 'java'));
    expect(runnable.lacks).to.equal('java');
    expect(calls).to.deep.equal(['skipped']);
  });

  it('skips all of a suite from a hook', () => {
    const { fake, runnable } = context('hook');
    withPath('/nowhere', '', () => needs(fake, 'java'));
    expect(runnable.lacks).to.equal(undefined);
    expect(runnable.parent.lacks).to.equal('java');
  });

  it('fails instead when nothing may be skipped', () => {
    const { fake, calls } = context();
    withPath('/nowhere', '1', () => expect(() => needs(fake, 'java')).to.throw('needs java'));
    expect(calls).to.deep.equal([]);
  });
});
