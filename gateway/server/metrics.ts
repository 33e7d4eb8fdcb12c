import { Counters, Histogram } from '../../core/internal.ts';
import { CLOSE } from '../protocol/codes.ts';

const CODES: ReadonlySet<number> = new Set(Object.values(CLOSE));

/** What is counted, with the words of `/metrics`. */
const HELP: Readonly<Record<string, string>> = {
  frames_in: 'Frames received',
  frames_out: 'Frames sent',
  records_in: 'Records published into streams',
  records_out: 'Records sent to subscribers',
  bytes_in: 'Bytes of frames received',
  bytes_out: 'Bytes of frames sent',
  duplicates: 'Frames that were stored before and resent',
  gaps: 'Gaps told to subscribers',
  resumes_continued: 'Subscriptions resumed without a gap',
  resumes_gap: 'Subscriptions resumed with a gap',
  resumes_epoch: 'Subscriptions resumed in another epoch',
  no_credit_ms: 'Time that publishers were without credit, all together',
  refused_upgrades: 'Connections refused before the upgrade',
  dead_letters: 'Records that failed their schema and went to a dead-letter stream',
  batches_out: 'Batches published',
  batches_missed: 'Batches that failed, and after which others were published',
};

/** Prometheus text and the numbers behind it. */
export class GatewayMetrics {
  readonly counters = new Counters();
  /** From a frame's arrival to its puback. */
  readonly ackMs = new Histogram();
  /** From a frame's hand-over to the log to its being safe. */
  readonly syncMs = new Histogram();
  readonly closes = new Map<number | 'other', number>();
  outgoingBytesMax = 0;

  /** A peer may close with any code from 3000 on: those are one row, or there would be thousands. */
  closed(code: number): void {
    const row = code < 3000 || CODES.has(code) ? code : 'other';
    this.closes.set(row, (this.closes.get(row) ?? 0) + 1);
  }

  /** In the format of Prometheus, version 0.0.4. */
  text(gauges: Readonly<Record<string, { readonly help: string; readonly value: number }>>): string {
    const lines: string[] = [];
    const put = (name: string, type: string, help: string, rows: readonly (readonly [labels: string, n: number])[]) => {
      lines.push(`# HELP dstreams_gateway_${name} ${help}.`, `# TYPE dstreams_gateway_${name} ${type}`);
      for (const [labels, n] of rows) lines.push(`dstreams_gateway_${name}${labels} ${n}`);
    };
    for (const [name, { help, value }] of Object.entries(gauges)) put(name, 'gauge', help, [['', value]]);
    for (const [name, help] of Object.entries(HELP)) {
      put(`${name}_total`, 'counter', help, [['', this.counters.get(name)]]);
    }
    put('outgoing_bytes_max', 'gauge', 'Largest outgoing buffer of a connection so far', [['', this.outgoingBytesMax]]);
    put(
      'closes_total',
      'counter',
      'Connections closed, by code',
      [...this.closes].map(([code, n]) => [`{code="${code}"}`, n] as const),
    );
    for (const [name, histogram, help] of [
      ['ack_ms', this.ackMs, 'From a frame to its acknowledgement, ms'],
      ['sync_ms', this.syncMs, 'From a frame to its being as safe as the engine makes it, ms'],
    ] as const) {
      const { count, mean = 0 } = histogram;
      put(name, 'summary', help, [
        ['{quantile="0.5"}', histogram.p50 ?? 0],
        ['{quantile="0.99"}', histogram.p99 ?? 0],
        ['_sum', mean * count],
        ['_count', count],
      ]);
    }
    return `${lines.join('\n')}\n`;
  }
}
