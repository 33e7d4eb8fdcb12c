import { Child } from '../processes.ts';
import type { Bench } from '../row.ts';
import { fixed, quantile } from '../stats.ts';
import { withGateway } from './rigs.ts';

const BATCH_MS = 20;
const PER_SECOND = 500;
const WARM_UP = 1500;
const RECORDS = 5000;

async function measure(): Promise<number[]> {
  return withGateway({ batchMs: BATCH_MS, program: 'copies' }, async (_, port) => {
    const client = Child.start('echo-times', [port, 'msgpack', PER_SECOND]);
    try {
      await client.ask(WARM_UP);
      return await client.ask<number[]>(RECORDS);
    } finally {
      await client.end();
    }
  });
}

/** Measured once for both rows. */
let measured: Promise<number[]> | undefined;

const row = (name: string, q: number, atMost: number): Bench => ({
  name,
  unit: `ms, p${q * 100}`,
  bar: { atMost },
  async measure() {
    measured ??= measure();
    const tookMs = await measured;
    const at = (p: number) => fixed(quantile(tookMs, p), 1);
    return {
      value: quantile(tookMs, q),
      detail: `publish → batch received, batches of ${BATCH_MS} ms, ${PER_SECOND} records/s in a frame each, durable acks: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)}`,
    };
  },
});

export const gatewayLatency: readonly Bench[] = [row('gateway-latency', 0.5, 25), row('gateway-latency-p99', 0.99, 60)];
