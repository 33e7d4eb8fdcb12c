import {
  type Clock,
  DStreamsError,
  type Logger,
  messageOf,
  type OutputSink,
  rddOps,
  secretText,
  type Service,
  type ServiceHost,
  SystemClock,
  log,
} from '../core/internal.ts';
import { DeadLetters } from './egress/dead-letters.ts';
import { OutputStream } from './egress/output-stream.ts';
import { PublishedLog } from './egress/published-log.ts';
import { RetainedBatch } from './egress/retained-batch.ts';
import { InputStream, type ReceiverOptions } from './ingress/input-stream.ts';
import { Producers, type ProducersSnapshot } from './ingress/producers.ts';
import type { ResolvedOptions } from './options.ts';
import { JSON_CODEC, MSGPACK_CODEC } from './protocol/codec.ts';
import { CLOSE, type CloseCode, STREAM_NAME } from './protocol/codes.ts';
import type { EncodedPart } from './protocol/parts.ts';
import { AccessControl } from './rights/access.ts';
import { DiskWatch } from './server/disk-watch.ts';
import { STEP_SIZES } from './server/read-frame.ts';
import { GatewayMetrics } from './server/metrics.ts';
import { Rates } from './server/token-bucket.ts';

/** A subscription, for the status page. */
export interface ReaderShown {
  /** What the client calls itself; empty where it does not. */
  readonly client: string;
  readonly stream: string;
  readonly sentMs: number | undefined;
  readonly doneMs: number | undefined;
}

/** What the hub asks of a session. */
export interface Member {
  readonly isGreeted: boolean;
  /** What it reads. */
  readers(): Iterable<ReaderShown>;
  /** Frees what a batch has freed: credit. */
  refresh(): void;
  /** The stream's records so far are in this batch. */
  planned(timeMs: number): void;
  goAway(retryMs: number, why: string): void;
  end(code: CloseCode, reason: string): void;
}

/** The door to the outside: opened when the context has started. */
export interface Listener {
  open(host: ServiceHost): Promise<void>;
  close(): Promise<void>;
}

interface HubSnapshot {
  readonly epoch: string;
  readonly producers: ProducersSnapshot;
  readonly published: readonly (readonly [stream: string, timeMs: number])[];
  readonly failed?: readonly (readonly [stream: string, timesMs: readonly number[]])[];
}

/** Batches that may be under way before publishers get no more credit. */
const LAG_BATCHES_MAX = 8;
/** A record of JSON is at most so many times as large in msgpack: `0.5` with its comma is 4 bytes, and 9. */
const MSGPACK_GROWTH = 9 / 4;
/** With what stands round it a frame, or a part of a batch, is a record of the log, which takes 16 MiB. */
const LOGGED_FRAME_BYTES_MAX = 15 * 1024 * 1024;
/** What a going server tells its clients to wait, ms. */
const GOAWAY_RETRY_MS = 1000;

/** What all sessions of a gateway share: its streams, producers, rights and numbers; and its part in the engine's batches. */
export class Hub implements Service {
  readonly name = 'gateway';
  readonly inputs = new Map<string, InputStream>();
  readonly outputs = new Map<string, OutputStream>();
  /** Outputs that are published by the program, by name; the others are of dead letters, or the gateway's own. */
  private readonly publishers = new Set<string>();
  readonly members = new Set<Member>();
  readonly metrics = new GatewayMetrics();
  readonly producers: Producers;
  /** The session that speaks for a producer, by its key. */
  readonly speakers = new Map<string, Member>();
  /** The incarnation of the log: kept by a checkpoint, new without one. */
  epoch = secretText(8);
  clock: Clock = new SystemClock();
  logger: Logger = log;
  access: AccessControl;
  readonly rates = new Rates();
  /** Tests have smaller ones. */
  stepSizes = STEP_SIZES;
  /** Bytes of frames that are taken and not acknowledged yet, of all connections. */
  unackedBytes = 0;
  /** Connections that have not said hello. */
  beforeHello = 0;
  private readonly letters: DeadLetters;
  private listener: Listener | undefined;
  private host: ServiceHost | undefined;
  private published: PublishedLog | undefined;
  private diskWatch: DiskWatch | undefined;
  private begunMs: number[] = [];
  private isStopping = false;

