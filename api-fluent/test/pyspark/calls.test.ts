import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { manualContext } from '../context.ts';
import { CALLS } from './calls.ts';
import { DIFFERENT } from './different.ts';
import type { Scene } from './scene.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const rows = read('listing.txt').trimEnd().split('\n');
/** `DStream.window(windowDuration, slideDuration=)` → `DStream.window`. */
const nameOf = (row: string) => row.slice(0, row.indexOf('('));

describe('what PySpark has', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-pyspark-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const row of rows) {
    const name = nameOf(row);
    // The methods of listeners are called, not called upon: their names are those of events.
    if (name.startsWith('StreamingListener.on')) {
      it(`calls listeners as ${row}`, async () => {
        const { ssc } = manualContext();
        const event = name.slice('StreamingListener.on'.length);
        ssc.on(`${event[0]!.toLowerCase()}${event.slice(1)}` as 'batchCompleted', () => {});
        await ssc.stop();
      });
      continue;
    }
    if (name in DIFFERENT) {
      it(`is told of in docs/from-pyspark.md where it differs: ${name}`, () =>
        expect(read('../../../docs/from-pyspark.md')).to.include(`\`${name}\``));
      continue;
    }
    it(`can be called as ${row}`, async () => {
      expect(CALLS, `a call of ${name}`).to.have.property(name);
      const t = manualContext();
      t.ssc.checkpoint(folder);
      const words = t.ssc.queueStream([['a b']]);
      const scene: Scene = {
        ssc: t.ssc,
        words,
        numbers: words.map((w) => w.length),
        pairs: words.map((w) => [w, 1]),
        sc: t.ssc.sparkContext,
        texts: t.ssc.sparkContext.parallelize(['a', 'b'], 2),
        counts: t.ssc.sparkContext.parallelize([1, 2], 2),
        byKey: t.ssc.sparkContext.parallelize(
          [
            ['a', 1],
            ['b', 2],
          ],
          2,
        ),
        folder,
        runBatch: () => t.run(1),
      };
      try {
        await CALLS[name]!(scene);
      } finally {
        if (t.ssc.getState() !== 'STOPPED') await t.ssc.stop();
      }
    });
  }

  it('has a row for each call and each difference', () => {
    const known = rows.map(nameOf);
    expect([...Object.keys(CALLS), ...Object.keys(DIFFERENT)].filter((name) => !known.includes(name))).to.deep.equal(
      [],
    );
  });
});
