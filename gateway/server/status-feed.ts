import type { Timer } from '../../core/internal.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
import { type Hub, OWN_PREFIX } from '../hub.ts';

/** The stream that the status page reads, like any subscriber. */
export const STATUS_STREAM = 'dstreams.status';
const EVERY_MS = 1000;
/** Readers that are shown: those that are furthest behind. */
const READERS_MAX = 50;

/** Publishes, once a second and only while somebody reads, what the gateway is doing. */
export class StatusFeed {
  private timer: Timer | undefined;
  private before: { atMs: number; in: number; out: number } | undefined;

  constructor(
    private readonly hub: Hub,
    private readonly connectionCount: () => number,
  ) {}

  start(): void {
    this.hub.addStatusStream(STATUS_STREAM);
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
  }

  private arm(): void {
    const { clock } = this.hub;
    this.timer = clock.setTimer(clock.now() + EVERY_MS, () => {
      this.publish();
      this.arm();
    });
  }

  private readers() {
    return [...this.hub.members]
      .flatMap((member) => [...member.readers()])
      .filter(({ stream }) => !stream.startsWith(OWN_PREFIX))
      .sort((a, b) => (a.sentMs ?? 0) - (b.sentMs ?? 0))
      .slice(0, READERS_MAX)
      .map(({ client, stream, sentMs, doneMs }) => ({ client, stream, sent: sentMs ?? null, done: doneMs ?? null }));
  }

  private publish(): void {
    const { hub } = this;
    const stream = hub.outputs.get(STATUS_STREAM)!;
    if (stream.readers.size === 0) return;
    const nowMs = Math.floor(hub.clock.now());
    const { counters, ackMs } = hub.metrics;
    const totals = { atMs: nowMs, in: counters.get('records_in'), out: counters.get('bytes_out') };
    const seconds = this.before === undefined ? 0 : (nowMs - this.before.atMs) / 1000;
    const rate = (now: number, then: number | undefined) => (seconds > 0 ? (now - (then ?? now)) / seconds : 0);
    const status = {
      connections: this.connectionCount(),
      recordsIn: totals.in,
      recordsPerSecond: rate(totals.in, this.before?.in),
      bytesOutPerSecond: rate(totals.out, this.before?.out),
      ackMsP99: ackMs.p99 ?? null,
      inputs: [...hub.inputs.values()].map(({ name, isOpen, recordCount }) => ({ name, isOpen, records: recordCount })),
      outputs: [...hub.outputs.values()]
        .filter((output) => output !== stream)
        .map(({ name, readers, latestMs, latestCount, oldestMs, sizeBytes }) => ({
          name,
          readers: readers.size,
          latest: latestMs ?? null,
          latestCount: latestCount ?? null,
          oldest: oldestMs ?? null,
          bytes: sizeBytes,
        })),
      readers: this.readers(),
    };
    this.before = totals;
    stream.publish(RetainedBatch.of(nowMs, [status], stream.limits));
  }
}
