/**
 * A gateway with a log, for attacks, on the machine's clock, in a process of its own: `numbers` comes back as `copies`, which
 * is for those who behave, `in` as `out`, `much` as `more`. Says its port to the parent, and answers each message of it with
 * what it uses: `memory`, or of its event `loop` since it was asked before.
 *
 *   host.ts <checkpoint directory> <ms of a batch> <limits, as JSON>
 */
import { defineJob, Milliseconds, StreamingContext } from 'dstreams';
import { startGateway } from 'dstreams/gateway';
import type { HostUse } from './attacked-server.ts';
import { LoopWatch } from './loop-watch.ts';

export default defineJob(async ([directory, batchMs, limits]) => {
  const ssc = new StreamingContext('local', 'hostile', Milliseconds(Number(batchMs)));
  ssc.checkpoint(directory!);
  const gateway = startGateway(ssc, { port: 0, limits: JSON.parse(limits!) });
  for (const [from, to] of [
    ['numbers', 'copies'],
    ['in', 'out'],
    ['much', 'more'],
  ] as const) {
    ssc.receiverStream(gateway.receiver<unknown>(from)).foreachRDD(gateway.publisher(to));
  }
  await ssc.start();
  let loop: LoopWatch | undefined;
  process.on('message', (what) => {
    if (what === 'loop') loop ??= new LoopWatch();
    process.send!(what === 'loop' ? loop!.take() : use());
  });
  // The test was killed.
  process.on('disconnect', () => process.exit(1));
  process.send!(gateway.port);
  await ssc.awaitTermination();
});

/** After a collection, so that it is what is held, and not what was. */
function use(): HostUse {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { keptBytes: heapUsed + external, residentBytes: rss };
}
