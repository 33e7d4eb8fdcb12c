import type { DiskFile, OpenMode } from '../core/storage/disk.ts';
import { NodeDisk } from '../core/storage/disk-node.ts';

/** The machine's disk, which counts what is written to it. */
export class CountingDisk extends NodeDisk {
  writtenBytes = 0;

  override async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const file = await super.open(path, mode);
    const write = file.write.bind(file);
    file.write = async (bytes, position) => {
      const count = await write(bytes, position);
      this.writtenBytes += count;
      return count;
    };
    return file;
  }
}
