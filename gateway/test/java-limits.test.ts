import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { JVM, javaClasses } from './java.ts';

describe('what is published by the Java client', () => {
  it('fits the session that begins while it is given to the client', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    const args = [...JVM, '-cp', javaClasses(), 'dstreams.client.LateLimits', 'ws://127.0.0.1:1/'];
    const { stdout } = await promisify(execFile)('java', args, { timeout: 50_000 });
    expect(stdout).to.equal('[1, 1]\n');
  });
});
