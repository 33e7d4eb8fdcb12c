import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';

describe('spark.streaming.stopGracefullyOnShutdown', function () {
  this.timeout(30_000);

  it('stops an inline script gracefully at the first signal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dstreams-test-'));
    try {
      const script = join(folder, 'script.mjs');
      const library = pathToFileURL(join(process.env.DSTREAMS_BUILD!, 'index.mjs')).href;
      writeFileSync(
        script,
        `import { StreamingContext } from ${JSON.stringify(library)};
         const conf = { 'spark.streaming.stopGracefullyOnShutdown': 'true' };
         const ssc = new StreamingContext({ master: 'local', appName: 'signals', batchDuration: '100ms', conf });
         ssc.queueStream([]).foreachRDD((rdd, time) => console.log('batch'));
         ssc.start();
         await ssc.awaitTermination();
         console.log('ended');`,
      );
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
      const exited = once(child, 'exit');
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (out === '') child.kill('SIGTERM');
        out += text;
      });
      expect(await exited).to.deep.equal([0, null]);
      expect(out).to.match(/^(batch\n)+ended\n$/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
