import type { SegmentRef } from '../options/manifest-schema.ts';
import type { Disk } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import { FrameWriter } from './frame-file.ts';

/** Writes one segment of a checkpoint, frame by frame, in bounded memory. */
export class SegmentWriter {
  private constructor(
    private readonly name: string,
    private readonly writer: FrameWriter,
    private readonly onFinished: (ref: SegmentRef) => void,
  ) {}

  /** In `dir`, which is made if missing. */
  static async create(
    disk: Disk,
    clock: Clock,
    dir: string,
    name: string,
    onFinished: (ref: SegmentRef) => void,
  ): Promise<SegmentWriter> {
    await disk.makeDirectory(dir);
    return new SegmentWriter(name, await FrameWriter.create(disk, clock, `${dir}/${name}`, 'segment'), onFinished);
  }

  /**
   * Adds a frame: at most 16 MiB, about 1 MiB is best, since a frame is summed in one go. The bytes must stay as they are
   * until `finish` resolves. Wait for each: that is what bounds the memory.
   */
  write(frame: Uint8Array): Promise<void> {
    return this.writer.write(frame);
  }

  /** Syncs the segment and reads it back. Its name is durable with the checkpoint that names it. Throws `IO_FAILED`, `CHECKPOINT_DAMAGED`. */
  async finish(): Promise<SegmentRef> {
    const ref: SegmentRef = { name: this.name, ...(await this.writer.finish()) };
    this.onFinished(ref);
    return ref;
  }

  /** Gives the segment up. */
  abort(): Promise<void> {
    return this.writer.abort();
  }
}
