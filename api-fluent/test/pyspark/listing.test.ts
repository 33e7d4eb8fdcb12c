import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { needs } from '../../../bin/test/needs.ts';
import { toolFolder } from '../../../bin/test-tools/tools.mjs';

describe('the list of what PySpark has', () => {
  it('is that of PySpark itself', function () {
    needs(this, 'python', 'pyspark');
    const here = fileURLToPath(new URL('.', import.meta.url));
    const script = join(here, '../../../bin/test-tools/pyspark-api.py');
    const { stdout, stderr } = spawnSync('python3', [script, join(toolFolder('pyspark'), 'pyspark')], {
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    expect(stdout).to.equal(readFileSync(join(here, 'listing.txt'), 'utf8'));
  });
});
