import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { PUBLIC_ENTRIES } from '../../entries.mjs';
import { unmentioned } from './coverage.ts';
import { isDescribed, type Reflection, undescribed } from './reference.ts';

/** Classes and interfaces whose every method stands on some page. */
const MAIN = new Set(
  `DStream PairDStream MapWithStateDStream RDD PairRDD StreamingContext SparkContext SparkConf State Broadcast Accumulator
   JavaDStreamLike JavaDStream JavaPairDStream JavaMapWithStateDStream JavaRDDLike JavaRDD JavaPairRDD JavaDoubleRDD
   JavaStreamingContext JavaSparkContext StateSpec Gateway GatewayClient Subscription TestContext Recording`.split(
    /\s+/,
  ),
);

const pages = () =>
  ['README.md', ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))]
    .filter((path) => path.endsWith('.md') && !/^docs.(adr|api)/.test(path))
    .map((path) => readFileSync(path, 'utf8'));

describe('the reference of the API', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), 'dstreams-reference-'));
  let modules: readonly Reflection[];

  before(async () => {
    const file = join(folder, 'reference.json');
    const { code, output } = await typedoc(['--json', file]);
    expect(code, output).to.equal(0); // 4: a warning, such as a link that leads nowhere
    modules = JSON.parse(readFileSync(file, 'utf8')).children;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has every entry of the package', () => {
    const names = PUBLIC_ENTRIES.map((name) => (name === 'index' ? 'dstreams' : `dstreams/${name}`));
    expect(modules.map(({ name }) => name)).to.have.members(names);
  });

  it('names nothing that the pages of its entry leave out', () =>
    expect(unmentioned(modules, MAIN, pages())).to.deep.equal([]));

  it('says of every name and member what it is', () => expect(undescribed(modules)).to.deep.equal([]));
});

describe('the check of the reference', () => {
  const comment = { summary: [{ kind: 'text', text: 'x' }] };

  it('takes the words of a name, of its signatures and of what it returns', () => {
    expect(isDescribed({ name: 'a', kind: 32, comment })).to.equal(true);
    expect(isDescribed({ name: 'a', kind: 64, signatures: [{ name: 'a', kind: 4096, comment }] })).to.equal(true);
    expect(isDescribed({ name: 'a', kind: 64, signatures: [{ name: 'a', kind: 4096 }] })).to.equal(false);
    expect(isDescribed({ name: 'a', kind: 32, comment: { summary: [] } })).to.equal(false);
  });

  it('leaves out what is exported again', () => {
    const children: Reflection[] = [
      { name: 'again', kind: 4_194_304 },
      { name: 'types', kind: 2, children: [{ name: 'inner', kind: 256 }] },
      { name: 'bare', kind: 256 },
    ];
    expect(undescribed([{ name: 'm', kind: 2, children }])).to.deep.equal(['m: inner', 'm: bare']);
  });

  const signature = { name: 'it', kind: 4096 };
  const members: readonly (readonly [what: string, member: Reflection, found: readonly string[]])[] = [
    ['a member', { name: 'it', kind: 1024 }, ['it']],
    ['one that is described', { name: 'it', kind: 1024, comment }, []],
    ['one that its class has from another', { name: 'it', kind: 1024, inheritedFrom: {} }, []],
    ['a constant', { name: 'it', kind: 1024, type: { type: 'literal' } }, []],
    ['a method of every object', { name: 'equals', kind: 2048, signatures: [signature] }, []],
    ['a method', { name: 'it', kind: 2048, signatures: [signature] }, ['it (form 1)']],
    [
      'one of two forms',
      { name: 'it', kind: 2048, signatures: [{ ...signature, comment }, signature] },
      ['it (form 2)'],
    ],
    ['a constructor of nothing', { name: 'it', kind: 512, signatures: [signature] }, []],
    [
      'another constructor',
      { name: 'it', kind: 512, signatures: [{ ...signature, parameters: [{}] }] },
      ['it (form 1)'],
    ],
  ];
  for (const [what, member, found] of members) {
    it(`looks at members: ${what}`, () => {
      const of = { name: 'm', kind: 2, children: [{ name: 'Box', kind: 128, comment, children: [member] }] };
      expect(undescribed([of])).to.deep.equal(found.map((label) => `m: Box.${label}`));
      const held = {
        name: 'Tools',
        kind: 32,
        comment,
        type: { declaration: { name: '__type', kind: 65_536, children: [member] } },
      };
      expect(undescribed([{ ...of, children: [held] }])).to.deep.equal(found.map((label) => `m: Tools.${label}`));
    });
  }
});

describe('the check of what pages mention', () => {
  const modules: Reflection[] = [
    {
      name: 'm',
      kind: 2,
      children: [
        { name: 'Shape', kind: 256 },
        { name: 'make', kind: 64 },
        {
          name: 'Box',
          kind: 128,
          children: [
            { name: 'open', kind: 2048 },
            { name: '__brand', kind: 2048 },
            { name: 'derived', kind: 2048, flags: { isProtected: true } },
          ],
        },
        { name: 'Other', kind: 128, children: [{ name: 'hidden', kind: 2048 }] },
      ],
    },
  ];

  const importing = "import { Box } from 'm';";

  it('finds exported values and methods of the classes named', () => {
    expect(unmentioned(modules, new Set(['Box']), [`${importing} Other`])).to.deep.equal(['m: make', 'm: Box.open']);
  });

  it('takes a word anywhere on a page', () => {
    const pages = [`${importing} Other, \`make()\``, `${importing} const b = new Box().open();`];
    expect(unmentioned(modules, new Set(['Box']), pages)).to.deep.equal([]);
  });

  it('takes none of a page that imports from another module', () => {
    const pages = [`${importing} Other, make()`, "import { Box } from 'm/java'; new Box().open();"];
    expect(unmentioned(modules, new Set(['Box']), pages)).to.deep.equal(['m: Box.open']);
  });
});

function typedoc(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [resolve('node_modules/typedoc/bin/typedoc'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => settle({ code, output }));
  });
}
