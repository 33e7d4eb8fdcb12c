import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packedTarball, projectWithPackage } from '../packed.mjs';
import { SideBySide } from './side-by-side.ts';

const run = promisify(execFile);
const modules = resolve('node_modules');
/** Runs a tool and gives what it printed, also when it fails, so that an assertion shows it. */
const output = async (file: string, args: string[], cwd: string) => {
  const result = await run(file, args, { cwd, maxBuffer: 1 << 26 }).catch((error) => ({ ...error, failed: true }));
  return { failed: 'failed' in result, text: `${result.stdout}${result.stderr}`, stdout: String(result.stdout) };
};

describe('the package', function () {
  this.timeout(180_000);
  let tarball: string;
  let project: string;
  // Tools and compilers, each a process of its own.
  const tools = new SideBySide();

  before(async function () {
    this.timeout(600_000); // The build, of all declarations as well, on a machine that others use.
    tarball = await packedTarball();
    project = await projectWithPackage(tarball);
    cpSync(resolve('bin/test/fixtures/consumer'), project, { recursive: true });
  });
  after(() => {
    if (project !== undefined) rmSync(project, { recursive: true });
  });

  it('holds what its package.json names, and nothing of the sources', () => {
    const folder = join(project, 'node_modules/dstreams');
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const named: string[] = [manifest.bin.dstreams, manifest.main, manifest.module, manifest.types];
    for (const entry of Object.values<Record<string, Record<string, string>>>(manifest.exports)) {
      for (const condition of Object.values(entry))
        if (typeof condition === 'object') named.push(...Object.values(condition));
    }
    for (const file of [...named, 'LICENSE', 'README.md', 'dist/worker.mjs']) {
      expect(() => readFileSync(join(folder, file)), file).not.to.throw();
    }
    expect(() => readFileSync(join(folder, 'tsconfig.json'))).to.throw();
    expect(manifest.files).to.deep.equal(['dist']);
  });

  it('passes publint', async () => {
    const { messages, pkg } = await publint({
      pkgDir: join(project, 'node_modules/dstreams'),
      level: 'warning',
      pack: false,
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).to.deep.equal([]);
  });

  tools.it('passes arethetypeswrong', async () => {
    const attw = join(modules, '@arethetypeswrong/cli/dist/index.js');
    const { failed, text } = await output(
      process.execPath,
      [attw, tarball, '--no-emoji', '--no-color', '--format', 'ascii'],
      project,
    );
    expect(failed, text).to.equal(false);
  });

  tools.it('is one copy, by import and by require, through every subpath', async () => {
    const { failed, text, stdout } = await output(process.execPath, ['identities.mjs'], project);
    expect(failed, text).to.equal(false);
    const { names, compared, common, differ } = JSON.parse(stdout);
    expect(names).to.deep.equal(['.', './java', './gateway', './client', './testing']);
    expect(compared).to.be.greaterThan(20);
    expect(common).to.be.greaterThan(2);
    expect(differ).to.deep.equal([]);
  });

  tools.it('has its classes under the names that they are exported by, in text and in stacks', async () => {
    const entries = ['dstreams', 'dstreams/java', 'dstreams/gateway', 'dstreams/client', 'dstreams/testing'];
    const program = `
      const renamed = [];
      for (const entry of ${JSON.stringify(entries)}) {
        for (const [name, it] of Object.entries(await import(entry))) {
          if (typeof it === 'function' && it.prototype !== undefined && it.name !== name) renamed.push(name + ' is ' + it.name);
        }
      }
      const { JList, Tuple2 } = await import('dstreams/java');
      console.log(JSON.stringify(renamed));
      console.log(new Tuple2('a', 1), new JList(['a', 'b']));
      try { new JList([]).get(0); } catch (error) { console.log(/at (\\w+)\\.get/.exec(error.stack)[1]); }`;
    const { failed, text, stdout } = await output(process.execPath, ['--input-type=module', '-e', program], project);
    expect(failed, text).to.equal(false);
    const [renamed, printed, ofStack] = stdout.trimEnd().split('\n');
    expect(JSON.parse(renamed!).toSorted()).to.deep.equal([
      // One class by two names, and those of the surface in one's own file.
      'ArrayList is JList',
      'AtomicInteger is AtomicLong',
      'HashMap is JMap',
      'HashSet is JSet',
      'JFunction is Function',
      'JavaStreamingListener is StreamingListener',
      'Queue is LinkedList',
      'SparkContext is FluentSparkContext',
      'StreamingContext is FluentStreamingContext',
      'StringBuffer is StringBuilder',
    ]);
    expect([printed, ofStack]).to.deep.equal(['(a,1) [a, b]', 'JList']);
  });

  for (const file of ['run.mjs', 'run.cjs']) {
    tools.it(`runs a pipeline from ${file} without a warning`, async () => {
      const { failed, text, stdout } = await output(process.execPath, [file], project);
      expect(failed, text).to.equal(false);
      expect(text).to.not.include('Warning');
      const batches: { timeMs: number; values: [string, number][] }[] = JSON.parse(stdout);
      expect(batches.map(({ timeMs, values }) => [timeMs, values.sort()])).to.deep.equal([
        [
          1000,
          [
            ['a', 1],
            ['b', 1],
          ],
        ],
        [2000, []],
        [3000, [['a', 1]]],
      ]);
    });
  }

  const compilations = [
    { name: 'ESM and CommonJS, nodenext', options: { module: 'nodenext' }, files: ['*.mts', '*.cts'] },
    { name: 'ESM and CommonJS, node16', options: { module: 'node16' }, files: ['*.mts', '*.cts'] },
    { name: 'a bundler', options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['*.mts'] },
  ];
  for (const [index, { name, options, files }] of compilations.entries()) {
    tools.it(`compiles against its types, strict: ${name}`, async () => {
      const config = join(project, `tsconfig-${index}.json`);
      const compilerOptions = {
        target: 'es2022',
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
        ...options,
      };
      writeFileSync(config, JSON.stringify({ compilerOptions, include: files }));
      const tsc = join(modules, 'typescript/bin/tsc');
      const { failed, text } = await output(process.execPath, [tsc, '-p', config, '--pretty', 'false'], project);
      expect(failed, text).to.equal(false);
    });
  }

  // What the surfaces' own tests say of more misuses is of the sources, where the types have these names anyway.
  const misuses: readonly (readonly [code: string, says: string])[] = [
    ['words.reduceByKey(add);', "Property 'reduceByKey' does not exist on type 'DStream<string>'."],
    [
      'pairs.join(words);',
      "Argument of type 'DStream<string>' is not assignable to parameter of type 'PairDStream<string, ",
    ],
    ['ssc.textStream();', "Property 'textStream' does not exist on type 'StreamingContext'."],
    ['ssc.sparkContext.text();', "Property 'text' does not exist on type 'SparkContext'."],
    ['new SparkContext().text();', "Property 'text' does not exist on type 'SparkContext'."],
    [
      "new StreamingContext({ appName: 'App', batchMs: 1000 });",
      "'batchMs' does not exist in type 'StreamingContextOptions'",
    ],
    ['t.input([[1]]).reduceByKey(add);', "Property 'reduceByKey' does not exist on type 'DStream<number>'."],
    ['javaWords.reduceByKey(add);', "Property 'reduceByKey' does not exist on type 'JavaDStream<string>'."],
  ];
  tools.it('speaks of misuses by the names that its types are exported by', async () => {
    const head = `
      import { add, DStream, type PairDStream, SparkContext, StreamingContext } from 'dstreams';
      import type { JavaDStream } from 'dstreams/java';
      import { createTestContext } from 'dstreams/testing';
      declare const words: DStream<string>, pairs: PairDStream<string, number>, javaWords: JavaDStream<string>;
      const [ssc, t] = [new StreamingContext('local', 'App', '1s'), createTestContext({ batchMs: 1000 })];
      export const isStream = (x: unknown) => x instanceof DStream;
    `.replace(/\s+/g, ' ');
    const folder = join(project, 'misuses');
    mkdirSync(folder);
    writeFileSync(join(folder, 'misuses.mts'), [head, ...misuses.map(([code]) => code)].join('\n'));
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: ['node'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    const tsc = join(modules, 'typescript/bin/tsc');
    const { text } = await output(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], project);
    const said = text.split(/\n(?=\S)/).filter((message) => message.includes(': error '));
    expect(said, text).to.have.length(misuses.length);
    for (const [index, [code, says]] of misuses.entries()) expect(said[index], code).to.include(says);
    expect(text).not.to.match(/\$\d|Fluent|Engine|Core/);
  });

  tools.it('has a command line', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const { failed, text, stdout } = await output(
      join(project, 'node_modules/dstreams/dist/cli.mjs'),
      ['--version'],
      project,
    );
    expect(failed, text).to.equal(false);
    expect(stdout.trim()).to.include(version);
  });
});
