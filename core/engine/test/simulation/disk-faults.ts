import type { DiskCall, DiskFault, SimulatedDisk } from '../../../testing/simulated-disk.ts';
import type { SeededRandom } from '../../../time/random.ts';
import { CHECKPOINT } from './life.ts';

const FAULTS: readonly DiskFault[] = [{ errno: 'EIO' }, { errno: 'ENOSPC' }, 'short'];

export interface DiskFaultsOptions {
  readonly random: SeededRandom;
  /** Of the calls. */
  readonly faultShare: number;
  /** How often the disk becomes full, or gets room again. */
  readonly fullShare: number;
  readonly trace: (line: string) => void;
}

/** What a disk refuses: calls that fail for no reason, and all that needs room while the disk of the checkpoints is full. */
export class DiskFaults {
  /** A call has failed for no reason. */
  hadFault = false;
  isFull = false;
  /** Nothing is refused any more. */
  isCalm = false;
  /** The world outside writes: its calls do not fail. */
  isOutside = false;
  /** Files with bytes that may have no room yet. */
  private readonly written = new Set<string>();

  constructor(private readonly options: DiskFaultsOptions) {}

  watch(disk: SimulatedDisk): void {
    const { random, faultShare, trace } = this.options;
    disk.onCall = ({ path, operation }) => {
      if (!this.isOutside) trace(`  ${operation} ${path}`);
      if (this.findsFull(disk, operation, path)) {
        trace('  the disk is full');
        return { errno: 'ENOSPC' };
      }
      if (this.isCalm || this.isOutside || random.next() >= faultShare) return undefined;
      // What is read from elsewhere is no concern of ours.
      if (path.startsWith('/staging')) return undefined;
      this.hadFault = true;
      trace('  that one fails');
      return FAULTS[random.int(FAULTS.length)];
    };
  }

  /**
   * On a full disk files are still read, cut and removed. What was written before may find no room when it is synced. Outputs
   * of the program lie on another disk.
   */
  private findsFull(disk: SimulatedDisk, operation: DiskCall['operation'], path: string): boolean {
    if (!path.startsWith(CHECKPOINT)) return false;
    const isWritten = this.written.has(path);
    if (operation === 'write') this.written.add(path);
    else if (operation === 'truncate' || operation === 'sync') this.written.delete(path);
    if (!this.isFull || this.isCalm) return false;
    const some = this.options.random.int(2) === 0;
    if (operation === 'open') return some && disk.statNow(path) === undefined;
    return operation === 'write' || (some && (operation === 'rename' || (operation === 'sync' && isWritten)));
  }

  /** One more step: the disk may become full in it, or have room again. */
  fillOrClear(): void {
    const { random, fullShare, trace } = this.options;
    if (random.next() >= fullShare) return;
    this.isFull = !this.isFull;
    trace(this.isFull ? 'full from now on' : 'room from now on');
  }

  async outside<T>(f: () => Promise<T>): Promise<T> {
    this.isOutside = true;
    try {
      return await f();
    } finally {
      this.isOutside = false;
    }
  }
}
