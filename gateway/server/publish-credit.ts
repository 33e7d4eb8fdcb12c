import type { Hub } from '../hub.ts';

export interface Totals {
  readonly records: number;
  readonly bytes: number;
}

/**
 * What one connection may publish: totals since it began, so that saying them twice does no harm. They grow as frames are
 * acknowledged, as long as the queues have room and the engine keeps up.
 */
export class PublishCredit {
  private granted: Totals = { records: 0, bytes: 0 };
  private usedRecords = 0;
  private usedBytes = 0;
  private frames = 0;
  private unackedBytes = 0;
  private unackedRecords = 0;
  private dryMs: number | undefined;
  /** Half of what may wait, or less than a whole frame needs: a client that has less left may not get on with it. */
  private readonly lowBytes: number;
  private readonly lowRecords: number;

  constructor(private readonly hub: Hub) {
    const { unackedBytes, frameBytes, creditRecords, recordsPerFrame } = hub.limits;
    this.lowBytes = Math.max(unackedBytes / 2, Math.min(frameBytes, unackedBytes));
    this.lowRecords = Math.max(creditRecords / 2, Math.min(recordsPerFrame, creditRecords));
  }

  first(): Totals {
    this.granted = this.aim();
    return this.granted;
  }

  /**
   * Why nobody may publish such a frame now, whatever its credit: all connections together were given more than there is
   * room for, since most of them use little of it.
   */
  congestion(stream: string, bytes: number): string | undefined {
    const { hub } = this;
    const { unackedBytesProcess } = hub.limits;
    if (hub.unackedBytes + bytes > unackedBytesProcess) {
      return `more than ${unackedBytesProcess} bytes of all clients are unacknowledged: wait`;
    }
    const input = hub.inputs.get(stream);
    return input?.isOpen && input.roomBytes() <= 0 ? `the queue of ${stream} is full: wait` : undefined;
  }

  /** Books a frame; says what is wrong when it is beyond the credit, and books nothing. */
  take(records: number, bytes: number): string | undefined {
    const { hub, granted } = this;
    if (this.usedRecords + records > granted.records || this.usedBytes + bytes > granted.bytes) {
      return `beyond the credit of ${granted.records} records and ${granted.bytes} bytes: wait for more`;
    }
    if (this.frames >= hub.limits.unackedFrames) {
      return `more than ${hub.limits.unackedFrames} frames are unacknowledged: wait for their puback`;
    }
    this.usedRecords += records;
    this.usedBytes += bytes;
    this.frames++;
    this.unackedBytes += bytes;
    this.unackedRecords += records;
    hub.unackedBytes += bytes;
    return undefined;
  }

  /** A frame was answered. */
  settle(records: number, bytes: number): void {
    this.frames--;
    this.unackedBytes -= bytes;
    this.unackedRecords -= records;
    this.hub.unackedBytes -= bytes;
  }

  /** New totals, where they are worth a message. */
  more(): Totals | undefined {
    const { granted, hub } = this;
    const { limits } = hub;
    const leftBytes = granted.bytes - this.usedBytes;
    const leftRecords = granted.records - this.usedRecords;
    if (leftBytes >= this.lowBytes && leftRecords >= this.lowRecords) return undefined;
    const aim = this.aim();
    const bytes = Math.max(granted.bytes, aim.bytes);
    const records = Math.max(granted.records, aim.records);
    // Small steps only for a client that waits for nothing else.
    const step = this.frames === 0 ? 0 : 1 / 4;
    const isMore =
      bytes > granted.bytes + limits.unackedBytes * step || records > granted.records + limits.creditRecords * step;
    if (isMore) {
      this.granted = { records, bytes };
      this.wet();
      return this.granted;
    }
    if (leftBytes <= 0 || leftRecords <= 0) this.dryMs ??= hub.clock.now();
    return undefined;
  }

  /** The connection has ended. */
  close(): void {
    this.wet();
  }

  private wet(): void {
    if (this.dryMs !== undefined) this.hub.metrics.counters.add('no_credit_ms', this.hub.clock.now() - this.dryMs);
    this.dryMs = undefined;
  }

  private aim(): Totals {
    const { hub } = this;
    const { limits } = hub;
    if (!hub.givesCredit) return this.granted;
    let room = limits.unackedBytesProcess - hub.unackedBytes;
    for (const input of hub.inputs.values()) if (input.isOpen) room = Math.min(room, input.roomBytes());
    const windowBytes = Math.min(limits.unackedBytes, Math.max(0, room)) - this.unackedBytes;
    const windowRecords = limits.creditRecords - this.unackedRecords;
    return {
      records: this.usedRecords + Math.max(0, windowRecords),
      bytes: this.usedBytes + Math.max(0, windowBytes),
    };
  }
}
