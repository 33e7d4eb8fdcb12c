import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runJobTest } from '../index.ts';

/** The files of a directory that are to be seen, with what is in them. */
async function filesIn(root: string): Promise<Record<string, string>> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const texts = await Promise.all(
    files.sort().map(async (path) => [path.slice(root.length), await readFile(path, 'utf8')]),
  );
  return Object.fromEntries(texts);
}

describe('outputs that are awaited where the program runs everywhere', function () {
  this.timeout(60_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'awaited-saves.ts');

  for (const master of ['local', 'local[2]']) {
    it(`are written once, by the driver: ${master}`, async () => {
      const root = await mkdtemp(join(tmpdir(), 'awaited-saves-'));
      try {
        const batches = await runJobTest(job, [root], { master });
        expect(batches).to.deep.equal([['line 1 of 2', 'line 2 of 2'], ['line 3 of 2']]);
        expect(await filesIn(root)).to.deep.equal({
          '/batch-1000/_SUCCESS': '',
          '/batch-1000/part-00000': 'line 1\n',
          '/batch-1000/part-00001': 'line 2\n',
          '/batch-2000/_SUCCESS': '',
          '/batch-2000/part-00000': '',
          '/batch-2000/part-00001': 'line 3\n',
          '/before/_SUCCESS': '',
          '/before/part-00000': 'x\n',
          '/before/part-00001': 'y\n',
        });
      } finally {
        await rm(root, { recursive: true, force: true });
      }
    });
  }
});
