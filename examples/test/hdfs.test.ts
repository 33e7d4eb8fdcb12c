import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { scenario } from './scenario.ts';

describe('the file examples', () => {
  const cases = [
    { args: ['HdfsWordCount', 'local[2]'], counted: ['(hello,2)', '(world,1)'] },
    { args: ['org.apache.spark.examples.streaming.HdfsWordCount'], counted: ['(hello,2)', '(world,1)'] },
    { args: ['hdfs_wordcount'], counted: ["('hello', 2)", "('world', 1)"] },
  ];
  for (const { args, counted } of cases) {
    scenario(`${args[0]} counts the words of a file that is moved into its directory`, async (stage) => {
      const folder = stage.folder();
      mkdirSync(join(folder, 'in'));
      writeFileSync(join(folder, 'in', 'old'), 'old words\n');
      const example = stage.start(...args, `file://${join(folder, 'in')}`);
      await example.printed(/Time: /);
      writeFileSync(join(folder, 'words'), 'hello world\nhello');
      renameSync(join(folder, 'words'), join(folder, 'in', 'words'));
      await example.printed(/world/);
      const { stdout } = await example.stop();
      const records = stdout.split('\n').filter((line) => line.startsWith('('));
      expect(records.sort()).to.deep.equal(counted);
    });
  }

  scenario('names the connector that is missing', async (stage) => {
    const { exitCode, stderr } = await stage.start('HdfsWordCount', 'local', 'hdfs://host/in').ended;
    expect(exitCode).to.equal(1);
    expect(stderr).to.match(/^NEEDS_CONNECTOR: hdfs:\/\/host\/in/m);
  });
});
