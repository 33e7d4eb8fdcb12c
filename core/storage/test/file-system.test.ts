import { expect } from 'chai';
import fc from 'fast-check';
import { ManualClock } from '../../time/manual-clock.ts';
import { MemoryDisk } from '../disk-memory.ts';
import { LocalFileSystem, resolvePath } from '../file-system.ts';
import { isGlob, matcherOf } from '../file-system-glob.ts';
import { errnoFrom } from './errno-from.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('resolvePath', () => {
  const good: [string, string][] = [
    ['/a/b', '/a/b'],
    ['a/b', '/work/a/b'],
    ['./a//b/', '/work/a/b'],
    ['../a', '/a'],
    ['/../..', '/'],
    ['.', '/work'],
    ['file:///a/b', '/a/b'],
    ['file:/a/b', '/a/b'],
    ['file:///a b/c', '/a b/c'],
    ['file:///a%20b/%C3%BC', '/a b/ü'],
    ['file:///100%/a', '/100%/a'],
    ['/a%20b', '/a%20b'],
    ['FILE://localhost/a', '/a'],
    ['report-12:30', '/work/report-12:30'],
  ];
  for (const [path, resolved] of good) {
    it(`reads ${path}`, () => expect(resolvePath(path, '/work')).to.equal(resolved));
  }

  const bad: [unknown, string][] = [
    ['hdfs://host/a', 'NEEDS_CONNECTOR'],
    ['hdfs:/a', 'NEEDS_CONNECTOR'],
    ['s3a://bucket/a', 'NEEDS_CONNECTOR'],
    ['file://elsewhere/a', 'OPTIONS_INVALID'],
    ['', 'OPTIONS_INVALID'],
    ['a\0b', 'OPTIONS_INVALID'],
    [undefined, 'OPTIONS_INVALID'],
  ];
  for (const [path, code] of bad) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      expect(() => resolvePath(path as string, '/work'))
        .to.throw()
        .with.property('code', code);
    });
  }
});

describe('LocalFileSystem', () => {
  let clock: ManualClock;
  let files: LocalFileSystem;
  const names = async (pattern: string): Promise<string[]> => (await files.glob(pattern)).map(({ path }) => path);

  beforeEach(async () => {
    clock = new ManualClock({ nowMs: 5000 });
    const disk = new MemoryDisk(clock);
    await disk.makeDirectory('/work');
    files = new LocalFileSystem({ disk, workingDirectory: '/work' });
  });

  it('writes, making directories, reads, and tells the status', async () => {
    await files.write('a/b.txt', bytesOf('hello'));
    await files.writeDurably('file:///work/a/c.txt', bytesOf('!'));
    expect(new TextDecoder().decode(await files.read('/work/a/b.txt', 5))).to.equal('hello');
    expect(await errnoFrom(files.read('a/b.txt', 4))).to.equal('EFBIG');
    expect(await files.status('a/b.txt')).to.deep.equal({
      path: '/work/a/b.txt',
      name: 'b.txt',
      isDirectory: false,
      sizeBytes: 5,
      modifiedMs: 5000,
    });
    expect(await files.status('none')).to.equal(undefined);
    expect((await files.list('a')).map(({ name }) => name)).to.deep.equal(['b.txt', 'c.txt']);
    const file = await files.open('a/b.txt');
    expect(await file.sizeBytes()).to.equal(5);
    await file.close();
  });

  it('renames between directories and removes trees', async () => {
    await files.write('a/b', bytesOf('x'));
    await files.makeDirectory('c');
    await files.rename('a/b', 'c/d');
    expect(await names('c/*')).to.deep.equal(['/work/c/d']);
    await files.remove('c');
    await files.remove('c');
    expect((await files.list('/work')).map(({ name }) => name)).to.deep.equal(['a']);
  });

  it('rejects, and never throws at once, for paths that it cannot serve', async () => {
    const promise = files.remove('hdfs://host/a');
    const code = await promise.then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
    expect(code).to.equal('NEEDS_CONNECTOR');
  });

  const globs: [string, string[]][] = [
    ['in/*', ['/work/in/[a]b', '/work/in/a.txt', '/work/in/b.log', '/work/in/d1', '/work/in/d2', '/work/in/{1,2}']],
    ['in/*.txt', ['/work/in/a.txt']],
    ['in/d?/x', ['/work/in/d1/x', '/work/in/d2/x']],
    ['in/d[2-9]/*', ['/work/in/d2/x', '/work/in/d2/y']],
    ['in/d[!2]/*', ['/work/in/d1/x']],
    ['in/{a.txt,d1/x,none}', ['/work/in/a.txt', '/work/in/d1/x']],
    ['{in,in}/a*', ['/work/in/a.txt']],
    ['in/{d1/{x,y},d2/{x,{y,z}}}', ['/work/in/d1/x', '/work/in/d2/x', '/work/in/d2/y']],
    ['in/{d1/x,{a.txt', []],
    ['in/\\{1,2}', ['/work/in/{1,2}']],
    ['in/\\[a\\]*', ['/work/in/[a]b']],
    ['in/[\\[]a?b', ['/work/in/[a]b']],
    ['in/d\\1', ['/work/in/d1']],
    ['in/.*', ['/work/in/.hidden']],
    ['in/a.txt/*', []],
    ['in/a.txt', ['/work/in/a.txt']],
    ['/work/*/d1', ['/work/in/d1']],
    ['none/*', []],
    ['/', ['/']],
  ];
  for (const [pattern, expected] of globs) {
    it(`finds ${pattern}`, async () => {
      for (const path of ['a.txt', 'b.log', '.hidden', 'd1/x', 'd2/x', 'd2/y', '{1,2}', '[a]b'])
        await files.write(`in/${path}`, bytesOf(''));
      expect(await names(pattern)).to.deep.equal(expected);
    });
  }

  it('refuses patterns that stand for too many', async () => {
    const code = await files.glob('{a,b}'.repeat(12)).then(
      () => 'none',
      (error: { code: string }) => error.code,
    );
    expect(code).to.equal('OPTIONS_INVALID');
  });
});

describe('matcherOf', () => {
  it('matches as recursion would', () => {
    const slow = (pattern: string, name: string): boolean => {
      if (pattern === '') return name === '';
      if (pattern[0] === '*') return slow(pattern.slice(1), name) || (name !== '' && slow(pattern, name.slice(1)));
      return name !== '' && (pattern[0] === '?' || pattern[0] === name[0]) && slow(pattern.slice(1), name.slice(1));
    };
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
        (pattern, name) => {
          expect(matcherOf(pattern)(name)).to.equal(slow(pattern, name));
        },
      ),
    );
  });

  it('reads odd brackets as plain characters or as sets', () => {
    expect([
      matcherOf('a[')('a['),
      matcherOf('[]]')(']'),
      matcherOf('[a-]')('-'),
      matcherOf('[^a]')('a'),
    ]).to.deep.equal([true, true, true, false]);
    expect([isGlob('a/b*'), isGlob('a/b')]).to.deep.equal([true, false]);
  });
});
