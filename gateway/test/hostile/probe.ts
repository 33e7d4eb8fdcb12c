/**
 * Clients that behave, in a process of their own: each publishes 200 records a second, one a frame, one client each safe before it is
 * acknowledged, the other one only taken: with no disk in between. A third one reads them as batches. To each message of its
 * parent it answers how long the acknowledgements since the last one took, and how long records took to come back, in ms. Its
 * argument is the URL.
 */
import { connect } from '../../clients/js/node.ts';

/** In ms. */
export interface Waits {
  /** Of each client's acknowledgements. */
  readonly durable: number[];
  readonly memory: number[];
  /** From `publish` to the batch. */
  readonly batch: number[];
}

const none = (): Waits => ({ durable: [], memory: [], batch: [] });
let waits = none();
for (const ack of ['durable', 'memory'] as const) {
  const client = connect(process.argv[2]!);
  setInterval(() => {
    const startMs = performance.now();
    void client.publish('numbers', [startMs], { ack }).then(() => waits[ack].push(performance.now() - startMs));
  }, 5);
}
process.on('message', () => {
  process.send!(waits);
  waits = none();
});
process.on('disconnect', () => process.exit(0));
for await (const { records } of connect(process.argv[2]!).subscribe<number>('copies')) {
  const nowMs = performance.now();
  for (const startMs of records) waits.batch.push(nowMs - startMs);
}
