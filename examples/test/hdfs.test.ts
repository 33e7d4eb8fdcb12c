import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { endAll, startExample } from './run-example.ts';

describe('the file examples', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-hdfs-'));
    mkdirSync(join(folder, 'in'));
  });
  afterEach(() => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = [
    {
      name: 'HdfsWordCount',
      masters: ['local[2]'],
      counted: ['(hello,2)', '(world,1)'],
      usage: '<master> <directory>',
    },
    {
      name: 'org.apache.spark.examples.streaming.HdfsWordCount',
      masters: [],
      counted: ['(hello,2)', '(world,1)'],
      usage: '<directory>',
    },
    { name: 'hdfs_wordcount', masters: [], counted: ["('hello', 2)", "('world', 1)"], usage: '<directory>' },
  ];
  for (const { name, masters, counted, usage } of cases) {
    it(`${name} counts the words of a file that is moved into its directory`, async () => {
      writeFileSync(join(folder, 'in', 'old'), 'old words\n');
      const example = startExample(name, ...masters, `file://${join(folder, 'in')}`);
      await example.printed(/Time: /);
      writeFileSync(join(folder, 'words'), 'hello world\nhello');
      renameSync(join(folder, 'words'), join(folder, 'in', 'words'));
      await example.printed(/world/);
      example.kill('SIGINT');
      const { exitCode, stdout, stderr } = await example.ended;
      expect(exitCode, stderr).to.equal(0);
      const records = stdout.split('\n').filter((line) => line.startsWith('('));
      expect(records.sort()).to.deep.equal(counted);
    });

    it(`${name} says how it is used`, async () => {
      const { exitCode, stdout, stderr } = await startExample(name).ended;
      const short = name.slice(name.lastIndexOf('.') + 1);
      expect({ exitCode, stdout, stderr }).to.deep.equal({
        exitCode: 1,
        stdout: '',
        stderr: `Usage: ${short} ${usage}\n`,
      });
    });
  }

  it('names the connector that is missing', async () => {
    const { exitCode, stderr } = await startExample('HdfsWordCount', 'local', 'hdfs://host/in').ended;
    expect(exitCode).to.equal(1);
    expect(stderr).to.match(/^NEEDS_CONNECTOR: hdfs:\/\/host\/in/m);
  });
});
