import { expect } from 'chai';
import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DStreamsError } from '../../../errors.ts';
import { type Bundle, bundleProgram, ensureBundle, programHash } from '../bundle.ts';
import { loadEntry } from '../entry.ts';
import { createWorkspace, fakePackage, type Workspace } from './workspace.ts';

const packages = {
  // One package with different files for `import` and `require`, one without `exports`, one that is CommonJS only.
  'job/node_modules/both/package.json':
    '{"name":"both","exports":{".":{"import":"./i.mjs","require":"./r.cjs"},"./sub":"./sub.mjs"}}',
  'job/node_modules/both/i.mjs': 'export const by = "import"; export const at = import.meta.url;',
  'job/node_modules/both/r.cjs': 'exports.by = "require"; exports.at = __filename;',
  'job/node_modules/both/sub.mjs': 'export default "sub";',
  'job/node_modules/plain/package.json': '{"name":"plain","main":"lib/main.js","module":"lib/bundlers-only.js"}',
  'job/node_modules/plain/lib/main.js': 'module.exports = { plain: "main" };',
  'job/node_modules/plain/lib/bundlers-only.js': 'export const plain = "module";',
};

describe('bundleProgram', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace({ ...fakePackage, ...packages });
  });
  afterEach(() => workspace.remove());

  const bundle = (name: string): Promise<Bundle> =>
    bundleProgram(workspace.path(name), { packageRoot: workspace.path('copy'), cacheDir: workspace.path('cache') });

  const run = async (name: string, files: Record<string, string>, args: string[] = []): Promise<unknown> => {
    workspace.write(files);
    const main = await loadEntry((await bundle(name)).path);
    return main(args);
  };

  const rejection = async (promise: Promise<unknown>): Promise<DStreamsError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(DStreamsError);
    return error as DStreamsError;
  };

  const kinds: { file: string; text: string }[] = [
    { file: 'job/a.ts', text: 'export default (args: string[]): string => args.join("+");' },
    { file: 'job/a.mts', text: 'export class Job { static main(args: string[]): string { return args.join("+"); } }' },
    { file: 'job/a.cts', text: 'export = { main: (args: string[]): string => args.join("+") };' },
    { file: 'job/a.tsx', text: 'export function main(args: readonly string[]) { return args.join("+"); }' },
    { file: 'job/a.js', text: 'export const main = (args) => args.join("+");' },
    { file: 'job/b.js', text: '"use strict"; module.exports = (args) => args.join("+");' },
    { file: 'job/c.js', text: 'exports.main = (args) => args.join("+");' },
    {
      file: 'job/a.mjs',
      text: '#!/usr/bin/env node\nexport default class { static main(args) { return args.join("+"); } }',
    },
    { file: 'job/a.cjs', text: 'module.exports.main = (args) => args.join("+");' },
    { file: 'job/d.cjs', text: 'exports.__esModule = true; exports.default = (args) => args.join("+");' },
  ];
  for (const { file, text } of kinds) {
    it(`runs ${file}: ${text.slice(0, 40).replaceAll('\n', ' ')}…`, async () => {
      expect(await run(file, { [file]: text }, ['1', '2'])).to.equal('1+2');
    });
  }

  it('bundles the program and its own files, however they are named', async () => {
    const result = await run('job/main.ts', {
      'job/main.ts': `import { a } from './lib/a.js'; import { b } from './lib/b.ts'; import c from './lib';
        import data from './data.json'; export default () => [a, b, c, data.d];`,
      'job/lib/a.ts': 'export const a: number = 1;',
      'job/lib/b.ts': 'export const b = 2;',
      'job/lib/index.ts': 'export default 3;',
      'job/data.json': '{"d":4}',
    });
    expect(result).to.deep.equal([1, 2, 3, 4]);
  });

  it('leaves packages outside, by the rules of Node for import and for require', async () => {
    const result = (await run('job/sub/main.ts', {
      'job/sub/main.ts': `import * as both from 'both'; import sub from 'both/sub'; import plain from 'plain';
        import { basename } from 'path'; import required from './required.cjs';
        export default async () => ({ both, sub, plain, required, later: (await import('both')).at, base: basename('/x/y') });`,
      'job/sub/required.cjs': 'module.exports = require("both");',
    })) as Record<string, any>;
    const at = workspace.path('job/node_modules/both/');
    expect(result['both'].by).to.equal('import');
    expect(result['both'].at).to.equal(pathToFileURL(`${at}i.mjs`).href);
    expect(result['later']).to.equal(result['both'].at);
    expect(result['required']).to.deep.equal({ by: 'require', at: `${at}r.cjs` });
    expect(result['sub']).to.equal('sub');
    expect(result['plain']).to.deep.equal({ plain: 'main' });
    expect(result['base']).to.equal('y');
  });

  it('keeps files that are imported for their effects only', async () => {
    const result = await run('job/main.ts', {
      'job/package.json': '{"sideEffects":false,"imports":{"#own":"./own.ts"}}',
      'job/effect.ts': 'Object.assign(globalThis, { dstreamsTestEffect: 1 });',
      'job/own.ts': 'export const own = 2;',
      'job/main.ts':
        'import "./effect.ts"; import { own } from "#own"; export default () => [Reflect.get(globalThis, "dstreamsTestEffect"), own];',
    });
    expect(result).to.deep.equal([1, 2]);
  });

  it('bundles a linked package that is TypeScript, which Node cannot load', async () => {
    workspace.write({
      'linked/package.json': '{"name":"linked","exports":"./src/index.ts"}',
      'linked/src/index.ts': 'import { a } from "./a"; export const linked: string = a;',
      'linked/src/a.ts': 'export const a: string = "linked";',
    });
    symlinkSync(workspace.path('linked'), workspace.path('job/node_modules/linked'));
    const text = 'import { linked } from "linked"; export default () => linked;';
    expect(await run('job/main.ts', { 'job/main.ts': text })).to.equal('linked');
  });

  it('runs modules that await at their top', async () => {
    const text = 'const a: number = await Promise.resolve(5); export default () => a;';
    expect(await run('job/main.ts', { 'job/main.ts': text })).to.equal(5);
  });

  it('takes files that tsconfig paths name for the program’s own', async () => {
    const result = await run('job/main.ts', {
      'job/tsconfig.json': '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
      'job/lib/a.ts': 'export const a: string = "own";',
      'job/main.ts': 'import { a } from "@lib/a"; export default () => a;',
    });
    expect(result).to.equal('own');
  });

  it('gives every dstreams import the one running copy', async () => {
    const result = (await run('job/main.ts', {
      'job/node_modules/dstreams/package.json': '{"name":"dstreams","main":"x.js"}',
      'job/node_modules/dstreams/x.js': 'exports.who = "another copy";',
      'job/main.ts': `import { who, Tuple2 } from 'dstreams'; import * as java from 'dstreams/java';
        import { who as testing } from 'dstreams/testing'; import required from './required.cjs';
        export default async () => [who, java.who, testing, java.Tuple2 === Tuple2, required.Tuple2 === Tuple2,
          (await import('dstreams')).Tuple2 === Tuple2];`,
      'job/required.cjs': 'const { Tuple2 } = require("dstreams"); exports.Tuple2 = Tuple2;',
    })) as unknown[];
    expect(result).to.deep.equal(['fluent', 'java', 'testing', true, true, true]);
    const copy = await import(pathToFileURL(workspace.path('copy/index.mjs')).href);
    expect(
      await run('job/same.cjs', { 'job/same.cjs': 'module.exports = () => require("dstreams").Tuple2;' }),
    ).to.equal(copy.Tuple2);
  });

  it('keeps what a file says of its own place', async () => {
    const result = (await run('job/main.ts', {
      'job/main.ts': `import { createRequire } from 'node:module'; import { fileURLToPath } from 'node:url';
        import { names } from './lib/names.mjs'; import required from './lib/names.cjs';
        const require = createRequire(import.meta.url); const __filename = fileURLToPath(import.meta.url);
        export default () => [import.meta.url, __filename, require('both').by, names, required];`,
      'job/lib/names.mjs': `export const names = [import.meta.url, import.meta.filename, import.meta.dirname,
        import.meta.resolve('./x.txt'), import.meta.resolve('both/sub')];`,
      'job/lib/names.cjs': 'module.exports = [__filename, __dirname];',
    })) as unknown[];
    const url = (name: string): string => pathToFileURL(workspace.path(name)).href;
    expect(result).to.deep.equal([
      url('job/main.ts'),
      workspace.path('job/main.ts'),
      'require',
      [
        url('job/lib/names.mjs'),
        workspace.path('job/lib/names.mjs'),
        workspace.path('job/lib'),
        url('job/lib/x.txt'),
        url('job/node_modules/both/sub.mjs'),
      ],
      [workspace.path('job/lib/names.cjs'), workspace.path('job/lib')],
    ]);
  });

  it('shows the user’s file and line in stack traces', async () => {
    const thrown = (await run('job/main.ts', {
      'job/main.ts':
        'import { fail } from "./fail.ts";\ninterface Unused { a: 1 }\nexport default () => {\n  return fail();\n};\n',
      'job/fail.ts':
        'type T = string;\n\nexport function fail(): Error {\n  const text: T = import.meta.url;\n  return new Error(text);\n}\n',
    })) as Error;
    expect(thrown.stack).to.contain(`${workspace.path('job/fail.ts')}:5:`);
    expect(thrown.stack).to.contain(`${workspace.path('job/main.ts')}:4:`);
  });

  describe('classes that name themselves', () => {
    const shown = async (text: string): Promise<unknown> =>
      run('job/main.ts', {
        'job/main.ts': `
          import { Point } from './point.ts';
          export default () => {
            const stack = Point.origin.failure().stack ?? '';
            return [Point.name, Point.origin.constructor.name, /at (\\w+)\\.failure .*point.ts:5:/.exec(stack)?.[1], Point.text];
          };`,
        'job/point.ts': [
          'export class Point {',
          '  static readonly origin = new Point();',
          `  static readonly text = ${text};`,
          '  failure(): Error {',
          "    return new Error('here');",
          '  }',
          '}',
        ].join('\n'),
      });

    it('have their own names, in stacks as well', async () =>
      expect(await shown("'_Point'")).to.deep.equal(['Point', 'Point', 'Point', '_Point']));

    it('change no text', async () => {
      expect((await shown("'at _Point'")) as unknown[]).to.include('at _Point');
      expect((await shown('`two ' + '_Point`')) as unknown[]).to.include('two _Point');
    });
  });

  const refused: { name: string; text: string; says: RegExp[] }[] = [
    {
      name: 'a syntax error',
      text: 'export default () => {\n  const = 1;\n};',
      says: [/job[\\/]bad\.ts:2:9: /, /const = 1;/],
    },
    {
      name: 'an import that does not exist',
      text: '\nimport "./nowhere.ts";',
      says: [/bad\.ts:2:8: Could not resolve "\.\/nowhere\.ts"/],
    },
    {
      name: 'a package that is not installed',
      text: 'import x from "nowhere"; export default x;',
      says: [/Could not resolve "nowhere"/, /npm install nowhere$/],
    },
    {
      name: 'an entry that dstreams has not',
      text: 'import x from "dstreams/core"; x();',
      says: [/bad\.ts:1:15: dstreams has no entry "dstreams\/core"/],
    },
  ];
  for (const { name, text, says } of refused) {
    it(`names file and line of ${name}`, async () => {
      workspace.write({ 'job/bad.ts': text });
      const error = await rejection(bundle('job/bad.ts'));
      expect(error.code).to.equal('PROGRAM_FAILED');
      for (const pattern of says) expect(error.message).to.match(pattern);
    });
  }

  it('says so when there is no such file, or a folder, or another kind of file', async () => {
    workspace.write({ 'job/notes.txt': 'x' });
    expect((await rejection(bundle('job/none.ts'))).code).to.equal('PROGRAM_NOT_FOUND');
    expect((await rejection(bundle('job'))).code).to.equal('PROGRAM_NOT_FOUND');
    expect((await rejection(bundle('job/notes.txt'))).code).to.equal('PROGRAM_FAILED');
  });

  it('lets what is required conditionally fail when it runs', async () => {
    const result = await run('job/main.cjs', {
      'job/main.cjs': `module.exports = async () => { const failures = [];
        try { require('nowhere'); } catch (error) { failures.push(error.code); }
        await import('nowhere-either').catch((error) => failures.push(error.code)); return failures; };`,
    });
    expect(result).to.deep.equal(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND']);
  });

  it('gives equal programs one path, and a changed one another', async () => {
    workspace.write({
      'job/main.ts': 'import { a } from "./a.ts"; export default () => a;',
      'job/a.ts': 'export const a = 1;',
    });
    const first = await bundle('job/main.ts');
    const again = await bundle('job/main.ts');
    workspace.write({ 'job/a.ts': 'export const a = 2;' });
    const changed = await bundle('job/main.ts');
    expect(again).to.deep.equal(first);
    expect(changed.hash).not.to.equal(first.hash);
    expect(changed.path).not.to.equal(first.path);
    expect(programHash(first, ['a'])).to.equal(programHash(again, ['a']));
    expect(programHash(first, ['a'])).not.to.equal(programHash(first, ['a', '']));
    expect(programHash(first, ['a'])).not.to.equal(programHash(changed, ['a']));
  });

  it('makes several bundles at a time', async () => {
    const names = ['w', 'x', 'y', 'z'].map((name) => `job/${name}.ts`);
    for (const name of names) workspace.write({ [name]: `export default () => ${JSON.stringify(name)};` });
    const bundles = await Promise.all(names.map(bundle));
    const results = await Promise.all(bundles.map(async ({ path }) => (await loadEntry(path))([])));
    expect(results).to.deep.equal(names);
  });

  it('writes a bundle again when it has been swept away or was damaged', async () => {
    workspace.write({ 'job/main.ts': 'export default () => 1;' });
    const { path } = await bundle('job/main.ts');
    const text = readFileSync(path, 'utf8');
    rmSync(dirname(path), { recursive: true });
    ensureBundle(path);
    expect(readFileSync(path, 'utf8')).to.equal(text);
    workspace.write({ [path.slice(workspace.folder.length + 1)]: 'export default () => 2;' });
    await bundle('job/main.ts');
    expect(readFileSync(path, 'utf8')).to.equal(text);
  });
});
