/**
 * A gateway whose connections send back what they get, in the place of the protocol's sessions: everything up to there is
 * as in any gateway. `LIMITS` in the environment, as JSON. Prints its port; ends with its standard input.
 */
import { createTestContext } from '../../../testing/index.ts';
import { type FrameSink, GatewayServer } from '../../server/gateway-server.ts';
import type { Link } from '../../server/link.ts';
import { startHub } from '../hub.ts';

const echo = (link: Link): FrameSink => ({
  receive(bytes, isBinary) {
    link.send(Buffer.from(bytes), isBinary);
    return undefined;
  },
  pinged() {},
  drained() {},
  leave() {},
  end: (code, reason) => link.close(code, reason),
});

// No time passes in it: what is tested is what frames mean.
const t = createTestContext({ batchMs: 1000 });
const limits = JSON.parse(process.env.LIMITS ?? '{}');
startHub(t, { port: 0, durability: 'memory', limits }, (hub) => {
  const server = new GatewayServer(hub, echo);
  return {
    async open(host) {
      await server.open(host);
      process.stdout.write(`${server.port}\n`);
    },
    close: () => server.close(),
  };
});
t.ssc.queueStream([]).foreachRDD(() => {});
await t.start();
process.stdin.resume().on('end', () => process.exit(0));
