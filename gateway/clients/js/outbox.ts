import { GatewayError } from './errors.ts';

/** What waits to be acknowledged of one call of `publish`. */
export interface Ticket {
  /** Frames that are not acknowledged. */
  left: number;
  /** Records that are in frames. */
  count: number;
  resolve(receipt: Receipt): void;
  reject(error: GatewayError): void;
  isOver: boolean;
}

/** What the server said to records that were published. */
export interface Receipt {
  /** Where it was published. */
  readonly stream: string;
  /** The sequence number of the last record; undefined where the client has no producer id. */
  readonly seq: number | undefined;
}

/** Records of one frame, each as JSON. */
export interface FrameTexts {
  readonly texts: readonly string[];
  readonly bytes: number;
}

interface Frame extends FrameTexts {
  readonly count: number;
  /** Index of its first record in the call. */
  readonly first: number;
  readonly ack: 'durable' | 'memory';
  readonly ticket: Ticket;
  /** Of its first record; given when it is first sent. */
  seq: number | undefined;
  /** Of the last time that it was sent. */
  id: number | undefined;
}

export interface Window {
  /** Books and sends a frame, or says that it may not go now. */
  trySend(id: number, text: string, records: number): boolean;
}

/**
 * Frames of one stream, in order: sent from the front, kept until they are acknowledged, sent again with the same
 * sequences after a reconnect. Where the server refused one for good, those after it move up.
 */
export class Outbox {
  private queue: Frame[] = [];
  /** Frames before it have been sent in this session. */
  private sentCount = 0;
  private nextSeq = 1;

  constructor(
    readonly stream: string,
    private readonly ids: { next: number },
    private readonly onSize: (bytes: number) => void,
  ) {}

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  add({ texts, bytes }: FrameTexts, ack: 'durable' | 'memory', ticket: Ticket): void {
    const count = texts.length;
    this.queue.push({ texts, count, first: ticket.count, bytes, ack, ticket, seq: undefined, id: undefined });
    ticket.count += count;
    this.onSize(bytes);
  }

  /**
   * Cuts again what was cut before the server's limits were known: no records change their sequence by that. What `cut` throws
   * is told to whoever gave the frame; where it leaves a hole, the server says how to go on.
   */
  fit(cut: (texts: readonly string[], first: number) => FrameTexts[]): void {
    this.queue = this.queue.flatMap((frame) => {
      let pieces: FrameTexts[];
      try {
        pieces = cut(frame.texts, frame.first);
      } catch (error) {
        this.onSize(-frame.bytes);
        reject(frame.ticket, error as GatewayError);
        return [];
      }
      if (pieces.length <= 1) return [frame];
      frame.ticket.left += pieces.length - 1;
      let at = 0;
      let bytes = -frame.bytes;
      const frames = pieces.map((piece): Frame => {
        const seq = frame.seq === undefined ? undefined : frame.seq + at;
        const first = frame.first + at;
        at += piece.texts.length;
        bytes += piece.bytes;
        return { ...piece, count: piece.texts.length, first, ack: frame.ack, ticket: frame.ticket, seq, id: undefined };
      });
      this.onSize(bytes);
      return frames;
    });
  }

  /** A session begins: what the server has already is acknowledged by that. `last`: undefined without a producer id. */
  begin(last: number | undefined): void {
    this.sentCount = 0;
    for (const frame of this.queue) frame.id = undefined;
    if (last === undefined) return;
    while (this.queue.length > 0) {
      const [head] = this.queue;
      if (head!.seq === undefined || head!.seq + head!.count - 1 > last) break;
      this.finish(head!);
    }
    // Never down: the server may have taken more than it says is safe, and would take the same numbers for a resend. One that
    // has forgotten says OUT_OF_ORDER, and from where it goes on.
    this.nextSeq = Math.max(this.nextSeq, last + 1);
    let next = last + 1;
    for (const frame of this.queue) {
      if (frame.seq === undefined) break;
      next = this.renumber(frame, Math.max(next, frame.seq));
    }
    this.nextSeq = Math.max(this.nextSeq, next);
  }

  get hasUnsent(): boolean {
    return this.sentCount < this.queue.length;
  }

