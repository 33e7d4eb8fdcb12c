import { expect } from 'chai';
import { scenario } from './scenario.ts';

describe('the SQL examples', () => {
  // What follows the time differs in the originals as well.
  for (const [name, rule] of [
    ['SqlNetworkWordCount', ' ========='],
    ['JavaSqlNetworkWordCount', '========='],
    ['sql_network_wordcount', ' ========='],
  ] as const) {
    scenario(`${name} counts with SQL`, async (stage) => {
      const { port } = await stage.lineServer('hello world\nhello a-word-of-more-than-twenty-characters\n');
      const example = stage.start(name, '127.0.0.1', port);
      await example.printed(/ world\|[^=]*=========/); // With the batch after it.
      const { stdout } = await example.stop();
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
    });
  }
});
