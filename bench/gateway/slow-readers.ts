import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from '../processes.ts';
import type { Bench, Measured } from '../row.ts';
import { fixed, quantile } from '../stats.ts';
import type { FeederOptions } from './feeder.ts';
import type { Holds } from './holds.ts';
import { withGateway } from './rigs.ts';
import { type OnDisk, onSteadyDisk } from './steady-disk.ts';
import type { Usage } from './usage.ts';

const BATCH_MS = 100;
const SUBSCRIBERS = 1000;
const WARM_UP_BATCHES = 50;
const BATCHES = 100;
/** Who is stuck stays so while it is measured: it is not closed as one who has stopped to read. */
const STALLED_MS = 600_000;

async function withChildren<T>(
  feed: FeederOptions,
  readers: number,
  f: (feeder: Child, readers: Child) => Promise<T>,
): Promise<T> {
  const reading = Child.start('readers', [{ port: feed.port, stream: 'copies', count: readers }]);
  const feeder = Child.start('feeder', [feed]);
  try {
    return await f(feeder, reading);
  } finally {
    await feeder.end();
    await reading.end();
  }
}

function copiesToMany(): Promise<OnDisk<Measured>> {
  const limits = { connectionsPerAddress: 2 * SUBSCRIBERS, stalledMs: STALLED_MS };
  return withGateway({ batchMs: BATCH_MS, program: 'copies', limits }, (server, port) =>
    withChildren(
      { port, framesPerSecond: 100, recordsPerFrame: 10, recordBytes: 32 },
      SUBSCRIBERS,
      async (feeder, readers) => {
        await feeder.ask();
        await readers.ask('stick');
        await readers.ask(WARM_UP_BATCHES);
        const before = await server.ask<Usage>();
        await server.ask('holds');
        await readers.ask('holds');
        const startedMs = performance.now();
        const lateMs = await readers.ask<number[]>(BATCHES);
        const seconds = (performance.now() - startedMs) / 1000;
        const { cpuMs } = await server.ask<Usage>();
        const held = await server.ask<Holds>('holds');
        const readersHeld = await readers.ask<Holds>('holds');
        const at = (q: number) => fixed(quantile(lateMs, q), 0);
        const each = ((cpuMs - before.cpuMs) * 1000) / lateMs.length;
        const found = {
          value: quantile(lateMs, 1) / BATCH_MS,
          detail:
            `${SUBSCRIBERS} subscribers, 10 batches/s of 100 records, one more is stuck: ms from the batch's time to its receipt p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}; ` +
            `server ${fixed(each, 1)} us of CPU for each subscriber and batch, ${fixed((cpuMs - before.cpuMs) / seconds / 10, 0)} % of a core in all; ` +
            `longest turn of the server ${fixed(held.loopMs, 0)}, its longest wait for the disk ${fixed(held.syncMs, 0)}, longest turn of the subscribers' process ${fixed(readersHeld.loopMs, 0)}`,
        };
        return { found, diskMs: held.syncMs };
      },
    ),
  );
}

const fanOut: Bench = {
  name: 'gateway-fan-out',
  unit: 'batches, most lag',
  bar: { below: 1 },
  async measure() {
    const { found, note } = await onSteadyDisk(copiesToMany, ({ value }) => fixed(value));
    return { value: found.value, detail: found.detail + note };
  },
};

const MIB = 1024 * 1024;
const WARM_UP_SECONDS = 30;
const BEFORE_SECONDS = 20;
const STUCK_SECONDS = 60;

async function samples(server: Child, seconds: number): Promise<{ rss: number; kept: number }> {
  let rss = 0;
  let kept = 0;
  for (let i = 0; i < seconds; i++) {
    await sleep(1000);
    const { rssBytes, keptBytes } = await server.ask<Usage>();
    rss = Math.max(rss, rssBytes);
    kept = Math.max(kept, keptBytes!);
  }
  return { rss: rss / MIB, kept: kept / MIB };
}

const stuckReader: Bench = {
  name: 'gateway-stuck-reader',
  unit: 'MiB above before',
  bar: { atMost: 16 },
  measure() {
    // What is kept for those who come back is full before it is measured.
    const limits = { retentionBytes: 4 * MIB, stalledMs: STALLED_MS };
    return withGateway(
      { batchMs: BATCH_MS, program: 'copies', limits },
      (server, port) =>
        withChildren(
          { port, framesPerSecond: 100, recordsPerFrame: 20, recordBytes: 500 },
          1,
          async (feeder, readers) => {
            await feeder.ask();
            await samples(server, WARM_UP_SECONDS);
            const before = await samples(server, BEFORE_SECONDS);
            await readers.ask('stick');
            const after = await samples(server, STUCK_SECONDS);
            return {
              value: after.rss - before.rss,
              detail: `most of each second, before and in ${STUCK_SECONDS} s with a subscriber that never reads, 1 MB/s in and out: resident ${fixed(before.rss, 0)} and ${fixed(after.rss, 0)} MiB; heap and buffers after GC ${fixed(before.kept)} and ${fixed(after.kept)} MiB`,
            };
          },
        ),
      ['--expose-gc'],
    );
  },
};

export const gatewayReaders: readonly Bench[] = [fanOut, stuckReader];
