import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CountMinSketch } from '../sketches/count-min-sketch.ts';
import { HyperLogLog } from '../sketches/hyper-log-log.ts';
import { endAll, startExample } from './run-example.ts';

const RECORDING = 'examples/data/tweets.ndjson';
const FEED = ['--conf', `dstreams.twitter.feed=${RECORDING}`];
const SENTIMENTS = 'examples/data/word-sentiments.txt';

interface Tweet {
  readonly text: string;
  readonly user: { readonly id: number };
}

const tweets = readFileSync(RECORDING, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Tweet);
const tagsOf = (from: readonly Tweet[]) => from.flatMap(({ text }) => text.split(' ').filter((w) => w.startsWith('#')));

/** What came most often, first; no two of those that are asked for came equally often. */
function top<T>(values: readonly T[], n: number): [T, number][] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, n);
}

/** Runs it until standard output has the text: a recording may come in two batches, and then it stands in the second. */
async function outputWith(text: string, ...args: string[]): Promise<string> {
  const example = startExample(...args);
  await example.printed(new RegExp(text.replace(/[[\]()*+.?|]/g, '\\$&')));
  example.kill('SIGINT');
  const { exitCode, stdout, stderr } = await example.ended;
  expect(exitCode, stderr).to.equal(0);
  return stdout;
}

describe('the Twitter examples', function () {
  this.timeout(90_000);
  afterEach(endAll);

  for (const seconds of [60, 10]) {
    it(`TwitterPopularTags of ${seconds} s`, async () => {
      const tags = tagsOf(tweets);
      const lines = top(tags, 5).map(([tag, n]) => `${tag} (${n} tweets)\n`);
      const head = `\nPopular topics in last ${seconds} seconds (${new Set(tags).size} total):\n`;
      await outputWith(head + lines.join(''), 'TwitterPopularTags', ...FEED, 'local[2]');
    });
  }

  it('TwitterPopularTags with filters', async () => {
    const tags = tagsOf(tweets.filter(({ text }) => /#(tea|news)\b/.test(text)));
    const lines = top(tags, 2).map(([tag, n]) => `${tag} (${n} tweets)\n`);
    const head = '\nPopular topics in last 60 seconds (2 total):\n';
    await outputWith(head + lines.join(''), 'TwitterPopularTags', ...FEED, 'local', 'tea', '#news');
  });

  it('TwitterAlgebirdCMS', async () => {
    const users = top(
      tweets.map(({ user }) => user.id),
      10,
    );
    const shown = users.map((pair) => `(${pair})`).join(',');
    const exact = `Exact heavy hitters overall: [${shown}]\n`;
    const stdout = await outputWith(exact, 'TwitterAlgebirdCMS', ...FEED, 'local[2]');
    expect(stdout).to.include(`Approx heavy hitters at 0.00% threshold overall: [${shown}]\n`);
    expect(stdout).to.match(/^Approx heavy hitters at 0\.00% threshold this batch: \[\(\d+,\d+\),/m);
    expect(stdout).to.match(/^Exact heavy hitters this batch: \[\(\d+,\d+\),/m);
  });

  it('TwitterAlgebirdHLL', async () => {
    const n = new Set(tweets.map(({ user }) => user.id)).size;
    const stdout = await outputWith(
      `Exact distinct users overall: ${n}\nError rate: `,
      'TwitterAlgebirdHLL',
      ...FEED,
      'local[2]',
    );
    expect(stdout).to.match(/^Error rate: -?\d+\.\d{5}%$/m);
    const approx = [...stdout.matchAll(/^Approx distinct users overall: (\d+)$/gm)].at(-1)!;
    expect(Number(approx[1])).to.be.within(n * 0.9, n * 1.1);
    expect(stdout).to.match(/^Approx distinct users this batch: \d+$/m);
    expect(stdout).to.match(/^Exact distinct users this batch: \d+$/m);
  });

  it('JavaTwitterHashTagJoinSentiments', async () => {
    const sentiments = new Map(
      readFileSync(SENTIMENTS, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t') as [string, string]),
    );
    const happiest = top(tagsOf(tweets), 100)
      .map(([tag, n]) => [tag.slice(1), n * Number(sentiments.get(tag.slice(1)))] as const)
      .filter(([, happiness]) => !Number.isNaN(happiness))
      .sort(([, a], [, b]) => b - a);
    const lines = happiest.slice(0, 10).map(([tag, happiness]) => `${tag} (${happiness}.0 happiness)\n`);
    const head = `\nHappiest topics in last 10 seconds (${happiest.length} total):\n`;
    const keys = ['key', 'secret', 'token', 'secret'];
    await outputWith(head + lines.join(''), 'JavaTwitterHashTagJoinSentiments', ...FEED, ...keys);
  });

  const master = '<master> [filter1] [filter2] ... [filter n]';
  const misuse = [
    ...['TwitterPopularTags', 'TwitterAlgebirdCMS', 'TwitterAlgebirdHLL'].map((name) => ({ name, usage: master })),
    {
      name: 'JavaTwitterHashTagJoinSentiments',
      usage: '<consumer key> <consumer secret> <access token> <access token secret> [<filters>]',
    },
  ];
  for (const { name, usage } of misuse) {
    it(`${name} says how it is used, and that it needs a feed`, async () => {
      const { exitCode, stdout, stderr } = await startExample(name).ended;
      expect({ exitCode, stdout, stderr }).to.deep.equal({
        exitCode: 1,
        stdout: '',
        stderr: `Usage: ${name} ${usage}\n`,
      });
      const without = await startExample(name, 'local', 'b', 'c', 'd').ended;
      expect(without.exitCode).to.equal(1);
      expect(without.stderr).to.match(/^NEEDS_CONNECTOR: .*dstreams\.twitter\.feed/m);
    });
  }
});

describe('sketches', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => (i % 2 === 0 ? i : 2 ** 40 + i * 4096));

  it('a HyperLogLog is off by a few percent, however large the numbers', () => {
    // Of few bits: many registers are taken, so that it is the estimate itself that is seen.
    for (const [bits, share] of [
      [12, 0.06],
      [8, 0.25],
    ] as const) {
      const all = ids.map((id) => HyperLogLog.of(bits, id));
      const halves = [all.slice(0, 12_000), all.slice(8_000)].map((half) => half.reduce((a, b) => a.plus(b)));
      const size = halves[0]!.plus(halves[1]!).estimatedSize();
      expect(size).to.be.within(ids.length * (1 - share), ids.length * (1 + share));
    }
    expect(HyperLogLog.zero(12).estimatedSize()).to.equal(0);
    expect(() => HyperLogLog.zero(3)).to.throw('bits is 3');
  });

  it('a count-min sketch never says too few, and seldom too many', () => {
    const precision = { eps: 0.01, delta: 1e-3, seed: 1, heavyHittersShare: 0.1 };
    const some = ids.slice(0, 500);
    const seen = [...some, ...Array.from({ length: 100 }, () => some[7]!)];
    const sketch = seen
      .map((id) => CountMinSketch.of(precision, id))
      .reduce((a, b) => a.plus(b), CountMinSketch.zero(precision));
    const over = some.map((id) => sketch.frequency(id) - (id === some[7] ? 101 : 1));
    expect(Math.min(...over)).to.be.at.least(0);
    expect(Math.max(...over)).to.be.at.most(0.01 * seen.length);
    expect(sketch.heavyHitters()).to.deep.equal([some[7]]);
  });
});
