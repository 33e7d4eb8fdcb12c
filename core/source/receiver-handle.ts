import { type Block, checkIterable, type Codec, shareBytes, wrongArgument } from '../data/index.ts';
import type { Logger } from '../metrics/index.ts';
import type { ResolvedConf } from '../options/index.ts';
import type { InputHost } from '../plan/index.ts';
import type { Clock } from '../time/index.ts';
import { type BlockGenerator, textPartOf } from './block-generator.ts';
import type { Intake } from './intake.ts';
import type { ReceiverSupervisor, StoreBytesOptions } from './receiver.ts';
import type { ReceiverWal } from './receiver-wal.ts';
import type { Supervisor } from './supervisor.ts';
import { TurnWatch } from './turn-watch.ts';

/** What a receiver sees of the engine. */
export class ReceiverHandle implements ReceiverSupervisor {
  readonly streamId: number;
  readonly clock: Clock;
  readonly conf: ResolvedConf;
  readonly logger: Logger;
  private readonly turns: TurnWatch;
  private readonly codec: Codec;

  constructor(
    host: InputHost,
    name: string,
    private readonly supervisor: Supervisor,
    private readonly generator: BlockGenerator,
    private readonly intake: Intake,
    private readonly room: () => number,
    private readonly wal: ReceiverWal,
  ) {
    this.streamId = host.streamId;
    this.codec = host.codec;
    this.clock = host.clock;
    this.conf = host.conf;
    this.logger = host.logger;
    this.turns = new TurnWatch(host.clock, host.conf.yieldMs, (heldMs) =>
      host.logger.warn(
        'ReceiverSupervisor',
        `Receiver ${name}-${host.streamId} has stored records for ${Math.round(heldMs)} ms without a pause: meanwhile nothing ` +
          'else runs, no batch either. Await what store(…) or out(…) returns.',
      ),
    );
  }

  get isDurable(): boolean {
    return this.wal.isOn;
  }

  get signal(): AbortSignal {
    return this.supervisor.signal;
  }

  store(record: unknown): void | Promise<void> {
    return this.intake.record(record) ?? this.turns.step();
  }

  storeLines(bytes: Uint8Array): void | Promise<void> {
    checkBytes(bytes, 'storeLines');
    if (bytes.length > 0) return this.intake.lines(bytes);
  }

  async storeAll(records: readonly unknown[]): Promise<void> {
    checkIterable(records, 'storeAll', 'records in an array or another iterable');
    const kept = [...records];
    if (kept.length === 0) return;
    await this.intake.block(() => this.generator.partOf(kept));
  }

  async storeBytes(bytes: Uint8Array, options?: StoreBytesOptions): Promise<{ readonly position: number }> {
    checkBytes(bytes, 'storeBytes');
    const position = this.wal.nextPosition++;
    if (options !== undefined) {
      const sequence = await this.wal.logBytes(bytes, position);
      this.intake.records(options.records, options.sizeBytes ?? bytes.length, sequence);
    } else if (bytes.length > 0) {
      const shared = shareBytes(bytes);
      await this.intake.block(() => textPartOf(shared));
    }
    return { position };
  }

  async storePacked(bytes: Uint8Array): Promise<void> {
    checkBytes(bytes, 'storePacked');
    const count = this.codec.countBlock(bytes);
    if (count === 0) return;
    const block: Block = { kind: 'packed', bytes: shareBytes(bytes), count };
    await this.intake.block(() => ({ count, bytes: bytes.length, block, error: undefined }));
  }

  roomBytes(): number {
    return this.room();
  }

  reportError(message: string, error?: unknown): void {
    this.supervisor.reportError(message, error);
  }

  restart(message: string, error?: unknown, delayMs?: number): void {
    // Without end, or without a pause: a text is appended to the time, NaN is never later than now.
    if (delayMs !== undefined && !(Number.isFinite(delayMs) && delayMs >= 0)) {
      throw wrongArgument('restart', 'a delay of 0 or more milliseconds', delayMs);
    }
    this.supervisor.restart(message, error, delayMs);
  }

  stop(message: string, error?: unknown): void {
    void this.supervisor.stop('ERROR', message, error, true);
  }

  end(message: string): void {
    void this.supervisor.stop('INFO', message, undefined, true);
  }

  isStarted(): boolean {
    return this.supervisor.isStarted();
  }

  isStopped(): boolean {
    return this.supervisor.isStopped();
  }
}

function checkBytes(bytes: unknown, operation: string): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw wrongArgument(operation, 'a Uint8Array', bytes);
}
