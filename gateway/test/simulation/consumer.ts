import type { Random } from '../../../core/internal.ts';
import type { FrameCodec } from '../../protocol/codec.ts';
import type { Message } from '../hostile/answers.ts';
import { BATCH_MS, type Life, OUTPUT_STREAM } from './life.ts';
import { Wire } from './link.ts';

/** Reads each batch once, whatever happens: writes its effect with its time, and goes on after it. */
export class Consumer {
  private wire: Wire | undefined;
  private sub: number | undefined;
  private epoch: string | undefined;
  private credit = { records: 0, bytes: 0 };
  private sent = { records: 0, bytes: 0 };
  private part: string[] = [];
  private gapTo: number | undefined;
  lastMs: number | undefined;

  constructor(
    private readonly random: Random,
    private readonly codec: FrameCodec,
    private readonly done: (timeMs: number, records: readonly string[]) => void,
  ) {}

  cut(): void {
    this.wire?.cut();
    this.wire = undefined;
    this.sub = undefined;
  }

  deliver(): void {
    this.wire?.deliver();
    if (this.wire?.closedBy !== undefined) this.cut();
  }

  step(life: Life): void {
    const { random } = this;
    this.deliver();
    if (this.wire === undefined) {
      if (!life.isServing) return;
      this.wire = new Wire(life, this.codec, (message) => this.take(message, life));
      this.credit = { records: 1 + random.int(20), bytes: 1 + random.int(1000) };
      this.sent = { records: 0, bytes: 0 };
      this.part = [];
      const from = this.lastMs === undefined ? 'earliest' : { after: this.lastMs };
      this.wire.send({ t: 'hello', v: 1 });
      const position = this.epoch === undefined ? { from } : { from, epoch: this.epoch };
      this.wire.send({ t: 'sub', id: 1, stream: OUTPUT_STREAM, ...position, credit: this.credit });
      return;
    }
    if (this.sub === undefined) return;
    this.credit.records += random.int(30);
    this.credit.bytes += random.int(2000);
    this.wire.send({ t: 'credit', sub: this.sub, ...this.credit });
  }

  private take(message: Message, life: Life): void {
    const { t, sub, epoch, why, from, to, batchTime, records, part } = message;
    if (t === 'subok') {
      this.sub = sub;
      // Nothing of the other one counts any more.
      if (this.epoch !== undefined && epoch !== this.epoch) this.lastMs = undefined;
      this.epoch = epoch;
      this.gapTo = undefined;
    } else if (t === 'gap') {
      this.gapTo = to;
      if (why === 'epoch') return;
      // Where it has read nothing yet, only the last one is known to be missing.
      for (let at = this.lastMs === undefined ? to - BATCH_MS : from + BATCH_MS; at < to; at += BATCH_MS) {
        if (!life.isMissing(at)) throw new Error(`a reader that keeps up lost ${at}: ${JSON.stringify(message)}`);
      }
    } else if (t === 'batch') {
      const { credit, sent } = this;
      if (sent.records >= credit.records || sent.bytes >= credit.bytes) {
        throw new Error(`a part beyond the credit ${JSON.stringify(credit)}: ${JSON.stringify(message)}`);
      }
      sent.bytes += this.codec.encode(message).length;
      this.part.push(...records);
      if (part[0] + 1 < part[1]) return;
      sent.records += message.count;
      const wanted = this.gapTo ?? (this.lastMs === undefined ? batchTime : this.lastMs + BATCH_MS);
      if (batchTime !== wanted)
        throw new Error(`after the batch ${this.lastMs} came ${batchTime}, in place of ${wanted}`);
      this.lastMs = batchTime;
      this.gapTo = undefined;
      this.done(batchTime, this.part);
      this.part = [];
    } else if (t === 'err') throw new Error(`a reader was answered ${JSON.stringify(message)}`);
  }
}
