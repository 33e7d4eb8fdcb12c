import { SeededRandom } from '../../core/time/random.ts';
import type { Server } from '../processes.ts';
import { vocabulary } from '../text-blocks.ts';
import { Connection, type Message } from './connection.ts';
import { type Encoding, FrameTemplate } from './frames.ts';

export interface PublisherOptions {
  readonly port: number;
  /** Of the server: the gateway acknowledges frames, an echo gives each back, a counting one says nothing to a frame. */
  readonly server: 'gateway' | 'echo' | 'count';
  readonly encoding: Encoding;
  readonly recordsPerFrame: number;
  readonly connections: number;
}

/** Different values, as words of a text or pages of a shop. */
const DISTINCT = 1000;
const TEMPLATES = 500;
/** Frames without an answer on one connection, where frames are answered: what the gateway lets a client have. */
const WINDOW = 64;
/** Where they are not, the socket is kept as full as this. */
const WAITING_BYTES_MAX = 1 << 20;

/**
 * Publishes from fixed frames as fast as it is let. A request for n frames resolves with the ms until the server is done
 * with them: has counted all their records and sent the counts, or answered each.
 */
export const publisherChild: Server = async (options: PublisherOptions) => {
  const random = new SeededRandom(7);
  const words = vocabulary(random, DISTINCT);
  const templates = Array.from({ length: TEMPLATES }, () => {
    const records = Array.from({ length: options.recordsPerFrame }, () => words[random.int(DISTINCT)]!);
    return new FrameTemplate('values', records, options.encoding);
  });
  const tally = new Tally();
  const lanes: Lane[] = [];
  for (let i = 0; i < options.connections; i++) lanes.push(await Lane.open(options, templates, tally, i));
  const isCounted = options.recordsPerFrame > 1;
  return async (frames: number): Promise<number> => {
    const each = Math.ceil(frames / lanes.length);
    const startedMs = performance.now();
    const counted = isCounted ? tally.expect(each * lanes.length * options.recordsPerFrame) : undefined;
    await Promise.all([...lanes.map((lane) => lane.run(each)), counted]);
    return performance.now() - startedMs;
  };
};

/** What the server says that it has counted: on the first connection, for all of them. */
class Tally {
  private left = 0;
  private done: () => void = () => {};
  private failed: (error: Error) => void = () => {};

  expect(records: number): Promise<void> {
    this.left += records;
    return new Promise((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
    });
  }

  take(counts: readonly (readonly [word: string, n: number])[]): void {
    for (const [, n] of counts) this.left -= n;
    if (this.left < 0) this.failed(new Error(`${-this.left} records were counted twice`));
    else if (this.left === 0) this.done();
  }
}

interface Credit {
  readonly records: number;
  readonly bytes: number;
}

/** One connection with all that it sends. */
class Lane {
  private nextId = 1;
  private nextSeq = 1;
  private epoch = 0;
  private creditRecords = Number.POSITIVE_INFINITY;
  private creditBytes = Number.POSITIVE_INFINITY;
  private usedRecords = 0;
  private usedBytes = 0;
  private unanswered = 0;
  private toSend = 0;
  private toAnswer = 0;
  private done: () => void = () => {};
  private failed: (error: Error) => void = () => {};

  private constructor(
    private readonly connection: Connection,
    private readonly options: PublisherOptions,
    private readonly templates: readonly FrameTemplate[],
    private readonly tally: Tally,
  ) {}

  static async open(
    options: PublisherOptions,
    templates: readonly FrameTemplate[],
    tally: Tally,
    index: number,
  ): Promise<Lane> {
    const connection = await Connection.open(options.port, options.encoding);
    const lane = new Lane(connection, options, templates, tally);
    if (options.server === 'gateway') {
      const welcome = await connection.hello(`bench-${process.pid}-${index}`);
      lane.granted(welcome.credit as Credit);
      lane.epoch = (welcome.producer as { readonly epoch: number }).epoch;
      if (options.recordsPerFrame > 1 && index === 0) await connection.subscribe('counts');
    }
    connection.onMessage = (message) => lane.take(message);
    if (options.server === 'echo') connection.onFrame = () => lane.answered();
    connection.onClose = (code, reason) => lane.failed(new Error(`closed ${code} ${reason}`));
    return lane;
  }

  run(frames: number): Promise<void> {
    this.toSend = frames;
    this.toAnswer = this.options.server === 'count' ? 0 : frames;
    return new Promise((resolve, reject) => {
      this.done = resolve;
      this.failed = reject;
      this.pump();
    });
  }

  private pump(): void {
    const { connection, templates, epoch } = this;
    const isAnswered = this.options.server !== 'count';
    while (this.toSend > 0) {
      if (isAnswered && this.unanswered >= WINDOW) return;
      if (!isAnswered && connection.waitingBytes > WAITING_BYTES_MAX) return;
      const { bytes, records } = templates[this.nextId % templates.length]!;
      if (this.usedRecords + records.length > this.creditRecords || this.usedBytes + bytes.length > this.creditBytes) {
        return;
      }
      const frame = templates[this.nextId % templates.length]!.frame(this.nextId, epoch, this.nextSeq);
      this.nextId++;
      this.nextSeq += records.length;
      this.usedRecords += records.length;
      this.usedBytes += frame.length;
      this.unanswered++;
      this.toSend--;
      connection.sendFrame(frame, isAnswered ? undefined : this.goOn);
    }
    this.finish();
  }

  private readonly goOn = () => this.pump();

  private take(message: Message): void {
    switch (message.t) {
      case 'puback':
        // The other kind says which batch it is in.
        if (message.batchTime === undefined) this.answered();
        return;
      case 'credit':
        this.granted(message as unknown as Credit);
        this.pump();
        return;
      case 'batch':
        this.tally.take(message.records as readonly [string, number][]);
        return;
      case 'puberr':
      case 'err':
        this.failed(new Error(`${message.code}: ${message.message}`));
    }
  }

  private granted({ records, bytes }: Credit): void {
    this.creditRecords = records;
    this.creditBytes = bytes;
  }

  private answered(): void {
    this.unanswered--;
    this.toAnswer--;
    this.pump();
  }

  private finish(): void {
    if (this.toSend === 0 && this.toAnswer === 0) this.done();
  }
}
