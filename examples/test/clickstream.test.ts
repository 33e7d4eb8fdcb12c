import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../bin/test/free-port.ts';
import { endAll, printedBatches, startExample, startLineServer } from './run-example.ts';

/** Views of three users, one of them unknown to the table; one error in two views of 94117. */
const VIEWS = [
  'http://foo.com/\t200\t94709\t1',
  'http://foo.com/\t200\t94709\t2',
  'http://foo.com/news\t200\t94117\t77',
  'http://foo.com/\t404\t94117\t1',
];

describe('the clickstream examples', function () {
  this.timeout(60_000);
  afterEach(endAll);

  const cases = [
    { metric: 'pageCounts', expected: ['(http://foo.com/,3)', '(http://foo.com/news,1)'] },
    { metric: 'slidingPageCounts', expected: ['(http://foo.com/,3)', '(http://foo.com/news,1)'] },
    { metric: 'errorRatePerZipCode', expected: ['94117: **0.5**', '94709: 0'] },
    { metric: 'activeUserCount', expected: ['Unique active users: 3'] },
  ];
  for (const { metric, expected } of cases) {
    it(`PageViewStream ${metric}`, async () => {
      const server = await startLineServer(`${VIEWS.join('\n')}\n`);
      const folder = mkdtempSync(join(tmpdir(), 'dstreams-clickstream-'));
      try {
        const example = startExample('PageViewStream', metric, '127.0.0.1', String(server.port), { cwd: folder });
        await example.printed(new RegExp(expected[0]!.replace(/[()*./]/g, '\\$&')));
        example.kill('SIGINT');
        const { exitCode, stdout, stderr } = await example.ended;
        expect(exitCode, stderr).to.equal(0);
        const found = printedBatches(stdout).find(({ records }) => records.length === expected.length);
        expect([...(found?.records ?? [])].sort()).to.deep.equal([...expected].sort());
      } finally {
        server.close();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  it('PageViewStream popularUsersSeen', async () => {
    const server = await startLineServer(`${VIEWS.join('\n')}\n`);
    try {
      const example = startExample('PageViewStream', 'popularUsersSeen', '127.0.0.1', String(server.port));
      await example.printed(/Saw user Reynold Xin/);
      example.kill('SIGINT');
      const { exitCode, stdout } = await example.ended;
      expect(exitCode).to.equal(0);
      const users = stdout.split('\n').map((line) => /^Saw user (.*) at time \d+ ms$/.exec(line)?.[1]);
      expect(users.filter((user) => user !== undefined).sort()).to.deep.equal([
        'Patrick Wendell',
        'Patrick Wendell',
        'Reynold Xin',
      ]);
    } finally {
      server.close();
    }
  });

  it('PageViewStream reads what PageViewGenerator sends', async () => {
    const port = String(await freePort());
    const generator = startExample('PageViewGenerator', port, '200');
    await generator.printed(/Listening on port: /);
    const stream = startExample('clickstream.PageViewStream', 'pageCounts', '127.0.0.1', port);
    await stream.printed(/\(http:\/\/foo.com\/,\d+\)/);
    stream.kill('SIGINT');
    generator.kill('SIGINT');
    const [{ stdout }] = await Promise.all([stream.ended, generator.ended]);
    for (const { records } of printedBatches(stdout)) {
      for (const record of records) expect(record).to.match(/^\(http:\/\/foo\.com\/(news|contact)?,\d+\)$/);
    }
    expect((await generator.ended).stdout).to.match(/^Listening on port: \d+\nGot client connected from: /);
  });

  const misuse = [
    { args: ['PageViewGenerator', '1'], message: 'Usage: PageViewGenerator <port> <viewsPerSecond>\n' },
    { args: ['PageViewStream', 'pageCounts'], message: /^Usage: PageViewStream <metric> <host> <port>\n/ },
    { args: ['PageViewStream', 'views', 'h', '1'], message: 'Invalid metric entered: views\n' },
  ];
  for (const { args, message } of misuse) {
    it(`refuse ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await startExample(...args).ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      if (typeof message === 'string') expect(stderr).to.equal(message);
      else expect(stderr).to.match(message);
    });
  }
});
