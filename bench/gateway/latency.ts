import { Child } from '../processes.ts';
import type { Bench } from '../row.ts';
import { fixed, quantile } from '../stats.ts';
import type { Holds } from './holds.ts';
import { withGateway } from './rigs.ts';
import { type OnDisk, onSteadyDisk } from './steady-disk.ts';

const BATCH_MS = 20;
const PER_SECOND = 500;
const WARM_UP = 1500;
const RECORDS = 5000;

function measure(): Promise<OnDisk<number[]>> {
  return withGateway({ batchMs: BATCH_MS, program: 'copies' }, async (server, port) => {
    const client = Child.start('echo-times', [port, 'msgpack', PER_SECOND]);
    try {
      await client.ask(WARM_UP);
      await server.ask('holds');
      const found = await client.ask<number[]>(RECORDS);
      return { found, diskMs: (await server.ask<Holds>('holds')).syncMs };
    } finally {
      await client.end();
    }
  });
}

/** Measured once for both rows. */
let measured: ReturnType<typeof onSteadyDisk<number[]>> | undefined;

const row = (name: string, q: number, atMost: number): Bench => ({
  name,
  unit: `ms, p${q * 100}`,
  bar: { atMost },
  async measure() {
    measured ??= onSteadyDisk(measure, (tookMs) => `a p99 of ${fixed(quantile(tookMs, 0.99), 1)}`);
    const { found: tookMs, note } = await measured;
    const at = (p: number) => fixed(quantile(tookMs, p), 1);
    return {
      value: quantile(tookMs, q),
      detail: `publish → batch received, batches of ${BATCH_MS} ms, ${PER_SECOND} records/s in a frame each, durable acks: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}${note}`,
    };
  },
});

export const gatewayLatency: readonly Bench[] = [row('gateway-latency', 0.5, 25), row('gateway-latency-p99', 0.99, 60)];
