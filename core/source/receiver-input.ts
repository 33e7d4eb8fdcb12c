import type { ResolvedConf } from '../options/index.ts';
import type { InputHost, InputInfo, InputRun, InputSpec, Json, PlannedBatch, StreamLogEntry } from '../plan/index.ts';
import type { Rdd } from '../rdd/index.ts';
import { BlockGenerator, type BlockPart } from './block-generator.ts';
import { BlockLog } from './block-log.ts';
import { Intake } from './intake.ts';
import { RateLimiter } from './rate/limiter.ts';
import { PidRateEstimator } from './rate/pid.ts';
import type { Receiver } from './receiver.ts';
import { ReceiverHandle } from './receiver-handle.ts';
import { ReceiverWal } from './receiver-wal.ts';
import { stoppedError, Supervisor } from './supervisor.ts';

/** A receiver as an input stream. */
export function receiverInput(receiver: Receiver): InputSpec {
  return { kind: 'receiver', isReceiver: true, create: (host) => new ReceiverRun(receiver, host) };
}

/** Contexts whose log says already what becomes of second copies. */
const toldOfCopies = new WeakSet<object>();

/** A receiver at work: wires its life, the door with its limits, the block generator and the log of blocks. */
class ReceiverRun implements InputRun {
  private readonly supervisor: Supervisor;
  private readonly generator: BlockGenerator;
  private readonly log: BlockLog;
  private readonly limiter: RateLimiter;
  private readonly intake: Intake;
  private readonly estimator: PidRateEstimator | undefined;
  private readonly wal: ReceiverWal;

  constructor(
    private readonly receiver: Receiver,
    private readonly host: InputHost,
  ) {
    const { clock, conf, codec, streamId, uid, batchMs } = host;
    this.wal = new ReceiverWal(receiver, host);
    this.log = new BlockLog({
      logPart: (part) => this.wal.logPart(part),
      waitsForLog: () => this.wal.isOn,
      ofLog: (stretch) => this.wal.sourceOf(stretch),
      blocks: host.blocks,
      rdds: host.rdds,
      streamId,
      get level() {
        return receiver.storageLevel; // It may change while it runs.
      },
      onRoom: () => this.intake.pump(),
      onFailed: (id, error) => this.supervisor.reportError(`block ${id} could not be stored`, error),
    });
    this.generator = new BlockGenerator({
      clock,
      codec,
      get level() {
        return receiver.storageLevel;
      },
      where: uid,
      intervalMs: conf.blockIntervalMs < batchMs ? conf.blockIntervalMs : undefined,
      // A failure is reported by the log, and by the batch.
      onBlock: (parts) => void this.log.append(parts).catch(() => {}),
    });
    this.limiter = new RateLimiter(clock, startRate(conf));
    this.intake = new Intake(
      clock,
      this.limiter,
      {
        record: (record) => this.generator.add(record),
        lines: (bytes) => this.generator.addLines(bytes),
        records: (lists, bytes, sequence) => this.generator.addChecked(lists, bytes, sequence),
        block: (make) => this.storePart(make),
        hasRoom: () => this.hasRoom(),
      },
      () => stoppedError(receiver.name, streamId),
    );
    this.estimator = conf.backpressureEnabled
      ? new PidRateEstimator({
          batchMs,
          proportional: conf.backpressureProportional,
          integral: conf.backpressureIntegral,
          derived: conf.backpressureDerived,
          minRate: conf.backpressureMinRate,
        })
      : undefined;
    this.supervisor = new Supervisor({
      host,
      receiver,
      launch: () => receiver.onStart(handle),
      onStopping: (keep) => (keep ? this.intake.flush() : this.intake.close()),
      onStopped: () => {
        this.intake.close();
        this.generator.cut();
      },
    });
    const handle = new ReceiverHandle(
      host,
      receiver.name,
      this.supervisor,
      this.generator,
      this.intake,
      () => this.roomBytes(),
      this.wal,
    );
  }

  start(): void {
    const { host, receiver } = this;
    if (receiver.storageLevel.replication() > 1 && !toldOfCopies.has(host.blocks)) {
      toldOfCopies.add(host.blocks);
      host.logger.info(
        'ReceiverSupervisor',
        `Received blocks are stored once, although ${receiver.storageLevel.toString()} asks for more: they lie in memory that all ` +
          'executors of this process share, so the loss of one executor loses none.',
      );
    }
    this.wal.giveBack(this.log);
    this.supervisor.start();
  }

  plan(timeMs: number): void | Promise<void> {
    this.generator.cut();
    return this.log.plan(timeMs);
  }

  planned(timeMs: number): Json | undefined {
    return this.wal.planned(this.log.stretchesOf(timeMs));
  }

  snapshot(): Json {
    return this.wal.snapshot();
  }

  planMissed(timesMs: readonly number[]): void {
    if (this.wal.isOn) for (const timeMs of timesMs) this.log.planRestored(timeMs);
  }

  restore(snapshot: Json | undefined, planned: readonly PlannedBatch[]): void {
    this.wal.restore(snapshot, planned, this.log);
  }

  restoreLogged(entry: StreamLogEntry): void {
    this.wal.restoreLogged(entry);
  }

  logNeededFrom(ranges: Iterable<Json>): number | undefined {
    return this.wal.isOn ? Math.min(this.wal.neededFrom(ranges), this.log.oldestLogged()) : undefined;
  }

  rdd(timeMs: number): Rdd {
    return this.log.rdd(timeMs);
  }

  release(timeMs: number): void {
    this.log.release(timeMs);
  }

  info(timeMs: number): InputInfo | undefined {
    const numRecords = this.log.numRecords(timeMs);
    return numRecords === undefined ? undefined : { numRecords };
  }

  hasUnplanned(): boolean {
    return this.log.hasUnplanned || !this.generator.isEmpty;
  }

  stop(graceful: boolean): Promise<void> {
    return this.supervisor.stop('INFO', 'Stopped by driver', undefined, graceful);
  }

  batchCompleted(info: { timeMs: number; numRecords: number; processingMs: number; schedulingMs: number }): void {
    this.log.completed(info.timeMs);
    const { clock, conf } = this.host;
    const rate = this.estimator?.update({ ...info, endMs: clock.now() });
    if (rate === undefined || rate < 1) return;
    this.limiter.setRate(Math.min(Math.floor(rate), conf.maxRate ?? Number.POSITIVE_INFINITY));
    this.intake.pump();
  }

  private hasRoom(): boolean {
    if (this.roomBytes() <= 0 || this.log.storingCount >= this.host.conf.blockQueueSize) return false;
    return this.wal.hasRoom(() => this.intake.pump());
  }

  private roomBytes(): number {
    return this.host.conf.receiverQueueBytesMax - this.log.queuedBytes - this.generator.openBytes;
  }

  private async storePart(make: () => BlockPart): Promise<void> {
    const part = make();
    if (part.block === undefined) throw part.error;
    // What was stored before it comes before it.
    this.generator.cut();
    await this.log.append([part]);
  }
}

/** Records per second before the first batch is done (semantics §14.3). */
function startRate(conf: ResolvedConf): number {
  const maxRate = conf.maxRate ?? Number.POSITIVE_INFINITY;
  return conf.backpressureEnabled ? Math.min(conf.backpressureInitialRate ?? maxRate, maxRate) : maxRate;
}
