import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '3.5.7';

/** The Python sources of PySpark, unpacked and not installed: their classes are only looked at, never run. */
export const pyspark = {
  marker: 'pyspark/streaming/dstream.py',
  install(folder, run) {
    run('python3', [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-deps',
      '--no-binary',
      ':all:',
      '--dest',
      folder,
      `pyspark==${VERSION}`,
    ]);
    const archive = readdirSync(folder).find((name) => name.endsWith('.tar.gz'));
    if (archive === undefined) throw new Error('pip downloaded no archive');
    const root = `pyspark-${VERSION}`;
    run('tar', ['xzf', archive, '--strip-components=1', '--wildcards', `${root}/pyspark/*.py`], { cwd: folder });
    rmSync(join(folder, archive));
  },
};
