import { packBlock } from '../data/index.ts';
import type { InputHost, Json, PlannedBatch, StreamLog, StreamLogEntry } from '../plan/index.ts';
import type { BlockPart } from './block-generator.ts';
import type { BlockLog } from './block-log.ts';
import { type LoggedStretch, loggedBlock } from './logged-block.ts';
import type { Receiver } from './receiver.ts';
import type { StoredBlock } from '../storage/block-store.ts';

/**
 * What of a receiver is in the write-ahead log: its blocks, where `spark.streaming.receiver.writeAheadLog.enable` says so,
 * and always, where there is a checkpoint directory, the bytes of a receiver that can make records of them again.
 */
export class ReceiverWal {
  /** Of the next bytes that the receiver stores. */
  nextPosition = 0;
  /** The newest record that a batch has taken. */
  private allocated = -1;
  /** Records of the log that no batch had taken. */
  private left: LoggedStretch[] = [];
  private opened: StreamLog | undefined;
  /** For room on the disk. */
  private isWaiting = false;

  constructor(
    private readonly receiver: Receiver,
    private readonly host: InputHost,
  ) {}

  private get log(): StreamLog | undefined {
    this.opened ??= this.host.log();
    return this.opened;
  }

  /** Whether what is stored survives the end of the process. */
  get isOn(): boolean {
    const { host, receiver } = this;
    return (host.conf.receiverWalEnable || receiver.onRestore !== undefined) && this.log !== undefined;
  }

  /** Whether the log takes more; where it does not, `onRoom` is called once that may have changed. */
  hasRoom(onRoom: () => void): boolean {
    if (!this.isOn) return true;
    const log = this.log!;
    if (log.hasRoom) return true;
    if (!this.isWaiting) {
      this.isWaiting = true;
      void log.untilRoom().then(() => {
        this.isWaiting = false;
        onRoom();
      });
    }
    return false;
  }

  logPart(part: BlockPart): Promise<number> | undefined {
    const { host } = this;
    const log = host.conf.receiverWalEnable ? this.log : undefined;
    if (log === undefined || part.block === undefined) return undefined;
    const block = part.block.kind === 'values' ? packBlock(part.block.values, host.codec, host.uid) : part.block;
    if (block.kind === 'values') throw new TypeError('a packed block has bytes');
    return log.append({ kind: block.kind, count: part.count, position: 0, bytes: block.bytes });
  }

  /** Resolves when the bytes are on the disk; undefined where there is no log for them. */
  logBytes(bytes: Uint8Array, position: number): Promise<number> | undefined {
    const log = this.receiver.onRestore === undefined ? undefined : this.log;
    return log?.append({ kind: 'bytes', count: 0, position, bytes });
  }

  snapshot(): Json {
    return { allocated: this.allocated, nextPosition: this.nextPosition };
  }

  planned(stretches: readonly LoggedStretch[] | undefined): readonly LoggedStretch[] | undefined {
    // That a batch had nothing is written down as well: what comes after it is not to be in it when it runs again.
    if (stretches === undefined) return undefined;
    for (const [, last] of stretches) this.allocated = Math.max(this.allocated, last);
    return stretches;
  }

  restore(snapshot: Json | undefined, planned: readonly PlannedBatch[], blocks: BlockLog): void {
    const kept = snapshot as { allocated?: number; nextPosition?: number } | undefined;
    this.allocated = kept?.allocated ?? -1;
    this.nextPosition = kept?.nextPosition ?? 0;
    for (const [timeMs, range] of planned) {
      const stretches = range as unknown as readonly LoggedStretch[];
      for (const [, last] of stretches) this.allocated = Math.max(this.allocated, last);
      blocks.restore(
        stretches.map((stretch) => this.sourceOf(stretch)),
        stretches,
        timeMs,
      );
    }
  }

  restoreLogged(entry: StreamLogEntry): void {
    let { count } = entry;
    if (entry.kind === 'bytes') {
      this.nextPosition = Math.max(this.nextPosition, entry.position + 1);
      count = this.receiver.onRestore?.({ bytes: entry.bytes, position: entry.position }).length ?? 0;
    }
    if (entry.sequence > this.allocated) this.left.push([entry.sequence, entry.sequence, count]);
  }

  /** What no batch had taken comes before all that is received from now on. */
  giveBack(blocks: BlockLog): void {
    const left = this.left.splice(0);
    blocks.restore(
      left.map((stretch) => this.sourceOf(stretch)),
      left,
    );
  }

  /** The oldest record that is still to be read. */
  neededFrom(ranges: Iterable<Json>): number {
    let oldest = this.allocated + 1;
    for (const range of ranges) {
      for (const [first] of range as unknown as readonly LoggedStretch[]) oldest = Math.min(oldest, first);
    }
    return oldest;
  }

  /** A stretch of the log, to be read when it is asked for. */
  sourceOf(stretch: LoggedStretch): StoredBlock {
    const { host, receiver } = this;
    const restore = (bytes: Uint8Array, position: number) => receiver.onRestore?.({ bytes, position }) ?? [];
    return loggedBlock(this.log!, stretch, host.codec, restore);
  }
}
