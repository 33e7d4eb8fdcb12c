import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { JVM, javaClasses } from './java.ts';
import { barelyGood } from './scenario/odd-server.ts';

const said = async (program: string, url: string): Promise<string> => {
  const args = [...JVM, '-cp', javaClasses(), `dstreams.client.${program}`, url];
  return (await promisify(execFile)('java', args, { timeout: 50_000 })).stdout;
};

describe('the Java client', () => {
  it('waits longer each time until a connection has shown to be good', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    const server = await barelyGood();
    try {
      expect(await said('Backoffs', server.url)).to.equal('[1, 2, 3, 1, 2]\n');
    } finally {
      await server.stop();
    }
  });
});

describe('what is published by the Java client', () => {
  it('fits the session that begins while it is given to the client', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    expect(await said('LateLimits', 'ws://127.0.0.1:1/')).to.equal('[1, 1]\n');
  });
});
