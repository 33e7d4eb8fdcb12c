import type { Latencies, LatencyInput } from './latency-job.ts';
import { Child } from './processes.ts';
import type { Bench } from './row.ts';
import { fixed, median, quantile } from './stats.ts';

const WARM_UP_BATCHES = 300;
const BATCHES = 500;

async function latencies(master: string, input: LatencyInput, batches: number): Promise<Latencies> {
  const child = Child.start('job', ['latency', [master, input]]);
  try {
    await child.ask(WARM_UP_BATCHES);
    return await child.ask<Latencies>(batches);
  } finally {
    await child.end();
  }
}

function processing(name: string, master: string, input: LatencyInput, limitMs: number): Bench {
  return {
    name,
    unit: 'ms, median',
    bar: { below: limitMs },
    async measure() {
      const { processingMs, records } = await latencies(master, input, BATCHES);
      const at = (q: number) => fixed(quantile(processingMs, q), 3);
      return {
        value: median(processingMs),
        detail: `p90 ${at(0.9)}, p99 ${at(0.99)}; ${BATCHES} batches every 10 ms, ${records} records in all`,
        failed: input === 'one' ? records < BATCHES : records > 0,
      };
    },
  };
}

const TEN_SECONDS = 1000;

const tenMsBatches: Bench = {
  name: 'ten-ms-batches',
  unit: 'ms, p99 of scheduling delay',
  bar: { below: 10 },
  async measure() {
    const { schedulingMs, lateMs, processingMs, records } = await latencies('local', 'rate', TEN_SECONDS);
    const tail = (ms: number[]) =>
      `median ${fixed(median(ms))}, p99 ${fixed(quantile(ms, 0.99))}, most ${fixed(Math.max(...ms))}`;
    return {
      value: quantile(schedulingMs, 0.99),
      detail: `scheduling delay ${tail(schedulingMs)}; start after batch time ${tail(lateMs)}; processing ${tail(processingMs)}; ${records} records in 10 s`,
      // Bounded: the last batches do not wait longer than the first.
      failed: quantile(lateMs.slice(-100), 0.5) > 10 || records < 9_000,
    };
  },
};

export const latency: readonly Bench[] = [
  processing('empty-batch-local', 'local', 'empty', 1),
  processing('one-record-batch-local', 'local', 'one', 1),
  processing('empty-batch-threads', 'local[2]', 'empty', 2),
  processing('one-record-batch-threads', 'local[2]', 'one', 2),
  tenMsBatches,
];
