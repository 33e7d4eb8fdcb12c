import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { JVM, javaClasses } from './java.ts';
import { closeAll, testServer } from './peer.ts';
import { outputOf } from './printed.ts';
import { Proxy } from './scenario/proxy.ts';

describe('an interrupt of a thread that waits in the Java client', function () {
  this.timeout(60_000);
  let child: ChildProcess | undefined;
  let proxy: Proxy;

  afterEach(async () => {
    child?.kill('SIGKILL');
    await proxy?.close();
    await closeAll();
  });

  it('ends the waiting, loses nothing and takes nothing away', async function () {
    needs(this, 'java');
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<string>('in')).foreachRDD(gateway.publisher('out'));
    });
    proxy = await Proxy.to(server.gateway.port);
    proxy.refuse();
    child = spawn('java', [...JVM, '-cp', javaClasses(), 'dstreams.client.Interrupts', proxy.url]);
    const over = once(child, 'close');
    const printed = outputOf(child, 'Interrupts');
    const goOn = () => child!.stdin!.write('\n');
    await printed(/^connect$/m);
    proxy.admit();
    await printed(/^published/m);
    await server.batch();
    goOn();
    await printed(/^saw/m);
    await server.batch();
    goOn();
    await printed(/^away$/m);
    proxy.refuse();
    goOn();
    const text = await printed(/^fourth .*\n/m);
    expect(text.trim().split('\n')).to.deep.equal([
      'publish was interrupted, still false',
      'publish, for a time was interrupted, still false',
      'describe was interrupted, still false',
      'lastSequence was interrupted, still false',
      'next was interrupted, still false',
      'next, for a time was interrupted, still false',
      'next was interrupted while it waited',
      'connect',
      'published 3',
      'batch [first, second, third]',
      'loop ended, interrupted true',
      'saw 0',
      'batch []',
      'away',
      'closed, interrupted true',
      'fourth ENDED',
    ]);
    // And no thread of the client is left.
    expect(await over).to.deep.equal([0, null]);
  });
});
