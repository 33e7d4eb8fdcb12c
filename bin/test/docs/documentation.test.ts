import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect } from 'chai';
import { ALIASES } from '../../entries.mjs';
import { SideBySide } from '../side-by-side.ts';
import { compile, typeErrors } from './check.ts';
import { ELSEWHERE, PARTS } from './parts.ts';
import { play, sampleOf } from './play.ts';
import { runSample } from './run.ts';
import { anchorsOf, type Sample, samplesOf } from './samples.ts';
import { type Entry, unused } from './uses.ts';

const pages = [
  'README.md',
  ...(existsSync('docs') ? readdirSync('docs', { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .sort(),
].filter((path) => existsSync(path));
const samples = pages.flatMap((path) => samplesOf(path, readFileSync(path, 'utf8')));
const build = process.env.DSTREAMS_BUILD ?? '';
/** Programs that tests of their own run. */
const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' })
  .map((name) => `examples/${name.replaceAll('\\', '/')}`)
  .filter((path) => path.endsWith('.ts') && !path.startsWith('examples/test/'));
/** Those of the most particular folder first: the client stands in a folder of the gateway. */
const entries: Entry[] = Object.entries(ALIASES)
  .map(([name, file]) => ({
    name,
    file: resolve(file),
    folders: [dirname(file), ...(name === 'dstreams/testing' ? ['core/testing'] : [])].map(
      (folder) => `${resolve(folder)}/`,
    ),
  }))
  .sort((a, b) => b.folders[0]!.length - a.folders[0]!.length);
/** Public names that no sample can use. */
const WITHOUT_SAMPLE = [
  // Of sources that need a connector no object is there before there is one.
  ...['key', 'topic', 'partition', 'offset', 'timestamp'].map((name) => `ConsumerRecord.${name}`),
  'CanCommitOffsets.commitAsync',
  'HasOffsetRanges.offsetRanges',
  'SparkFlumeEvent.event',
  // How the formats that are there read: of no use without the reader of bytes, which is not public.
  'InputFormat.readValues',
];

describe('the samples of the documentation', function () {
  this.timeout(120_000);
  const runs = new SideBySide();
  const compiled = lazy(() => compile(samples, [...examples, ...entries.map(({ file }) => file)]));

  it('compile', () => expect(typeErrors(compiled())).to.deep.equal([]));

  it('use, as far as they are run, every public name', () => {
    const { program, sampleOf } = compiled();
    const run = [...sampleOf].filter(([, { isRun }]) => isRun).map(([file]) => file);
    const files = [...run, ...examples.map((file) => resolve(file))].map((file) => program.getSourceFile(file)!);
    const names = unused(program, entries, files).filter((name) => !WITHOUT_SAMPLE.includes(name.replace(/^.*: /, '')));
    expect(names).to.deep.equal([]);
  });

  for (const [index, sample] of samples.entries()) {
    if (!sample.isRun) continue;
    runs.it(`run: ${sample.where}`, async () => {
      const { code, stdout, stderr } = await runSample(sample, build, index);
      expect(code, stderr).to.equal(0);
      if (sample.output !== undefined) expect(stdout.trimEnd()).to.equal(sample.output.trimEnd());
    });
  }

  it('are all run: to their end, as parts of a program, or by tests of their own', () => {
    const left = samples.filter(({ isRun }) => !isRun);
    const clients = PARTS.flatMap(({ client }) => client ?? []);
    const found = [...new Set([...PARTS, ...clients, ...ELSEWHERE].map((part) => sampleOf(samples, part)))];
    expect(found.filter(({ isRun }) => isRun)).to.deep.equal([]);
    expect(found.map(({ where }) => where).sort()).to.deep.equal(left.map(({ where }) => where).sort());
    for (const { test } of ELSEWHERE) expect(existsSync(test), test).to.equal(true);
  });

  for (const part of PARTS) {
    const { where } = sampleOf(samples, part);
    runs.it(`run, as a part: ${where}`, () => play(part, samples, build));
  }

  it('have local links that lead somewhere', () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const [, target] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target as string)) continue;
        const file = new URL(target as string, `file:///${page}`).pathname.slice(1);
        if (!existsSync(decodeURIComponent(file))) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });

  it('have links to headings that are there', () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const [, target, anchor] of readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]*)#([^)]*)\)/g)) {
        if (/^[a-z]+:/.test(target as string)) continue;
        const file = target === '' ? page : new URL(target as string, `file:///${page}`).pathname.slice(1);
        if (!file.endsWith('.md')) continue;
        if (!anchorsOf(readFileSync(file, 'utf8')).has(anchor as string)) broken.push(`${page}: ${target}#${anchor}`);
      }
    }
    expect(broken).to.deep.equal([]);
  });
});