  constructor(readonly options: ResolvedOptions) {
    const { producers, outgoingHardBytes } = options.limits;
    this.letters = new DeadLetters(Math.floor(outgoingHardBytes / MSGPACK_GROWTH));
    this.producers = new Producers(
      producers,
      () => this.clock.now(),
      (id) => this.speakers.has(id),
    );
    this.access = this.makeAccess();
  }

  get limits() {
    return this.options.limits;
  }

  get isMemoryOnly(): boolean {
    return this.options.durability === 'memory';
  }

  get batchMs(): number {
    return this.host?.batchMs ?? 1000;
  }

  listenBy(listener: Listener): void {
    this.listener = listener;
  }

  // --- streams ---

  addInput(name: string, options: ReceiverOptions): InputStream {
    checkName(name);
    if (this.inputs.has(name)) {
      throw new DStreamsError('OPTIONS_INVALID', `gateway.receiver: the stream ${name} has a receiver already.`);
    }
    const { deadLetter } = options;
    if (deadLetter !== undefined) {
      if (this.publishers.has(deadLetter)) throw publishedTwice('receiver', deadLetter);
      checkName(deadLetter);
      this.addOutput(deadLetter);
    }
    const input = new InputStream(name, options, {
      producers: this.producers,
      depthMax: this.limits.depth,
      onLetters: (stream, letters) => {
        this.metrics.counters.add('dead_letters', letters.length);
        this.letters.keep(stream, letters);
      },
      onStorageFailed: (error) => this.storageFailed(error),
    });
    this.inputs.set(name, input);
    return input;
  }

  /** Gives what an output function does with each batch. */
  addPublisher(name: string): OutputSink {
    checkName(name);
    if (this.outputs.has(name)) throw publishedTwice('publisher', name);
    this.publishers.add(name);
    return this.sinkOf(this.addOutput(name));
  }

  private addOutput(name: string): OutputStream {
    let output = this.outputs.get(name);
    if (output === undefined) {
      const { retentionMs: ms, retentionBytes: bytes, frameBytes, recordsPerFrame } = this.limits;
      const limits = { frameBytes, recordsPerFrame };
      output = new OutputStream(name, this.outputs.size + 1, { ms, bytes }, limits, () => this.clock);
      this.outputs.set(name, output);
    }
    return output;
  }

  /** What the gateway says of itself: kept for a minute, listed nowhere. */
  addStatusStream(name: string): void {
    const { frameBytes, recordsPerFrame } = this.limits;
    const retention = { ms: 60_000, bytes: 1 << 20 };
    const limits = { frameBytes, recordsPerFrame };
    this.outputs.set(name, new OutputStream(name, 999_999, retention, limits, () => this.clock));
  }

  private sinkOf(output: OutputStream): OutputSink {
    return {
      begin: (timeMs) => output.order.begin(timeMs),
      write: async (rdd, timeMs) => {
        if (timeMs > output.publishedMs) await this.publish(output, timeMs, await rddOps.collect(rdd));
        else if (output.lacks(timeMs))
          this.logger.warn(
            'Gateway',
            `${nameOf(output)} went on without the batch ${timeMs} ms, which had failed: now that it runs again, it is not published`,
          );
        output.order.end(timeMs);
      },
      fail: (timeMs) => output.fail(timeMs),
    };
  }