  /** Sends the next frame, or says that it may not go now. `epoch`: undefined without a producer id. */
  sendNext(window: Window, epoch: number | undefined): boolean {
    const frame = this.queue[this.sentCount]!;
    const id = this.ids.next;
    if (epoch !== undefined && frame.seq === undefined) {
      frame.seq = this.nextSeq;
    }
    const producer = epoch === undefined ? '' : `"pe":${epoch},"seq":${frame.seq},`;
    const text = `{"t":"pub","id":${id},"stream":"${this.stream}",${producer}"ack":"${frame.ack}","records":[${frame.texts.join(',')}]}`;
    if (!window.trySend(id, text, frame.count)) return false;
    this.ids.next++;
    frame.id = id;
    if (frame.seq !== undefined) this.nextSeq = Math.max(this.nextSeq, frame.seq + frame.count);
    this.sentCount++;
    return true;
  }

  /** true when the answer was to a frame of this stream as it was last sent. */
  acked(id: number, seq: number | undefined): boolean {
    const index = this.indexOf(id);
    if (index < 0) return false;
    if (seq === undefined) {
      // Without sequences each frame is answered for itself.
      this.finish(this.queue[index]!, index);
      return true;
    }
    while (this.queue.length > 0) {
      const [head] = this.queue;
      if (head!.seq === undefined || head!.seq + head!.count - 1 > seq) break;
      this.finish(head!);
    }
    return true;
  }

  /** To be sent again from this frame on; `expected`: from that sequence on. */
  rewind(id: number, expected?: number): boolean {
    const index = this.indexOf(id);
    if (index < 0) return false;
    let from = index;
    if (expected !== undefined) {
      const at = this.queue.findIndex(({ seq, count }) => seq !== undefined && seq + count > expected);
      from = Math.min(index, at < 0 ? index : at);
      // Those ahead of it have been taken. A hole behind them is of frames that are not sent any more.
      if ((this.queue[from]!.seq ?? 0) > expected) this.number(expected, from);
    }
    this.resendFrom(from);
    return true;
  }

  /** Refused for good: nothing of it was stored. */
  refused(id: number, error: GatewayError): boolean {
    const index = this.indexOf(id);
    if (index < 0) return false;
    const frame = this.queue[index]!;
    const { seq } = frame;
    this.remove(frame, index);
    reject(frame.ticket, inCall(error, frame.first));
    if (seq !== undefined) {
      // Those that are behind it were refused too, as they come too early: they move up.
      this.resendFrom(index);
      let next = seq;
      for (let i = index; i < this.queue.length; i++) next = this.renumber(this.queue[i]!, next);
      this.nextSeq = next;
    }
    return true;
  }

  fail(error: GatewayError): void {
    for (const frame of this.queue.splice(0)) {
      this.onSize(-frame.bytes);
      reject(frame.ticket, error);
    }
    this.sentCount = 0;
  }

  /** Sequences go on with this one at a frame, whatever they were: the server says what it has. */
  private number(first: number, from: number): void {
    let next = first;
    for (let i = from; i < this.queue.length && this.queue[i]!.seq !== undefined; i++) {
      next = this.renumber(this.queue[i]!, next);
    }
    this.nextSeq = next;
  }

  private renumber(frame: Frame, next: number): number {
    if (frame.seq === undefined) return next;
    frame.seq = next;
    return next + frame.count;
  }

  private resendFrom(index: number): void {
    for (let i = index; i < this.queue.length; i++) this.queue[i]!.id = undefined;
    this.sentCount = Math.min(this.sentCount, index);
  }

  private indexOf(id: number): number {
    // Answers come in order: it is nearly always the first.
    return this.queue[0]?.id === id ? 0 : this.queue.findIndex((frame) => frame.id === id);
  }

  private finish(frame: Frame, index = 0): void {
    this.remove(frame, index);
    const { ticket } = frame;
    if (--ticket.left > 0 || ticket.isOver) return;
    ticket.isOver = true;
    ticket.resolve({
      stream: this.stream,
      seq: frame.seq === undefined ? undefined : frame.seq + frame.count - 1,
    });
  }

  private remove(frame: Frame, index: number): void {
    this.queue.splice(index, 1);
    if (index < this.sentCount) this.sentCount--;
    this.onSize(-frame.bytes);
  }
}

function reject(ticket: Ticket, error: GatewayError): void {
  if (ticket.isOver) return;
  ticket.isOver = true;
  ticket.reject(error);
}

/** The server counts records from the begin of a frame, the caller from that of its call. */
const inCall = (error: GatewayError, first: number): GatewayError =>
  first === 0 || error.bad === undefined
    ? error
    : new GatewayError(error.code, error.message, {
        bad: error.bad.map((bad) => ({ ...bad, index: first + bad.index })),
      });
