export type Message = { readonly t: string } & Readonly<Record<string, any>>;

interface Reading {
  readonly next: number | undefined;
  /** The batch that is complete, or under way. */
  atMs: number | undefined;
  part: number;
  records: number;
  gapTo: number | undefined;
}

/** Of the gateway's own streams and of second subscriptions nothing is known before. */
const NUMBER_MAX = 1000;

/** What a server may say when, whatever its client does. Throws at the first message that it may not. */
export class Answers {
  private state: 'before' | 'open' | 'over' = 'before';
  private readonly seqs = new Map<string, number>();
  private readonly readings = new Map<number, Reading>();
  /** Totals that may be published. */
  granted = { records: 0, bytes: 0 };

  constructor(private readonly batchMs: number) {}

  take(message: Message): void {
    const { t } = message;
    if (this.state === 'over') this.fail(message, 'after the end');
    if (this.state === 'before' && !['welcome', 'err', 'goaway'].includes(t)) this.fail(message, 'before welcome');
    switch (t) {
      case 'welcome':
        if (this.state !== 'before') this.fail(message, 'twice');
        this.state = 'open';
        this.granted = message.credit;
        return;
      case 'err':
        if (message.fatal) this.state = 'over';
        return;
      case 'goaway':
        this.state = 'over';
        return;
      case 'credit':
        if (message.sub !== undefined) return;
        if (message.records < this.granted.records || message.bytes < this.granted.bytes) this.fail(message, 'less');
        this.granted = { records: message.records, bytes: message.bytes };
        return;
      case 'puback':
        return this.acked(message);
      case 'subok':
        this.readings.set(message.sub, { next: message.next, atMs: undefined, part: 0, records: 0, gapTo: undefined });
        return;
      case 'gap':
        return this.gap(message);
      case 'batch':
        return this.batch(message);
    }
  }

  /** Two rows: what is safe, and, of that, what is in a batch. */
  private acked(message: Message): void {
    const { stream, seq, batchTime } = message;
    if (seq === undefined) return;
    const safe = this.seqs.get(stream) ?? 0;
    const isOfBatch = batchTime !== undefined;
    const row = isOfBatch ? `${stream} in a batch` : stream;
    if (seq < (this.seqs.get(row) ?? 0)) this.fail(message, 'it was more before');
    if (isOfBatch && seq > safe) this.fail(message, 'it is in a batch and not safe');
    this.seqs.set(row, seq);
  }

  private reading(message: Message): Reading {
    return this.readings.get(message.sub) ?? this.fail(message, 'of no subscription');
  }

  private gap(message: Message): void {
    const reading = this.reading(message);
    reading.gapTo = message.to;
    reading.part = 0;
    reading.records = 0;
  }

  private batch(message: Message): void {
    const { sub, batchTime, count, records, redelivery } = message;
    const [part, parts] = message.part as [number, number];
    const reading = this.reading(message);
    const isAgain = redelivery !== undefined;
    if (part === 0 && (reading.part === 0 || isAgain)) {
      this.begins(message, reading);
      reading.records = 0;
    } else if (part !== reading.part || batchTime !== reading.atMs) {
      this.fail(message, `part ${reading.part} of ${reading.atMs} was next`);
    }
    if (sub < NUMBER_MAX && reading.gapTo !== undefined && reading.gapTo !== batchTime) {
      this.fail(message, `the gap was up to ${reading.gapTo}`);
    }
    reading.gapTo = undefined;
    reading.atMs = batchTime;
    reading.records += records.length;
    if (part >= parts) this.fail(message, 'there are not so many parts');
    reading.part = part + 1 === parts ? 0 : part + 1;
    if (reading.part === 0 && reading.records !== count) this.fail(message, `${reading.records} records came`);
  }

  /** A batch comes after the one before it, or the loss of those between was said. */
  private begins(message: Message, { next, atMs, gapTo }: Reading): void {
    const { batchTime, redelivery, sub } = message;
    if (redelivery !== undefined || gapTo !== undefined || sub >= NUMBER_MAX) return;
    const wanted = atMs === undefined ? next : atMs + this.batchMs;
    if (wanted !== undefined && batchTime !== wanted) this.fail(message, `${wanted} was next, and no gap was said`);
  }

  private fail(message: Message, why: string): never {
    throw new Error(`the server said ${JSON.stringify(message).slice(0, 500)}: ${why}`);
  }
}
