import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CountMinSketch } from '../sketches/count-min-sketch.ts';
import { HyperLogLog } from '../sketches/hyper-log-log.ts';
import type { Stage } from './run-example.ts';
import { scenario } from './scenario.ts';

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

/** Runs it until standard output has the texts: a recording may come in two batches, and then they stand in the second. */
async function outputWith(stage: Stage, texts: readonly string[], ...args: string[]): Promise<string> {
  const example = stage.start(...args);
  for (const text of texts) await example.printed(new RegExp(text.replace(/[[\]()*+.?|]/g, '\\$&')));
  return (await example.stop()).stdout;
}

describe('the Twitter examples', () => {
  scenario('TwitterPopularTags', async (stage) => {
    const tags = tagsOf(tweets);
    const lines = top(tags, 5).map(([tag, n]) => `${tag} (${n} tweets)\n`);
    const heads = [60, 10].map((s) => `\nPopular topics in last ${s} seconds (${new Set(tags).size} total):\n`);
    const texts = heads.map((head) => head + lines.join(''));
    await outputWith(stage, texts, 'TwitterPopularTags', ...FEED, 'local[2]');
  });

  scenario('TwitterPopularTags with filters', async (stage) => {
    const tags = tagsOf(tweets.filter(({ text }) => /#(tea|news)\b/.test(text)));
    const lines = top(tags, 2).map(([tag, n]) => `${tag} (${n} tweets)\n`);
    const head = '\nPopular topics in last 60 seconds (2 total):\n';
    await outputWith(stage, [head + lines.join('')], 'TwitterPopularTags', ...FEED, 'local', 'tea', '#news');
  });

  scenario('TwitterAlgebirdCMS', async (stage) => {
    const users = top(
      tweets.map(({ user }) => user.id),
      10,
    );
    const shown = users.map((pair) => `(${pair})`).join(',');
    const exact = `Exact heavy hitters overall: [${shown}]\n`;
    const stdout = await outputWith(stage, [exact], 'TwitterAlgebirdCMS', ...FEED, 'local[2]');
    expect(stdout).to.include(`Approx heavy hitters at 0.00% threshold overall: [${shown}]\n`);
    expect(stdout).to.match(/^Approx heavy hitters at 0\.00% threshold this batch: \[\(\d+,\d+\),/m);
    expect(stdout).to.match(/^Exact heavy hitters this batch: \[\(\d+,\d+\),/m);
  });

  scenario('TwitterAlgebirdHLL', async (stage) => {
    const n = new Set(tweets.map(({ user }) => user.id)).size;
    const exact = `Exact distinct users overall: ${n}\nError rate: `;
    const stdout = await outputWith(stage, [exact], 'TwitterAlgebirdHLL', ...FEED, 'local[2]');
    expect(stdout).to.match(/^Error rate: -?\d+\.\d{5}%$/m);
    const approx = [...stdout.matchAll(/^Approx distinct users overall: (\d+)$/gm)].at(-1)!;
    expect(Number(approx[1])).to.be.within(n * 0.9, n * 1.1);
    expect(stdout).to.match(/^Approx distinct users this batch: \d+$/m);
    expect(stdout).to.match(/^Exact distinct users this batch: \d+$/m);
  });

  scenario('JavaTwitterHashTagJoinSentiments', async (stage) => {
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
    await outputWith(stage, [head + lines.join('')], 'JavaTwitterHashTagJoinSentiments', ...FEED, ...keys);
  });
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
