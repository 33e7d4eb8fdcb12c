import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { endAll, startExample, startLineServer } from './run-example.ts';

const RULE = '-'.repeat(43);

/** The batches that `pprint` wrote, without their times. Throws where there is anything else. */
function pprinted(stdout: string): string[][] {
  const batch = new RegExp(
    `${RULE}\\nTime: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?\\n${RULE}\\n((?:.+\\n)*)\\n`,
    'y',
  );
  const batches: string[][] = [];
  for (let at = 0; at < stdout.length; at = batch.lastIndex) {
    const match = batch.exec(stdout);
    if (match === null) throw new Error(`no batch at ${at} of ${JSON.stringify(stdout)}`);
    batches.push(match[1]!.split('\n').slice(0, -1));
  }
  return batches;
}

describe('the PySpark examples', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-python-style-'));
  });
  afterEach(() => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('network_wordcount counts the words of a real socket', async () => {
    const server = await startLineServer('hello world\nhello\n');
    try {
      const example = startExample('network_wordcount', '127.0.0.1', String(server.port));
      await example.printed(/\('world', 1\)/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      expect(pprinted(stdout).flat().sort()).to.deep.equal(["('hello', 2)", "('world', 1)"]);
    } finally {
      server.close();
    }
  });

  it('stateful_network_wordcount goes on from the initial counts', async () => {
    const server = await startLineServer('hello spark\n');
    try {
      const example = startExample('stateful_network_wordcount', '127.0.0.1', String(server.port), { cwd: folder });
      await example.printed(/\('spark', 1\)/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      const last = pprinted(stdout).at(-1)!;
      expect([...last].sort()).to.deep.equal(["('hello', 2)", "('spark', 1)", "('world', 1)"]);
    } finally {
      server.close();
    }
  });

  it('queue_stream counts five data sets, and stops by itself', async () => {
    const { exitCode, stdout, stderr } = await startExample('queue_stream').ended;
    expect(exitCode, stderr).to.equal(0);
    const full = pprinted(stdout).filter((records) => records.length > 0);
    expect(full).to.have.length(5);
    const expected = Array.from({ length: 10 }, (_, digit) => `(${digit}, 100)`);
    for (const records of full) expect([...records].sort()).to.deep.equal(expected);
  });

  it('sql_network_wordcount counts with SQL', async () => {
    const server = await startLineServer('hello world\nhello\n');
    try {
      const example = startExample('sql_network_wordcount', '127.0.0.1', String(server.port));
      await example.printed(/\|world\|/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/^========= \d+ ms =========\n/);
      expect(stdout).to.include('|hello|    2|\n|world|    1|\n');
    } finally {
      server.close();
    }
  });

  it('network_wordjoinsentiments shows the happiest words first', async () => {
    const server = await startLineServer('good bad happy\nhappy train good\nhappy bad\n');
    try {
      const example = startExample('network_wordjoinsentiments', '127.0.0.1', String(server.port));
      await example.printed(/bad \(/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.include(
        'Happiest topics in the last 5 seconds (3 total):\nhappy (9 happiness)\ngood (4 happiness)\nbad (-4 happiness)\n',
      );
    } finally {
      server.close();
    }
  });

  const usages = [
    'network_wordcount',
    'stateful_network_wordcount',
    'sql_network_wordcount',
    'network_wordjoinsentiments',
  ];
  for (const name of usages) {
    it(`${name} says how it is used`, async () => {
      const { exitCode, stdout, stderr } = await startExample(name, 'localhost').ended;
      expect({ exitCode, stdout, stderr }).to.deep.equal({
        exitCode: 1,
        stdout: '',
        stderr: `Usage: ${name} <hostname> <port>\n`,
      });
    });
  }
});
