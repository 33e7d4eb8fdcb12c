import { registerClass } from 'dstreams';
import { hash32 } from './hash.ts';

/**
 * About how many different numbers there were, in 2^bits bytes (Flajolet et al. 2007). What two have seen together is the
 * greater one of each register. The error is about 1.04 / sqrt(2^bits): 1.6 % for 12 bits.
 */
export class HyperLogLog {
  constructor(private readonly registers: Uint8Array) {}

  /** Has seen nothing. `bits` is from 4 to 16. */
  static zero(bits: number): HyperLogLog {
    if (!Number.isInteger(bits) || bits < 4 || bits > 16) throw new RangeError(`bits is ${bits}, not from 4 to 16`);
    return new HyperLogLog(new Uint8Array(2 ** bits));
  }

  /** Has seen one number. */
  static of(bits: number, id: number): HyperLogLog {
    const one = HyperLogLog.zero(bits);
    // The register is by one hash; the rank, the first bit that is set, is by another, so that it has 32 bits.
    one.registers[hash32(id, 1) >>> (32 - bits)] = Math.clz32(hash32(id, 2)) + 1;
    return one;
  }

  /** What both have seen. */
  plus(other: HyperLogLog): HyperLogLog {
    return new HyperLogLog(this.registers.map((rank, i) => Math.max(rank, other.registers[i]!)));
  }

  estimatedSize(): number {
    const m = this.registers.length;
    let sum = 0;
    let zeros = 0;
    for (const rank of this.registers) {
      sum += 2 ** -rank;
      if (rank === 0) zeros++;
    }
    const estimate = (alpha(m) * m * m) / sum;
    // Few numbers leave registers empty, and how many of these there are says more.
    return estimate <= 2.5 * m && zeros > 0 ? m * Math.log(m / zeros) : estimate;
  }
}

function alpha(m: number): number {
  if (m === 16) return 0.673;
  if (m === 32) return 0.697;
  if (m === 64) return 0.709;
  return 0.7213 / (1 + 1.079 / m);
}

// Sketches go from thread to thread, and into blocks.
registerClass(HyperLogLog);
