/**
 * A client that behaves, in a process of its own: 50 records a second, one a frame, each safe before it is acknowledged. To
 * each message of its parent it answers how long the acknowledgements since the last one took, in ms. Its argument is the URL.
 */
import { connect } from '../../clients/js/node.ts';

const client = connect(process.argv[2]!);
let tookMs: number[] = [];
setInterval(() => {
  const startMs = performance.now();
  void client.publish('numbers', [1]).then(() => tookMs.push(performance.now() - startMs));
}, 20);
process.on('message', () => {
  process.send!(tookMs);
  tookMs = [];
});
process.on('disconnect', () => process.exit(0));
