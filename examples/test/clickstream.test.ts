import { expect } from 'chai';
import { printedBatches } from './run-example.ts';
import { scenario } from './scenario.ts';

/** Views of three users, one of them unknown to the table; one error in two views of 94117. */
const VIEWS = [
  'http://foo.com/\t200\t94709\t1',
  'http://foo.com/\t200\t94709\t2',
  'http://foo.com/news\t200\t94117\t77',
  'http://foo.com/\t404\t94117\t1',
];

describe('the clickstream examples', () => {
  const cases = [
    { metric: 'pageCounts', expected: ['(http://foo.com/,3)', '(http://foo.com/news,1)'] },
    { metric: 'slidingPageCounts', expected: ['(http://foo.com/,3)', '(http://foo.com/news,1)'] },
    { metric: 'errorRatePerZipCode', expected: ['94117: **0.5**', '94709: 0'] },
    { metric: 'activeUserCount', expected: ['Unique active users: 3'] },
  ];
  for (const { metric, expected } of cases) {
    scenario(`PageViewStream ${metric}`, async (stage) => {
      const { port } = await stage.lineServer(`${VIEWS.join('\n')}\n`);
      const example = stage.start('PageViewStream', metric, '127.0.0.1', port, { cwd: stage.folder() });
      await example.printed(new RegExp(expected[0]!.replace(/[()*./]/g, '\\$&')));
      const { stdout } = await example.stop();
      const found = printedBatches(stdout).find(({ records }) => records.length === expected.length);
      expect([...(found?.records ?? [])].sort()).to.deep.equal([...expected].sort());
    });
  }

  scenario('PageViewStream popularUsersSeen', async (stage) => {
    const { port } = await stage.lineServer(`${VIEWS.join('\n')}\n`);
    const example = stage.start('PageViewStream', 'popularUsersSeen', '127.0.0.1', port);
    await example.printed(/Saw user Reynold Xin/);
    const { stdout } = await example.stop();
    const users = stdout.split('\n').map((line) => /^Saw user (.*) at time \d+ ms$/.exec(line)?.[1]);
    expect(users.filter((user) => user !== undefined).sort()).to.deep.equal([
      'Patrick Wendell',
      'Patrick Wendell',
      'Reynold Xin',
    ]);
  });

  scenario('PageViewStream reads what PageViewGenerator sends', async (stage) => {
    const generator = stage.start('PageViewGenerator', '0', '200');
    const port = /(\d+)\n/.exec(await generator.printed(/^Listening on port: \d+\n/))![1]!;
    const stream = stage.start('clickstream.PageViewStream', 'pageCounts', '127.0.0.1', port);
    await stream.printed(/\(http:\/\/foo.com\/,\d+\)/);
    for (const { records } of printedBatches((await stream.stop()).stdout)) {
      for (const record of records) expect(record).to.match(/^\(http:\/\/foo\.com\/(news|contact)?,\d+\)$/);
    }
    expect((await generator.stop()).stdout).to.match(/^Listening on port: \d+\nGot client connected from: /);
  });
});
