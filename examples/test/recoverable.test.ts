import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { endAll, startExample, startLineServer } from './run-example.ts';

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

describe('the examples that go on after a kill', function () {
  this.timeout(90_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-recoverable-'));
  });
  afterEach(() => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = [
    { name: 'RecoverableNetworkWordCount', masters: ['local[2]'], words: 'hello a hello', counts: '(hello,2), (a,1)' },
    {
      name: 'org.apache.spark.examples.streaming.JavaRecoverableNetworkWordCount',
      masters: [],
      words: 'hello a hello',
      counts: '(hello,2)',
    },
    { name: 'recoverable_network_wordcount', masters: [], words: 'hello a hello', counts: '(hello,2)' },
  ];
  for (const { name, masters, words, counts } of cases) {
    it(`${name}: kill -9, and no batch is missing`, async () => {
      const output = join(folder, 'out');
      const server = await startLineServer(`${words}\n`);
      try {
        const args = [...masters, '127.0.0.1', String(server.port), join(folder, 'checkpoint'), output];
        const first = startExample(name, ...args);
        await first.printed(/hello,2(?:.|\n)*Counts at time (?:.|\n)*Counts at time/);
        first.kill('SIGKILL');
        expect((await first.ended).stdout).to.match(/^Creating new context\n/);
        const second = startExample(name, ...args);
        await second.printed(/hello,2/);
        second.kill('SIGINT');
        const { exitCode, stdout, stderr } = await second.ended;
        expect(exitCode, stderr).to.equal(0);
        expect(stdout).not.to.include('Creating new context');
        const batches = batchesOf(output);
        const times = [...batches.keys()].sort((a, b) => a - b);
        expect(times).to.deep.equal(times.map((_, i) => times[0]! + i * 1000));
        // The server greets whoever connects: once before the kill, once after it.
        const filled = [...batches.values()].filter((text) => text !== '');
        expect(filled.length).to.be.within(1, 2);
        for (const text of filled) expect(text.split(', ').sort()).to.deep.equal(counts.split(', ').sort());
      } finally {
        server.close();
      }
    });

    it(`${name} says how it is used`, async () => {
      const { exitCode, stdout, stderr } = await startExample(name, 'one').ended;
      expect(exitCode).to.equal(1);
      expect(stdout).to.equal('');
      // PySpark's says only the usage.
      expect(stderr).to.match(name.startsWith('r') ? /^Usage: / : /You arguments were \[one\]\nUsage: /);
    });
  }
});
