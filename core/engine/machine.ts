import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { processWide } from '../backend/program/process-wide.ts';
import { NodeDisk } from '../storage/disk-node.ts';
import { type FileSystem, LocalFileSystem } from '../storage/file-system.ts';
import { ScratchFolder } from '../storage/scratch.ts';
import { SystemRandom } from '../time/index.ts';

/** The local file system, from the working directory of the process. */
export const localFiles = (): FileSystem =>
  new LocalFileSystem({ disk: new NodeDisk(), workingDirectory: process.cwd() });

export const machineCores = (): number => availableParallelism();

/** Whose process this is; the number of a user without a name, as containers have them. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}

const own = () => processWide('scratch', () => ({ id: new SystemRandom().int(2 ** 31), drivers: 0 }));

/** One folder per process, below `dstreams.local.dir` or the system's temporary folder. */
export const scratchFolder = (parent: string | undefined): string =>
  `${parent ?? tmpdir()}/dstreams-${process.pid}-${own().id.toString(36)}`;

/** Where a driver's blocks spill to. */
export const driverScratch = (parent: string | undefined): ScratchFolder =>
  new ScratchFolder(new NodeDisk(), `${scratchFolder(parent)}/driver-${own().drivers++}`);

/** Whether a checkpoint directory has a checkpoint. Throws `NEEDS_CONNECTOR`, `OPTIONS_INVALID` for what is no local path. */
export function checkpointIsThere(dir: string): boolean {
  const path = localFiles().resolve(dir);
  const disk = new NodeDisk();
  return disk.statNow(`${path}/graph`) !== undefined || disk.listNow(`${path}/checkpoints`).length > 0;
}
