import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { scenario } from './scenario.ts';

const LATER = 'org.apache.spark.examples.streaming.';
const LINE = /^Counts at time (\d+) ms \[(.*)\]$/;

/** Batch time to counts; a batch that ran again must have said the same, or more where its data was lost the first time. */
function batchesOf(path: string): Map<number, string> {
  const batches = new Map<number, string>();
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) {
    const [, timeMs, counts] = LINE.exec(line) as unknown as [string, string, string];
    batches.set(Number(timeMs), counts);
  }
  return batches;
}

describe('the examples that go on after a kill', () => {
  const cases = [
    { start: ['RecoverableNetworkWordCount', 'local[2]'], counts: ['(a,1)', '(hello,2)'] },
    // These drop some words, a among them.
    { start: [`${LATER}RecoverableNetworkWordCount`], counts: ['(hello,2)'] },
    { start: [`${LATER}JavaRecoverableNetworkWordCount`], counts: ['(hello,2)'] },
    { start: ['recoverable_network_wordcount'], counts: ['(hello,2)'] },
  ];
  for (const { start, counts } of cases) {
    scenario(`${start[0]}: kill -9, and no batch is missing`, async (stage) => {
      const folder = stage.folder();
      const output = join(folder, 'out');
      const { port } = await stage.lineServer('hello a hello\n');
      const args = [...start, '127.0.0.1', port, join(folder, 'checkpoint'), output];
      const first = stage.start(...args);
      await first.printed(/hello,2(?:.|\n)*Counts at time (?:.|\n)*Counts at time/);
      first.kill('SIGKILL');
      expect((await first.ended).stdout).to.match(/^Creating new context\n/);
      const second = stage.start(...args);
      await second.printed(/hello,2/);
      const { stdout } = await second.stop();
      expect(stdout).not.to.include('Creating new context');
      if (counts.length === 1) expect(stdout).to.match(/^Dropped [1-9]\d* word\(s\) totally$/m);
      const batches = batchesOf(output);
      const times = [...batches.keys()].sort((a, b) => a - b);
      expect(times).to.deep.equal(times.map((_, i) => times[0]! + i * 1000));
      // The server greets whoever connects: once before the kill, once after it.
      const filled = [...batches.values()].filter((text) => text !== '');
      expect(filled.length).to.be.within(1, 2);
      for (const text of filled) expect(text.split(', ').sort()).to.deep.equal(counts);
    });
  }
});
