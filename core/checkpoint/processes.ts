import { type Disk, errnoOf } from '../storage/disk.ts';

/** One run of one process: a number that is used again does not make it the same. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of the machine's run; empty where the system does not tell. */
  readonly bootId: string;
  /** When the process started, in the system's own words; empty where it does not tell. */
  readonly started: string;
}

/** What a lock has to know of processes. */
export interface Processes {
  self(): Promise<ProcessIdentity>;
  /** Whether that run of that process goes on; true where it cannot be told apart from another. */
  isAlive(process: ProcessIdentity): Promise<boolean>;
}

const FILE_BYTES_MAX = 4096;

/** The machine's processes: by /proc where there is one, else by their numbers alone. */
export class SystemProcesses implements Processes {
  constructor(private readonly disk: Disk) {}

  async self(): Promise<ProcessIdentity> {
    return { pid: process.pid, bootId: await this.bootId(), started: await this.started(process.pid) };
  }

  async isAlive({ pid, bootId, started }: ProcessIdentity): Promise<boolean> {
    if (bootId !== (await this.bootId())) return false;
    try {
      process.kill(pid, 0);
    } catch (error) {
      // EPERM: it is there, and somebody else's.
      if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
    }
    return started === '' || started === (await this.started(pid));
  }

  private bootId(): Promise<string> {
    return this.text('/proc/sys/kernel/random/boot_id');
  }

  /** Field 22 of stat: clock ticks since boot. A zombie holds nothing. */
  private async started(pid: number): Promise<string> {
    const stat = await this.text(`/proc/${pid}/stat`);
    // The second field is the name, in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  }

  /** Files of /proc have no size, so they are read until nothing comes. */
  private async text(path: string): Promise<string> {
    try {
      const file = await this.disk.open(path, 'read');
      try {
        const bytes = new Uint8Array(FILE_BYTES_MAX);
        return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes, 0))).trim();
      } finally {
        await file.close();
      }
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return '';
    }
  }
}
