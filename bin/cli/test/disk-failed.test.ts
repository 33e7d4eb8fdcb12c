import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { packageRoot } from '../../../core/backend/program/index.ts';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';

/** Logs a megabyte at a time until it cannot. */
const job = (ending: string) => `
  import { defineJob, Milliseconds, SparkConf, StreamingContext } from 'dstreams';
  export default defineJob(async ([dir]) => {
    const conf = new SparkConf().setMaster('local').setAppName('fills');
    conf.set('spark.streaming.receiver.writeAheadLog.enable', true);
    conf.set('spark.streaming.blockInterval', '20ms');
    const ssc = new StreamingContext(conf, Milliseconds(100));
    ssc.checkpoint(dir);
    const line = 'x'.repeat(1024 * 1024);
    ssc
      .receiverStream(async (out, signal) => {
        while (!signal.aborted) {
          await out(line);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      })
      .foreachRDD(async (rdd) => void (await rdd.count()));
    ${ending}
  });
`;

describe('a program whose disk fails', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  before(() => {
    workspace = createWorkspace({});
  });
  after(() => workspace.remove());

  const endings = [
    { name: 'main awaits its end', ending: 'await ssc.start(); await ssc.awaitTermination();' },
    { name: 'nothing awaits its end', ending: 'ssc.start();' },
  ];
  for (const { name, ending } of endings) {
    it(`ends with exit code 74, saying what failed: ${name}`, async () => {
      workspace.write({ 'fills.ts': job(ending) });
      // No file may be longer than 12 MiB, in blocks of 512 bytes: a write beyond fails, and not because the disk is full.
      const limited = ['-c', 'ulimit -f 24576 && exec "$0" "$@"', process.execPath, join(packageRoot(), 'cli.mjs')];
      const args = ['submit', '--log-level', 'ERROR', 'fills.ts', join(workspace.folder, `kept-${ending.length}`)];
      const child = spawn('sh', [...limited, ...args], { cwd: workspace.folder, stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      const [exitCode] = await once(child, 'close');
      expect(exitCode, stderr).to.equal(74);
      expect(stderr).to.match(/LOG_FAILED|the write-ahead log in .* failed/);
    });
  }
});
