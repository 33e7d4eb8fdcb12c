import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { EXAMPLES } from '../registry.ts';
import { type PrintedBatch, printedBatches } from './run-example.ts';
import { scenario } from './scenario.ts';

const V09 = 'org.apache.spark.streaming.examples.';
const LATER = 'org.apache.spark.examples.streaming.';

/** What all batches together counted, by word. */
function counts(batches: readonly PrintedBatch[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const record of batches.flatMap(({ records }) => records)) {
    const [, word, n] = /^\((.*),(\d+)\)$/.exec(record) as unknown as [string, string, string];
    sums[word] = (sums[word] ?? 0) + Number(n);
  }
  return sums;
}

describe('the examples', () => {
  describe('count the words of a real socket', () => {
    const text = 'hello world\nhello \nthe end\n';
    const shared = { hello: 2, world: 1, the: 1, end: 1 };
    // JavaScript keeps the empty word after a blank at the end, Java drops it.
    const cases = [
      { start: ['NetworkWordCount', 'local[2]'], expected: { ...shared, '': 1 } },
      { start: [`${V09}NetworkWordCount`, 'local'], expected: { ...shared, '': 1 } },
      { start: [`${LATER}NetworkWordCount`], expected: { ...shared, '': 1 } },
      { start: ['JavaNetworkWordCount', 'local[2]'], expected: shared },
      { start: [`${LATER}JavaNetworkWordCount`], expected: shared },
    ];
    for (const { start, expected } of cases) {
      scenario(start.join(' '), async (stage) => {
        const { port } = await stage.lineServer(text);
        const example = stage.start(...start, '127.0.0.1', port);
        await example.printed(/\(end,1\)/);
        const { stdout, stderr } = await example.stop();
        const batches = printedBatches(stdout);
        expect(counts(batches)).to.deep.equal(expected);
        for (const { timeMs } of batches) expect(timeMs % 1000).to.equal(0);
        expect(stderr).to.match(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO JobScheduler: Total delay: /m);
      });
    }
  });

  describe('count the words since the start', () => {
    const cases = [
      // All words, in every batch. JavaScript keeps the empty word after a blank at the end.
      ...['local', 'local[2]'].map((master) => ({
        start: ['StatefulNetworkWordCount', master],
        firstDone: /\(hello,2\)/,
        secondDone: /\(hello,3\)/,
        records: (batches: readonly PrintedBatch[]) => batches.at(-1)!.records,
        expected: ['(,1)', '(end,1)', '(hello,3)', '(world,1)'],
      })),
      // A record for each word that comes; hello and world have come once before.
      ...[
        { name: `${LATER}StatefulNetworkWordCount`, more: ['(,1)'] },
        { name: `${LATER}JavaStatefulNetworkWordCount`, more: [] },
      ].map(({ name, more }) => ({
        start: [name],
        firstDone: /\(hello,3\)/,
        secondDone: /\(hello,4\)/,
        records: (batches: readonly PrintedBatch[]) => batches.flatMap((batch) => batch.records),
        expected: [...more, '(end,1)', '(hello,2)', '(hello,3)', '(hello,4)', '(world,2)'],
      })),
    ];
    for (const { start, firstDone, secondDone, records, expected } of cases) {
      scenario(start.join(' '), async (stage) => {
        const server = await stage.lineServer('hello world\nhello \n');
        // The checkpoint directory is the one in which it runs.
        const example = stage.start(...start, '127.0.0.1', server.port, { cwd: stage.folder() });
        await example.printed(firstDone);
        server.send('hello end\n'); // For a later batch.
        await example.printed(secondDone);
        const { stdout } = await example.stop();
        expect([...records(printedBatches(stdout))].sort()).to.deep.equal(expected);
      });
    }
  });

  describe('count the data sets of a queue', () => {
    const digits = (order: string) => [...order].map((digit) => `(${digit},100)`);
    // Two partitions, even keys first; in each the keys in order of appearance: from 0 in Java, from 1 in Scala.
    const cases = [
      { start: ['QueueStream', 'local[2]'], expected: digits('2468013579') },
      { start: ['QueueStream', 'local'], expected: digits('1234567890') },
      { start: [`${LATER}QueueStream`], expected: digits('2468013579') },
      { start: ['JavaQueueStream', 'local[2]'], expected: digits('0246813579') },
      { start: [`${LATER}JavaQueueStream`], expected: digits('0246813579') },
      { start: ['--master', 'local', `${LATER}JavaQueueStream`], expected: digits('0123456789') },
    ];
    for (const { start, expected } of cases) {
      scenario(start.join(' '), async (stage) => {
        const example = stage.start(...start);
        await example.printed(/\(9,100\)(?:.|\n)*\(9,100\)/);
        const { stdout } = await example.stop();
        const filled = printedBatches(stdout).filter(({ records }) => records.length > 0);
        expect(filled.length).to.be.at.least(2);
        for (const { records } of filled) expect(records).to.deep.equal(expected);
      });
    }
  });

  it('open with what they do, their arguments and how to run them', () => {
    for (const { name, version, file } of EXAMPLES) {
      const text = readFileSync(`examples/${file}`, 'utf8');
      const head = text.slice(0, text.indexOf('*/'));
      const short = name.slice(name.lastIndexOf('.') + 1);
      // A short name means the program of 0.9, where there is one.
      const isShadowed =
        version === 'later' && EXAMPLES.some((other) => other.name === name && other.version === '0.9');
      const commands = [`./run-example ${LATER}${name}`, ...(isShadowed ? [] : [`./run-example ${short}`])];
      expect(head, file).to.match(/^\/\*\*\n \* [A-Z]/);
      expect(head, file).to.match(new RegExp(`\n \\*   ${short}(?: [<[]|\n)`));
      expect(
        commands.some((command) => head.includes(command)),
        `${file} says ${commands.join(' or ')}`,
      ).to.equal(true);
    }
  });

  it('are all in the table, whose links lead somewhere', () => {
    const page = readFileSync('examples/README.md', 'utf8');
    const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target as string);
    expect(links).to.include.members(EXAMPLES.map(({ file }) => file));
    for (const link of links) expect(existsSync(`examples/${link}`), link).to.equal(true);
  });
});

describe('the reader of printed batches', () => {
  const rule = '-'.repeat(43);

  it('reads filled and empty ones', () => {
    const text = `${rule}\nTime: 1000 ms\n${rule}\n(a,1)\n(b,2)\n\n${rule}\nTime: 2000 ms\n${rule}\n\n`;
    expect(printedBatches(text)).to.deep.equal([
      { timeMs: 1000, records: ['(a,1)', '(b,2)'] },
      { timeMs: 2000, records: [] },
    ]);
  });

  for (const text of ['x\n', `${rule}\nTime: 1000 ms\n${rule}\n`, `${rule}\nTime: 1000\n${rule}\n\n`]) {
    it(`refuses ${JSON.stringify(text.slice(-20))}`, () => expect(() => printedBatches(text)).to.throw('no batch'));
  }
});
