import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { SideBySide } from '../side-by-side.ts';
import { typeErrors } from './check.ts';
import { runSample } from './run.ts';
import { anchorsOf, type Sample, samplesOf } from './samples.ts';

const pages = [
  'README.md',
  ...(existsSync('docs') ? readdirSync('docs', { recursive: true, encoding: 'utf8' }) : [])
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .sort(),
].filter((path) => existsSync(path));
const samples = pages.flatMap((path) => samplesOf(path, readFileSync(path, 'utf8')));
const build = process.env.DSTREAMS_BUILD ?? '';

describe('the samples of the documentation', function () {
  this.timeout(120_000);
  const runs = new SideBySide();

  it('compile', () => expect(typeErrors(samples)).to.deep.equal([]));

  for (const [index, sample] of samples.entries()) {
    if (!sample.isRun) continue;
    runs.it(`run: ${sample.where}`, async () => {
      const { code, stdout, stderr } = await runSample(sample, build, index);
      expect(code, stderr).to.equal(0);
      if (sample.output !== undefined) expect(stdout.trimEnd()).to.equal(sample.output.trimEnd());
    });
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
    expect(typeErrors([sample('const a = 1;\nconst b: string = a;\nexport { b };')])).to.have.length(1);
    expect(typeErrors([sample('const a = 1;\nconst b: string = a;')]).join()).to.include('page.md:1+2: ');
    expect(typeErrors([sample('const a = ;', 'js')]).join()).to.include('page.md:1+1: ');
    expect(typeErrors([sample('const a = 1;'), sample("const a = 'own scope'; await a;")])).to.deep.equal([]);
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
