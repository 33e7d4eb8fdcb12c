import { expect } from 'chai';
import { endAll, startExample, startLineServer } from './run-example.ts';

describe('the SQL examples', function () {
  this.timeout(60_000);
  afterEach(endAll);

  // What follows the time differs in the originals as well.
  for (const [name, rule] of [
    ['SqlNetworkWordCount', ' ========='],
    ['JavaSqlNetworkWordCount', '========='],
  ] as const) {
    it(`${name} counts with SQL`, async () => {
      const server = await startLineServer('hello world\nhello a-word-of-more-than-twenty-characters\n');
      try {
        const example = startExample(name, '127.0.0.1', String(server.port));
        await example.printed(/ world\|/);
        await example.printed(/ world[^=]*=========/); // and the batch after it
        example.kill('SIGINT');
        const { exitCode, stdout, stderr } = await example.ended;
        expect(exitCode, stderr).to.equal(0);
        const batches = stdout.split(/^========= \d+ ms/m).slice(1);
        expect(batches.find((text) => text.includes('hello'))).to.equal(
          `${rule}\n` +
            '+--------------------+-----+\n' +
            '|                word|total|\n' +
            '+--------------------+-----+\n' +
            '|a-word-of-more-th...|    1|\n' +
            '|               hello|    2|\n' +
            '|               world|    1|\n' +
            '+--------------------+-----+\n\n',
        );
      } finally {
        server.close();
      }
    });

    it(`${name} says how it is used`, async () => {
      const { exitCode, stdout, stderr } = await startExample(name, 'localhost').ended;
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: '' });
      expect(stderr).to.match(/^Usage: (Java|Sql)NetworkWordCount <hostname> <port>\n$/);
    });
  }
});