describe('the check of what samples use', function () {
  this.timeout(60_000);
  const name = './documentation-sample-0.ts'; // As `compile` calls the first one.
  const surface = `export interface Area { area(): number; grow?(by: number): void }
    export class Shape implements Area {
      constructor(readonly width: number) {}
      static of(width: number): Shape { return new Shape(width); }
      area(): number { return this.width; }
      protected hidden(): void {}
      /** @internal */
      engine(): void {}
      equals(): boolean { return true; }
    }
    export class Square extends Shape { override area(): number { return 1; } side(): number { return 1; } }
    export const Tools = { cut: (shape: Shape) => shape, size: 1 };
    export interface Options { filter?: () => boolean; map: number }
    export const draw = (area: Area) => area;
    export { draw as paint };`;
  const entry: Entry = { name, file: resolve(name), folders: [resolve('nowhere/')] };
  const left = (code: string): string[] => {
    const texts = [
      surface,
      `import * as surface from '${name}'; import { draw, Shape, Square, Tools } from '${name}';\n${code}`,
    ];
    const { program } = compile(
      texts.map((text) => ({ where: 'page.md:1', language: 'ts', isRun: true, code: text, output: undefined })),
    );
    const file = program.getSourceFile(resolve('documentation-sample-1.ts'))!;
    return unused(program, [entry], [file]).map((label) => label.slice(name.length + 2));
  };
  const all = ['Area.area', 'Area.grow', 'Shape', 'Shape.of', 'Square', 'Square.side', 'Tools', 'Tools.cut', 'draw'];
  const rows: readonly (readonly [what: string, code: string, used: readonly string[]])[] = [
    ['an import alone is no use', 'export {};', []],
    ['nor is the method of something else', '[1].map((area) => area); ({ side: () => 1 }).side();', []],
    ['a call', 'new Square(1).side();', ['Square', 'Square.side']],
    ['a method of a class that is related', 'new Square(1).area();', ['Square', 'Area.area']],
    ['an object that is not spelt out', 'const it = surface.Shape.of(1); it.width;', ['Shape', 'Shape.of']],
    ['a method that is taken apart', 'const { cut } = Tools;', ['Tools', 'Tools.cut']],
    ['an override', 'export class Own extends Shape { override area() { return 2; } }', ['Shape', 'Area.area']],
    ['a literal that is passed', 'draw({ area: () => 1, grow() {} });', ['draw', 'Area.area', 'Area.grow']],
    ['another name for the same', 'surface.paint(new Shape(1));', ['Shape', 'draw']],
  ];
  for (const [what, code, used] of rows) {
    it(`counts: ${what}`, () => expect(left(code)).to.have.members(all.filter((one) => !used.includes(one))));
  }
});

describe('the check of samples', function () {
  this.timeout(60_000);
  const sample = (code: string, language: 'ts' | 'js' = 'ts'): Sample => {
    return { where: 'page.md:1', language, isRun: true, code, output: undefined };
  };
  const fenced = (info: string, code: string) => `\`\`\`${info}\n${code}\n\`\`\`\n`;

  it('finds blocks with their line, language, mark and output', () => {
    const page = `# A\n\n${fenced('ts run', 'a();')}\n${fenced('text output', 'b')}\n${fenced('sh', 'npm ci')}${fenced('js', 'c();')}`;
    expect(samplesOf('a.md', page)).to.deep.equal([
      { where: 'a.md:3', language: 'ts', isRun: true, code: 'a();\n', output: 'b\n' },
      { where: 'a.md:14', language: 'js', isRun: false, code: 'c();\n', output: undefined },
    ]);
  });

  it('knows the anchors of headings, as GitHub makes them, and none in samples', () => {
    const page = `# What is *there*?\n\n${fenced('sh', '# no heading')}\n## ` + '`a.b` and [c](d.md)\n';
    expect([...anchorsOf(page)]).to.deep.equal(['what-is-there', 'ab-and-c']);
  });

  it('takes blocks inside of lists without their indentation', () => {
    expect(samplesOf('a.md', '- so:\n\n  ```ts\n  if (a)\n    b();\n  ```\n')[0]?.code).to.equal('if (a)\n  b();\n');
  });

  it('leaves out fragments and ends at the fence that opened', () => {
    expect(samplesOf('a.md', fenced('ts fragment', 'x'))).to.deep.equal([]);
    expect(samplesOf('a.md', '````md\n```ts\nx\n```\n````\n')).to.deep.equal([]);
  });

  const invalid = [
    { name: 'a mark that means nothing', page: fenced('ts rnu', 'x') },
    { name: 'an output of what is not run', page: fenced('ts', 'x') + fenced('text output', 'y') },
    { name: 'a fence left open', page: '```ts\nx\n' },
  ];
  for (const { name, page } of invalid)
    it(`refuses ${name}`, () => expect(() => samplesOf('a.md', page)).to.throw('a.md:1'));

  it('reports errors of types and of syntax at their line', () => {
    expect(typeErrors(compile([sample('const a = 1;\nconst b: string = a;\nexport { b };')]))).to.have.length(1);
    expect(typeErrors(compile([sample('const a = 1;\nconst b: string = a;')])).join()).to.include('page.md:1+2: ');
    expect(typeErrors(compile([sample('const a = ;', 'js')])).join()).to.include('page.md:1+1: ');
    expect(typeErrors(compile([sample('const a = 1;'), sample("const a = 'own scope'; await a;")]))).to.deep.equal([]);
  });

  it('runs a sample and sees that it fails or hangs', async () => {
    expect(await runSample(sample('const a: string = "b"; console.log(a);'), build, 1_000)).to.include({
      code: 0,
      stdout: 'b\n',
    });
    expect((await runSample(sample('throw new Error("broken");'), build, 1_001)).code).to.equal(1);
    expect((await runSample(sample('setInterval(() => {}, 1000);'), build, 1_002, 500)).code).to.equal(null);
  });
});

/** Made when it is asked for, once. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