  /**
   * Publishes a batch when those before it are over. Nobody sees it before it is safe: after a crash it would run again, and
   * readers might see another one.
   */
  private async publish(output: OutputStream, timeMs: number, records: readonly unknown[]): Promise<void> {
    await output.order.turn(timeMs);
    if (timeMs <= output.publishedMs) return;
    const missed = output.failedMs.filter((at) => at < timeMs);
    const batch = await encoded(output, timeMs, records, missed);
    await this.checkParts(output, batch);
    await this.published?.write(output, batch);
    if (!output.publish(batch)) return;
    this.published?.forget(this.outputs.values());
    this.metrics.counters.add('batches_out');
    if (missed.length === 0) return;
    this.metrics.counters.add('batches_missed', missed.length);
    this.logger.warn(
      'Gateway',
      `${nameOf(output)} goes on with the batch ${timeMs} ms without ${missed.join(', ')} ms, which failed: its readers are told of a gap`,
    );
  }

  /** Readers would be closed for what waits to be read, and again when they come back. */
  private async checkParts(output: OutputStream, batch: RetainedBatch): Promise<void> {
    const { outgoingHardBytes } = this.limits;
    let largest = batch.largestBytes(JSON_CODEC);
    const mayGrow = ({ bytes, count }: EncodedPart) => count === 1 && bytes.length * MSGPACK_GROWTH > outgoingHardBytes;
    if (largest <= outgoingHardBytes && batch.parts.some(mayGrow)) {
      await batch.prepare(output.clock());
      largest = batch.largestBytes(MSGPACK_CODEC);
    }
    if (largest <= outgoingHardBytes) return;
    throw new DStreamsError(
      'RECORD_TOO_LARGE',
      `${nameOf(output)}: a record of the batch ${batch.timeMs} ms has ${largest} bytes, and readers are sent ${outgoingHardBytes} at most. ` +
        'Publish smaller ones, or set limits.outgoingHardBytes of startGateway.',
    );
  }

  /** Publishers get credit as long as the engine keeps up, and the disk has room. */
  get givesCredit(): boolean {
    return this.begunMs.length <= LAG_BATCHES_MAX && !this.isDiskLow;
  }

  /** Less of the disk is free than `limits.diskFreePercent`. */
  get isDiskLow(): boolean {
    return this.diskWatch?.isLow ?? false;
  }

  // --- the engine's calls ---

