/**
 * Clients that behave, in a process of their own: each publishes 200 records a second, one a frame, one client each safe before it is
 * acknowledged, the other one only taken: with no disk in between. To each message of its parent it answers how long the
 * acknowledgements since the last one took, in ms. Its argument is the URL.
 */
import { connect } from '../../clients/js/node.ts';

/** Of each client, in ms. */
export interface Waits {
  readonly durable: number[];
  readonly memory: number[];
}

let waits: Waits = { durable: [], memory: [] };
for (const ack of ['durable', 'memory'] as const) {
  const client = connect(process.argv[2]!);
  setInterval(() => {
    const startMs = performance.now();
    void client.publish('numbers', [1], { ack }).then(() => waits[ack].push(performance.now() - startMs));
  }, 5);
}
process.on('message', () => {
  process.send!(waits);
  waits = { durable: [], memory: [] };
});
process.on('disconnect', () => process.exit(0));
