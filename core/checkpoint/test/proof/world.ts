import { type DiskFault, SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { SeededRandom } from '../../../time/random.ts';

/** A promise that was broken; anything else that a proof throws counts as well. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Broken(message);
}

/** Which calls fail, by the number of the call in the whole run. */
export type Faults = ReadonlyMap<number, DiskFault>;

export interface RunOptions {
  readonly seed: number;
  readonly lives?: number;
  /** Whether the power goes at the end of each life; what is not given is the seed's. */
  readonly losesPower?: readonly boolean[];
  readonly faults?: Faults;
  /** How many of the calls are looked at: what if power were lost just there? */
  readonly crashShare?: number;
  /** How many of the calls fail, in one way or another. */
  readonly faultShare?: number;
}

const FAULTS: readonly DiskFault[] = [{ errno: 'EIO' }, { errno: 'ENOSPC' }, 'short'];

/** A run on one machine whose disk loses power, is killed, and fails; and the crashed disks that are found on the way. */
export class World<Ledger> {
  readonly random: SeededRandom;
  readonly chance: SeededRandom;
  disk: SimulatedDisk;
  calls = 0;
  /** States examined. */
  states = 0;
  private readonly firstFault: number;
  private readonly found: { disk: SimulatedDisk; ledger: Ledger }[] = [];

  constructor(
    private readonly options: RunOptions,
    private readonly snapshot: () => Ledger,
  ) {
    this.firstFault = options.faults === undefined ? 0 : Math.min(...options.faults.keys());
    this.random = new SeededRandom(options.seed);
    this.chance = this.random.fork();
    const sectorBytes = [8, 16, 64, 512][this.random.int(4)]!;
    this.disk = new SimulatedDisk({ random: this.random.fork(), sectorBytes });
    this.watch();
  }

  /** The process ends, and maybe the machine. */
  end(life: number): void {
    this.disk.onCall = undefined;
    const random = this.random.fork();
    const power = this.options.losesPower?.[life] ?? random.int(2) === 0;
    this.disk = power ? this.disk.crashed(random) : this.disk.clone(random);
    this.watch();
  }

  private watch(): void {
    const { faults, crashShare = 0, faultShare = 0 } = this.options;
    this.disk.onCall = ({ operation }) => {
      const changes = operation !== 'read' && operation !== 'list' && operation !== 'size';
      const call = this.calls++;
      // Until the first of given faults all is as in the run without any.
      if (changes && call >= this.firstFault && this.chance.next() < crashShare) {
        this.found.push({ disk: this.disk.crashed(this.chance.fork()), ledger: this.snapshot() });
      }
      // There are few of these, and what comes after one that failed is seldom tried by itself.
      const share = operation === 'remove' ? faultShare * 10 : faultShare;
      if (this.chance.next() < share) return FAULTS[this.chance.int(FAULTS.length)];
      return faults?.get(call);
    };
  }

  /** From now on nothing fails. */
  calm(): void {
    this.disk.onCall = undefined;
  }

  /** The crashed disks found since the last call. */
  crashes(): { disk: SimulatedDisk; ledger: Ledger }[] {
    return this.found.splice(0);
  }
}

/** Lets what is under way come to its end: there are no timers and no real disk. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await undefined;
}
