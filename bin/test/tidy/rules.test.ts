import { expect } from 'chai';
import { cycles, layerViolations } from './layers.ts';
import { packageViolations } from './packages.ts';
import { deadFiles } from './reach.ts';
import { restrictedUses } from './restricted.ts';
import { parse } from './source.ts';
import { exclusiveTests, localTraces, resolvedHosts } from './text.ts';

/** A small repository: path to text. */
const repository = (files: Record<string, string>) =>
  Object.entries(files).map(([path, text]) => parse({ path, text }));
const importing = (path: string) => `import { x } from '${path}';`;

describe('the tidy rules', () => {
  describe('layers', () => {
    const cases = [
      { name: 'core uses an earlier folder', from: 'core/rdd/rdd.ts', to: '../data/index.ts', wrong: undefined },
      { name: 'core uses its base', from: 'core/rdd/rdd.ts', to: './errors.ts', wrong: undefined },
      { name: 'core uses its own folder', from: 'core/rdd/rdd.ts', to: './partitioner.ts', wrong: undefined },
      {
        name: 'core uses a later folder',
        from: 'core/data/codec.ts',
        to: '../rdd/rdd.ts',
        wrong: 'rdd comes after data',
      },
      {
        name: 'the base of core uses a folder',
        from: 'core/ids.ts',
        to: './time/time.ts',
        wrong: 'time comes after core/ids.ts',
      },
      { name: 'core uses its own door', from: 'core/rdd/rdd.ts', to: '../internal.ts', wrong: 'comes after rdd' },
      { name: 'a door of core uses anything of it', from: 'core/index.ts', to: './engine/engine.ts', wrong: undefined },
      { name: 'a folder off the ladder', from: 'core/misc/a.ts', to: './errors.ts', wrong: 'not on the ladder' },
      {
        name: 'core uses a surface',
        from: 'core/rdd/rdd.ts',
        to: '../../api-fluent/index.ts',
        wrong: 'core may not use',
      },
      { name: 'a surface uses a door', from: 'api-fluent/rdd.ts', to: '../core/internal.ts', wrong: undefined },
      {
        name: 'a surface goes round the doors',
        from: 'api-fluent/rdd.ts',
        to: '../core/rdd/rdd.ts',
        wrong: 'uses core by',
      },
      { name: 'the surfaces meet', from: 'api-fluent/a.ts', to: '../api-java-style/b.ts', wrong: 'may not use' },
      { name: 'the test kit stands above', from: 'testing/a.ts', to: '../api-java-style/b.ts', wrong: undefined },
      {
        name: 'the library uses the test kit',
        from: 'api-fluent/a.ts',
        to: '../testing/b.ts',
        wrong: 'may not use testing',
      },
      {
        name: 'an example goes round the package',
        from: 'examples/a.ts',
        to: '../core/index.ts',
        wrong: 'may not use core',
      },
      {
        name: 'a test uses a later folder',
        from: 'core/data/test/a.test.ts',
        to: '../../engine/b.ts',
        wrong: undefined,
      },
      {
        name: 'a test of core uses a surface',
        from: 'core/test/a.test.ts',
        to: '../../api-fluent/b.ts',
        wrong: 'core may not use',
      },
      { name: 'source uses a test', from: 'core/rdd/rdd.ts', to: './test/samples.ts', wrong: 'only tests may' },
      { name: 'an unknown folder', from: 'extras/a.ts', to: '../core/index.ts', wrong: 'no place in the layers' },
    ];
    for (const { name, from, to, wrong } of cases) {
      it(`${wrong === undefined ? 'accept' : 'refuse'}: ${name}`, () => {
        const found = layerViolations(repository({ [from]: importing(to) }));
        if (wrong === undefined) expect(found).to.deep.equal([]);
        else expect(found.join()).to.include(`${from}:1 imports`).and.include(wrong);
      });
    }

    const ways = [
      { name: 'a type-only import', text: "import type { X } from '../rdd/rdd.ts';" },
      { name: 'a re-export', text: "export * from '../rdd/rdd.ts';" },
      { name: 'a type in place', text: "let x: import('../rdd/rdd.ts').X;" },
      { name: 'a dynamic import', text: "const x = await import('../rdd/rdd.ts');" },
    ];
    for (const { name, text } of ways) {
      it(`see ${name}`, () => expect(layerViolations(repository({ 'core/data/a.ts': text }))).to.have.length(1));
    }
  });

  describe('cycles', () => {
    it('are found through several files, type-only ones included', () => {
      const files = repository({
        'core/rdd/a.ts': importing('./b.ts'),
        'core/rdd/b.ts': "import type { X } from './c.ts';",
        'core/rdd/c.ts': importing('./a.ts'),
      });
      expect(cycles(files)).to.deep.equal(['core/rdd/a.ts → core/rdd/b.ts → core/rdd/c.ts → core/rdd/a.ts']);
    });

    it('are not seen in a diamond', () => {
      const files = repository({
        'core/rdd/a.ts': importing('./b.ts') + importing('./c.ts'),
        'core/rdd/b.ts': importing('./d.ts'),
        'core/rdd/c.ts': importing('./d.ts'),
        'core/rdd/d.ts': '',
      });
      expect(cycles(files)).to.deep.equal([]);
    });
  });

  describe('dead files', () => {
    const live = {
      'bin/cli.ts': `${importing('../core/a.ts')} const examples = ['WordCount.ts'];`,
      'core/a.ts': '',
      'core/test/a.test.ts': `${importing('./a.ts')}${importing('./samples.ts')} run('job-one.ts');`,
      'core/test/samples.ts': '',
      'core/test/types/pairs.ts': '',
      'core/test/jobs/job-one.ts': '',
      'examples/WordCount.ts': importing('./words.ts'),
      'examples/words.ts': '',
    };

    it('are none where every file is imported or named', () => {
      expect(deadFiles(repository(live), ['bin/cli.ts'])).to.deep.equal([]);
    });

    it('are those that nothing reaches, or only a test', () => {
      const files = repository({
        ...live,
        'core/b.ts': importing('./c.ts'),
        'core/c.ts': '',
        'core/test/b.test.ts': importing('./b.ts'),
        'core/test/unused.ts': '',
        'examples/Forgotten.ts': '',
      });
      const expected = ['core/b.ts', 'core/c.ts', 'core/test/unused.ts', 'examples/Forgotten.ts'];
      expect(deadFiles(files, ['bin/cli.ts']))
        .to.have.members(expected)
        .and.have.length(expected.length);
    });
  });

  describe('restricted globals', () => {
    const refused = [
      'const now = Date.now();',
      'const now = new Date();',
      'const text = Date();',
      'const now = globalThis.Date.now();',
      'setTimeout(() => {}, 1);',
      'globalThis.setInterval(() => {}, 1);',
      'const later = { setImmediate };',
      'const wait = setTimeout;',
      'const x = performance.now();',
      'const x = process.hrtime.bigint();',
      'const x = Math.random();',
      'const x = crypto.randomUUID();',
      "import { randomBytes } from 'node:crypto';",
      "import { readFileSync } from 'node:fs';",
      "import fs from 'fs';",
      "const fs = await import('node:fs/promises');",
      "import { setTimeout } from 'node:timers/promises';",
    ];
    for (const text of refused) {
      it(`refuse ${text}`, () =>
        expect(restrictedUses(repository({ 'core/rdd/a.ts': text }))).to.have.length.at.least(1));
    }

    const accepted = [
      'const d = new Date(ms);',
      'if (x instanceof Date) f(x.getTime());',
      'let t: ReturnType<typeof setTimeout>;',
      'socket.setTimeout(100);',
      'class A { setTimeout() {} }',
      'const o = { performance: 1 };',
      'const f = (performance: number) => 1;',
      "import { createHash } from 'node:crypto';",
      "import type { Stats } from 'node:fs';",
      '// Date.now() in a comment',
    ];
    for (const text of accepted) {
      it(`accept ${text}`, () => expect(restrictedUses(repository({ 'core/rdd/a.ts': text }))).to.deep.equal([]));
    }

    it('accept everything in tests, examples and benches', () => {
      const paths = ['core/rdd/test/a.test.ts', 'examples/a.ts', 'bench/a.ts'];
      expect(restrictedUses(repository(Object.fromEntries(paths.map((p) => [p, 'Date.now();']))))).to.deep.equal([]);
    });

    it('accept in an implementation its own resource only', () => {
      const text = "import fs from 'node:fs'; Date.now();";
      expect(restrictedUses(repository({ 'core/time/system-clock.ts': text }))).to.deep.equal([
        'core/time/system-clock.ts:1 uses node:fs',
      ]);
    });

    it('accept files, and nothing else, in the command line', () => {
      const text = "import fs from 'node:fs'; Date.now();";
      expect(restrictedUses(repository({ 'bin/cli/conf.ts': text }))).to.deep.equal([
        'bin/cli/conf.ts:1 uses Date.now',
      ]);
    });
  });

  describe('packages', () => {
    const check = (path: string, text: string) =>
      packageViolations(repository({ [path]: text }), new Set([path]), ['zod', 'ws']);

    it('must be dependencies where users get the file', () => {
      expect(check('core/source/a.ts', "import 'rxjs/operators';").join()).to.include('imports rxjs, which is not');
      expect(check('core/source/a.ts', "import ws from 'ws'; import 'node:net'; import 'fs/promises';")).to.deep.equal(
        [],
      );
      expect(check('core/source/a.ts', "import type { X } from '@scope/types/x';")).to.deep.equal([]);
    });

    it('may be anything elsewhere', () => {
      const files = repository({ 'bench/a.ts': "import 'rxjs';", 'core/test/a.test.ts': "import 'chai';" });
      expect(packageViolations(files, new Set(), ['zod'])).to.deep.equal([]);
    });

    it('stay in their home within core', () => {
      expect(check('core/options/a.ts', "import 'zod';")).to.deep.equal([]);
      expect(check('core/plan/a.ts', "import 'zod';")).to.have.length(1);
      expect(check('core/plan/a.ts', "import 'dstreams/java';")).to.have.length(1);
    });
  });

  describe('tests that are switched off', () => {
    const off = [
      'it.only("x", f)',
      'describe.skip("x", f)',
      'xit("x", f)',
      'xdescribe("x", f)',
      'function f() { this.skip(); }',
    ];
    for (const text of off) {
      it(`are seen: ${text}`, () =>
        expect(exclusiveTests(repository({ 'core/test/a.test.ts': text }))).to.have.length(1));
    }

    it('are not seen where a name only looks like it', () => {
      const text = 'reader.skip(4); const only = options.only; // it.only';
      expect(exclusiveTests(repository({ 'core/a.ts': text }))).to.deep.equal([]);
    });
  });

  describe('traces of one machine', () => {
    const at = (text: string) => localTraces([{ path: 'a.md', text }], ['/home/somebody', '/build/dstreams']);

    it('are paths and addresses of registries', () => {
      const registry = ['https://registry', 'example.org/zod'].join('.');
      expect(at('one\nsee /home/somebody/notes')).to.deep.equal(['a.md:2 names the local folder /home/somebody']);
      expect(at('/build/dstreams/core/a.ts')).to.have.length(1);
      expect(at(registry).join()).to.include('names the registry');
    });

    it('are not ordinary paths and addresses', () => {
      expect(at('/home/somebodyelse, /tmp/x and https://spark.apache.org/docs')).to.deep.equal([]);
    });

    it('are download addresses in the lock file', () => {
      const packages = { '': {}, 'node_modules/a': { resolved: 'https://example.org/a.tgz' }, 'node_modules/b': {} };
      expect(resolvedHosts({ packages })).to.deep.equal(['node_modules/a: https://example.org/a.tgz']);
    });
  });
});