  async start(host: ServiceHost, recovered?: unknown): Promise<void> {
    this.host = host;
    this.clock = host.clock;
    this.logger = host.logger;
    this.access = this.makeAccess();
    if (host.checkpointDirectory === undefined && !this.isMemoryOnly) {
      throw new DStreamsError(
        'GATEWAY_NEEDS_CHECKPOINT',
        'The gateway acknowledges what is safe, which needs a checkpoint directory: StreamingContext.getOrCreate(directory, create). ' +
          'Or say startGateway(ssc, { durability: "memory" }): then publishers ask for ack "memory", and a restart forgets all.',
      );
    }
    if (host.checkpointDirectory !== undefined && this.limits.frameBytes > LOGGED_FRAME_BYTES_MAX) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `startGateway: limits.frameBytes is ${this.limits.frameBytes}, and a log in a checkpoint directory takes frames of ${LOGGED_FRAME_BYTES_MAX} at most.`,
      );
    }
    for (const input of this.inputs.values()) this.tellLeftOut(input);
    const snapshot = recovered as HubSnapshot | undefined;
    if (snapshot !== undefined) {
      this.epoch = snapshot.epoch;
      this.producers.restore(snapshot.producers);
    }
    if (!this.isMemoryOnly) this.published = await PublishedLog.open(host, this.epoch, this.outputs);
    for (const [stream, timeMs] of snapshot?.published ?? []) this.outputs.get(stream)?.resumeAfter(timeMs);
    for (const [stream, timesMs] of snapshot?.failed ?? []) this.outputs.get(stream)?.restoreFailed(timesMs);
    if (host.checkpointDirectory !== undefined) {
      this.diskWatch = new DiskWatch(host, this.limits.diskFreePercent, () => this.refreshAll());
      await this.diskWatch.start();
    }
    await this.listener?.open(host);
  }

  private tellLeftOut({ name, leftOut }: InputStream): void {
    if (leftOut === 0) return;
    this.logger.warn(
      'Gateway',
      `gateway.receiver(${JSON.stringify(name)}): ${leftOut} records in the log were acknowledged under another schema, and this one refuses them: ` +
        'batches from now on are without them. Give the stream a deadLetter to have them there, or the schema that they came with.',
    );
  }

  async beforeBatch(timeMs: number): Promise<void> {
    this.begunMs.push(timeMs);
    for (const member of this.members) member.planned(timeMs);
    for (const input of this.inputs.values()) input.lettersLeft();
    const publishing = [...this.deadLetterStreams()].map((name) => {
      const output = this.outputs.get(name)!;
      return this.letters.publish(output, timeMs, (letters) => this.publish(output, timeMs, letters));
    });
    await Promise.all(publishing);
  }

  private deadLetterStreams(): Set<string> {
    const names = new Set<string>();
    for (const { deadLetter } of this.inputs.values()) if (deadLetter !== undefined) names.add(deadLetter);
    return names;
  }

  commit(timeMs: number): void {
    this.settled(timeMs);
  }

  release(beforeMs: number): void {
    this.settled(beforeMs - 1);
  }

  private settled(upToMs: number): void {
    const before = this.begunMs.length;
    if (before > 0) this.begunMs = this.begunMs.filter((at) => at > upToMs);
    this.refreshAll();
  }

  private refreshAll(): void {
    for (const member of this.members) member.refresh();
  }

  snapshot(): HubSnapshot {
    const { epoch, outputs } = this;
    return {
      epoch,
      producers: this.producers.snapshot(),
      published: [...outputs.values()]
        .filter(({ publishedMs }) => Number.isFinite(publishedMs))
        .map(({ name, publishedMs }) => [name, publishedMs] as const),
      failed: [...outputs.values()].map(({ name, failedMs }) => [name, [...failedMs]] as const),
    };
  }

  async stop(_graceful: boolean): Promise<void> {
    this.isStopping = true;
    this.diskWatch?.stop();
    for (const member of [...this.members]) member.goAway(GOAWAY_RETRY_MS, 'the application stops');
    await this.listener?.close();
  }

  get isGoing(): boolean {
    return this.isStopping;
  }

  private storageFailed(error: unknown): void {
    if (this.isStopping) return;
    this.logger.error('Gateway', 'What was published could not be stored', error);
    for (const member of [...this.members]) member.end(CLOSE.storageFailure, 'storage failure');
  }

  private makeAccess(): AccessControl {
    const secret = this.options.tokens?.secret;
    return new AccessControl(typeof secret === 'string' ? [secret] : secret, this.clock);
  }
}

/** Names of the gateway's own streams begin like this. */
export const OWN_PREFIX = 'dstreams.';

/** A stream has one batch of a time: of two publishers the second one's would be lost. */
const publishedTwice = (method: string, name: string): DStreamsError =>
  new DStreamsError(
    'OPTIONS_INVALID',
    `gateway.${method}: the stream ${name} is published already. Give it another name, or make one stream of both by union.`,
  );

const nameOf = ({ name }: OutputStream): string => `gateway.publisher(${JSON.stringify(name)})`;

async function encoded(
  output: OutputStream,
  timeMs: number,
  records: readonly unknown[],
  missed: readonly number[],
): Promise<RetainedBatch> {
  const missedMs = missed.length === 0 ? undefined : Math.max(...missed);
  try {
    return await RetainedBatch.inPieces(timeMs, records, output.limits, missedMs, output.clock());
  } catch (error) {
    throw new DStreamsError(
      'RECORD_NOT_SERIALIZABLE',
      `${nameOf(output)}: the batch ${timeMs} ms cannot be sent: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function checkName(name: string): void {
  if (typeof name === 'string' && STREAM_NAME.test(name) && !name.startsWith(OWN_PREFIX)) return;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `A stream of the gateway is named by 1 to 128 of A-Z a-z 0-9 . _ -, not beginning with ${OWN_PREFIX}, not ${JSON.stringify(name)}.`,
  );
}
