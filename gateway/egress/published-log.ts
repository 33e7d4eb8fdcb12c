import {
  DStreamsError,
  type Logger,
  messageOf,
  secretText,
  type ServiceHost,
  type ServiceLog,
} from '../../core/internal.ts';
import type { EncodedPart } from '../protocol/parts.ts';
import type { OutputStream } from './output-stream.ts';
import { RetainedBatch } from './retained-batch.ts';

/** What stands before the bytes of a part. */
interface PartHead {
  readonly epoch: string;
  readonly stream: string;
  readonly timeMs: number;
  readonly part: readonly [index: number, count: number];
  /** The same of all parts that were written together. A log of an earlier version says nothing. */
  readonly writing?: string | undefined;
  readonly records: number;
  /** The newest batch that the stream did not keep any more; null: it has kept all. */
  readonly lostMs: number | null;
  /** See `RetainedBatch.missedMs`. */
  readonly missedMs?: number | undefined;
}

/**
 * The batches that streams out of the job have published, on the disk before anybody sees them: a restart finds them again,
 * and a batch that runs again is not published again. A record holds a part of a batch, as JSON:
 *
 *     length of the head 4 (little-endian) · head as JSON · records as JSON
 *
 * A batch is there when all parts of one writing are; what a crash or a stop has left of one is written again with it.
 */
export class PublishedLog {
  private constructor(
    private readonly log: ServiceLog,
    private readonly epoch: string,
    private readonly logger: Logger,
  ) {}

  /** Opens the log of the gateway and gives the streams their batches back; undefined where nothing is kept. */
  static async open(
    host: ServiceHost,
    epoch: string,
    streams: ReadonlyMap<string, OutputStream>,
  ): Promise<PublishedLog | undefined> {
    const batches = new Batches(epoch, streams);
    const log = await host.openLog('gateway', (sequence, payload) => batches.take(sequence, payload));
    return log === undefined ? undefined : new PublishedLog(log, epoch, host.logger);
  }

  /** Resolves when the batch is on the disk. Rejects as `ServiceLog.append` does. */
  async write(stream: OutputStream, batch: RetainedBatch): Promise<void> {
    const { parts, timeMs, missedMs } = batch;
    const lostMs = Number.isFinite(stream.lostMs) ? stream.lostMs : null;
    const writing = secretText(8);
    const sequences = await Promise.all(
      parts.map(({ bytes, count }, i) => {
        const head: PartHead = {
          epoch: this.epoch,
          stream: stream.name,
          timeMs,
          part: [i, parts.length],
          writing,
          records: count,
          lostMs,
          missedMs,
        };
        return this.log.append([...encodeHead(head), bytes]);
      }),
    );
    batch.sequence = Math.min(...sequences);
  }

  /** Lets go of what no stream keeps. */
  forget(streams: Iterable<OutputStream>): void {
    let oldest = Number.POSITIVE_INFINITY;
    for (const { oldestSequence } of streams) oldest = Math.min(oldest, oldestSequence ?? oldest);
    if (!Number.isFinite(oldest)) return;
    this.log.prune(oldest).catch((error: unknown) => {
      this.logger.warn('Gateway', `Published batches that are over stay on the disk: ${messageOf(error)}`, error);
    });
  }
}

interface OpenBatch {
  readonly timeMs: number;
  readonly writing: string | undefined;
  readonly sequence: number;
  /** By index: after a full disk they may lie in another order. */
  readonly parts: (EncodedPart | undefined)[];
  left: number;
}

/** Puts batches together again. */
class Batches {
  /** By stream: the parts so far of the batch that is being read. */
  private readonly open = new Map<string, OpenBatch>();

  constructor(
    private readonly epoch: string,
    private readonly streams: ReadonlyMap<string, OutputStream>,
  ) {}

  take(sequence: number, payload: Uint8Array): void {
    const { head, bytes } = decode(payload);
    const stream = this.streams.get(head.stream);
    // Another life of the directory, or a stream that the program does not have any more.
    if (head.epoch !== this.epoch || stream === undefined) return;
    const { timeMs, writing } = head;
    const [index, count] = head.part;
    let batch = this.open.get(head.stream);
    // A part of another writing begins the batch again: the earlier one was not completed, and may have been of other records.
    const isOther = batch?.timeMs !== timeMs || batch.writing !== writing || batch.parts.length !== count;
    if (batch === undefined || isOther || batch.parts[index] !== undefined) {
      batch = { timeMs, writing, sequence, parts: new Array(count).fill(undefined), left: count };
      this.open.set(head.stream, batch);
    }
    // A copy: the payload is a view of a large piece of the file.
    batch.parts[index] = { bytes: Buffer.from(bytes), count: head.records };
    if (--batch.left > 0) return;
    this.open.delete(head.stream);
    const parts = batch.parts as EncodedPart[];
    const { limits } = stream;
    stream.restore(RetainedBatch.ofParts(timeMs, parts, limits, batch.sequence, head.missedMs), head.lostMs);
  }
}

function encodeHead(head: PartHead): [Uint8Array, Uint8Array] {
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return [length, text];
}

function decode(payload: Uint8Array): { head: PartHead; bytes: Uint8Array } {
  const buffer = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const end = 4 + buffer.readUInt32LE(0);
  try {
    return { head: JSON.parse(buffer.toString('utf8', 4, end)) as PartHead, bytes: buffer.subarray(end) };
  } catch (error) {
    throw new DStreamsError('INVARIANT', `a record of the gateway's log cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
