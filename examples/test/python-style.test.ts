import { expect } from 'chai';
import { scenario } from './scenario.ts';

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

describe('the PySpark examples', () => {
  scenario('network_wordcount counts the words of a real socket', async (stage) => {
    const { port } = await stage.lineServer('hello world\nhello\n');
    const example = stage.start('network_wordcount', '127.0.0.1', port);
    await example.printed(/\('world', 1\)/);
    const { stdout } = await example.stop();
    expect(pprinted(stdout).flat().sort()).to.deep.equal(["('hello', 2)", "('world', 1)"]);
  });

  scenario('stateful_network_wordcount goes on from the initial counts', async (stage) => {
    const { port } = await stage.lineServer('hello spark\n');
    const example = stage.start('stateful_network_wordcount', '127.0.0.1', port, { cwd: stage.folder() });
    await example.printed(/\('spark', 1\)/);
    const last = pprinted((await example.stop()).stdout).at(-1)!;
    expect([...last].sort()).to.deep.equal(["('hello', 2)", "('spark', 1)", "('world', 1)"]);
  });

  scenario('queue_stream counts five data sets, and stops by itself', async (stage) => {
    const { exitCode, stdout, stderr } = await stage.start('queue_stream').ended;
    expect(exitCode, stderr).to.equal(0);
    const full = pprinted(stdout).filter((records) => records.length > 0);
    // It stops after six seconds, however many batches a busy machine has run by then.
    expect(full.length).to.be.within(1, 5);
    const expected = Array.from({ length: 10 }, (_, digit) => `(${digit}, 100)`);
    for (const records of full) expect([...records].sort()).to.deep.equal(expected);
  });

  scenario('network_wordjoinsentiments shows the happiest words first', async (stage) => {
    const { port } = await stage.lineServer('good bad happy\nhappy train good\nhappy bad\n');
    const example = stage.start('network_wordjoinsentiments', '127.0.0.1', port);
    await example.printed(/bad \(/);
    expect((await example.stop()).stdout).to.include(
      'Happiest topics in the last 5 seconds (3 total):\nhappy (9 happiness)\ngood (4 happiness)\nbad (-4 happiness)\n',
    );
  });
});
