import { expect } from 'chai';
import fc from 'fast-check';
import type { FileStatus } from '../../storage/file-system.ts';
import { NewFiles } from '../new-files.ts';

const B = 10;
const REMEMBER = 60;

const file = (name: string, modifiedMs: number, isDirectory = false): FileStatus => ({
  path: `/in/${name}`,
  name,
  isDirectory,
  sizeBytes: 1,
  modifiedMs,
});

const newFiles = (initialThresholdMs = 0) =>
  new NewFiles({
    initialThresholdMs,
    rememberMs: REMEMBER,
    namesMs: REMEMBER + B,
    accepts: ({ name }) => !name.startsWith('.'),
  });

const taken = (files: NewFiles, timeMs: number) => (files.filesOf(timeMs) ?? []).map(({ path }) => path.slice(4));

describe('NewFiles', () => {
  const cases: { name: string; file: FileStatus; at: number; threshold?: number; isTaken: boolean }[] = [
    { name: 'a file of now', file: file('a', 100), at: 100, isTaken: true },
    { name: 'a fraction of a millisecond after now', file: file('a', 100.9), at: 100, isTaken: true },
    { name: 'a file of later', file: file('a', 101), at: 100, isTaken: false },
    { name: 'a file just inside what is remembered', file: file('a', 41), at: 100, isTaken: true },
    { name: 'a file that is too old', file: file('a', 40), at: 100, isTaken: false },
    {
      name: 'a file of the moment when the stream was made',
      file: file('a', 95),
      at: 100,
      threshold: 95,
      isTaken: false,
    },
    { name: 'a file after that', file: file('a', 96), at: 100, threshold: 95, isTaken: true },
    { name: 'a hidden file', file: file('.a', 100), at: 100, isTaken: false },
    { name: 'a file with an underscore', file: file('_a', 100), at: 100, isTaken: true },
    { name: 'a directory', file: file('a', 100, true), at: 100, isTaken: false },
  ];
  for (const { name, file: found, at, threshold, isTaken } of cases) {
    it(`${isTaken ? 'takes' : 'leaves'} ${name}`, () => {
      const files = newFiles(threshold);
      files.select(at, [found]);
      expect(taken(files, at)).to.deep.equal(isTaken ? [found.name] : []);
    });
  }

  it('takes files of the same millisecond that turn up later, each once', () => {
    const files = newFiles();
    files.select(100, [file('a', 100)]);
    files.select(110, [file('a', 100), file('b', 100)]);
    expect([taken(files, 100), taken(files, 110)]).to.deep.equal([['a'], ['b']]);
  });

  it('does not read a file again that has changed while it is remembered', () => {
    const files = newFiles();
    files.select(100, [file('a', 100)]);
    files.select(110, [file('a', 110)]);
    expect(taken(files, 110)).to.deep.equal([]);
  });

  for (const { what, forgets } of [
    { what: 'have ended', forgets: (files: NewFiles, t: number) => files.forget(t - B, t) },
    {
      what: 'have ended, and the one itself is being looked for',
      forgets: (files: NewFiles, t: number) => files.forget(t, t + B),
    },
    { what: 'have not ended', forgets: () => {} },
  ]) {
    it(`knows a name for the same time where the batches before ${what}`, () => {
      const files = newFiles();
      files.select(100, [file('a', 100)]);
      for (let t = 110; t <= 180; t += B) {
        forgets(files, t - B);
        files.select(t, [file('a', 165)]);
      }
      expect([taken(files, 170), taken(files, 180)]).to.deep.equal([[], ['a']]);
    });
  }

  it('forgets no batch before it is released, and then none whose names are known', () => {
    const files = newFiles();
    files.select(100, [file('a', 100)]);
    files.forget(100, 200);
    expect(taken(files, 100)).to.deep.equal(['a']);
    files.forget(101, 170);
    expect(taken(files, 100)).to.deep.equal(['a']);
    files.forget(101, 171);
    expect(taken(files, 100)).to.deep.equal([]);
  });

  it('knows the files of a restored batch', () => {
    const files = newFiles();
    files.take(100, [{ path: '/in/a', sizeBytes: 1 }]);
    files.select(110, [file('a', 100), file('b', 105)]);
    expect(taken(files, 110)).to.deep.equal(['b']);
    expect(files.entries().map(([at]) => at)).to.deep.equal([100, 110]);
  });

  it('equals the rule as it is written down, for any arrivals, whatever is forgotten', () => {
    // A file turns up in the listing at `seen`, dated `age` before (or after) that.
    const arrival = fc.record({ seen: fc.integer({ min: 1, max: 40 }), age: fc.integer({ min: -30, max: 90 }) });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 30 }), fc.integer({ min: 0, max: 100 }), (arrivals, threshold) => {
        const files = newFiles(threshold);
        const all = arrivals.map(({ seen, age }, i) => ({ seen: seen * B, status: file(`f${i}`, seen * B - age) }));
        const everTaken = new Set<string>();
        for (let t = B; t <= 40 * B; t += B) {
          const listing = all.filter(({ seen }) => seen <= t).map(({ status }) => status);
          files.select(t, listing);
          const expected = listing.filter(
            ({ modifiedMs, path }) =>
              modifiedMs > Math.max(threshold, t - REMEMBER) && modifiedMs <= t && !everTaken.has(path),
          );
          expect(taken(files, t)).to.deep.equal(expected.map(({ name }) => name));
          for (const { path } of expected) everTaken.add(path);
          files.forget(t, t);
          expect(files.entries().every(([at]) => at >= t - REMEMBER - B)).to.equal(true);
        }
      }),
    );
  });
});
