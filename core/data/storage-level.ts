import { printAsText } from '../printed.ts';
import { DStreamsError } from '../errors.ts';

/** Where and how a persisted dataset is kept. Immutable; equal by value. The text forms and numbers are those of Spark 3.5. */
export class StorageLevel {
  readonly #useDisk: boolean;
  readonly #useMemory: boolean;
  readonly #useOffHeap: boolean;
  readonly #deserialized: boolean;
  readonly #replication: number;

  /** Throws `OPTIONS_INVALID` for a replication that is not a whole number from 0 to 39, or off-heap with deserialized. */
  constructor(
    useDisk: boolean,
    useMemory: boolean,
    useOffHeap: boolean,
    deserialized: boolean,
    replication: number = 1,
  ) {
    if (!Number.isInteger(replication) || replication < 0 || replication >= 40) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `StorageLevel: replication is ${String(replication)}; it must be a whole number, at least 0 and less than 40`,
      );
    }
    if (useOffHeap && deserialized) {
      throw new DStreamsError('OPTIONS_INVALID', 'StorageLevel: off-heap storage does not support deserialized values');
    }
    this.#useDisk = useDisk;
    this.#useMemory = useMemory;
    this.#useOffHeap = useOffHeap;
    this.#deserialized = deserialized;
    this.#replication = replication;
  }

  /** Whether what finds no room in memory, or is not kept there, goes to disk. */
  useDisk(): boolean {
    return this.#useDisk;
  }

  /** Whether it is kept in memory, as long as there is room. */
  useMemory(): boolean {
    return this.#useMemory;
  }

  /** Whether memory outside of Java's heap is meant: here as any other serialized level. */
  useOffHeap(): boolean {
    return this.#useOffHeap;
  }

  /** True: values are kept as objects. False (`_SER`): as msgpack bytes. */
  deserialized(): boolean {
    return this.#deserialized;
  }

  /** How many copies, 1 = no second copy. */
  replication(): number {
    return this.#replication;
  }

  /** False for `NONE`: nothing is kept. */
  isValid(): boolean {
    return (this.#useMemory || this.#useDisk) && this.#replication > 0;
  }

  /** 8 · disk + 4 · memory + 2 · off heap + deserialized. */
  toInt(): number {
    return (
      (this.#useDisk ? 8 : 0) + (this.#useMemory ? 4 : 0) + (this.#useOffHeap ? 2 : 0) + (this.#deserialized ? 1 : 0)
    );
  }

  equals(other: unknown): boolean {
    return other instanceof StorageLevel && other.toInt() === this.toInt() && other.replication() === this.#replication;
  }

  hashCode(): number {
    return this.toInt() * 41 + this.#replication;
  }

  /** `Disk Memory Serialized 2x Replicated`. */
  description(): string {
    const disk = this.#useDisk ? 'Disk ' : '';
    const memory = this.#useMemory ? (this.#useOffHeap ? 'Memory (off heap) ' : 'Memory ') : '';
    return `${disk}${memory}${this.#deserialized ? 'Deserialized' : 'Serialized'} ${this.#replication}x Replicated`;
  }

  /** `StorageLevel(disk, memory, deserialized, 2 replicas)`. */
  toString(): string {
    const parts = [
      this.#useDisk ? 'disk' : '',
      this.#useMemory ? 'memory' : '',
      this.#useOffHeap ? 'offheap' : '',
      this.#deserialized ? 'deserialized' : '',
      `${this.#replication} replicas`,
    ];
    return `StorageLevel(${parts.filter((part) => part !== '').join(', ')})`;
  }

  // Java calls these as methods of the Scala object; the constants themselves are fields of `StorageLevels`.
  /** Nothing is kept. */
  static NONE(): StorageLevel {
    return StorageLevels.NONE;
  }

  /** On disk alone. */
  static DISK_ONLY(): StorageLevel {
    return StorageLevels.DISK_ONLY;
  }

  /** On disk alone; a second copy is asked for. */
  static DISK_ONLY_2(): StorageLevel {
    return StorageLevels.DISK_ONLY_2;
  }

  /** On disk alone; a second and a third copy are asked for. */
  static DISK_ONLY_3(): StorageLevel {
    return StorageLevels.DISK_ONLY_3;
  }

  /** As objects; what finds no room is computed again. */
  static MEMORY_ONLY(): StorageLevel {
    return StorageLevels.MEMORY_ONLY;
  }

  /** As `MEMORY_ONLY`; a second copy is asked for. */
  static MEMORY_ONLY_2(): StorageLevel {
    return StorageLevels.MEMORY_ONLY_2;
  }

  /** As bytes; what finds no room is computed again. */
  static MEMORY_ONLY_SER(): StorageLevel {
    return StorageLevels.MEMORY_ONLY_SER;
  }

  /** As `MEMORY_ONLY_SER`; a second copy is asked for. */
  static MEMORY_ONLY_SER_2(): StorageLevel {
    return StorageLevels.MEMORY_ONLY_SER_2;
  }

  /** As objects; what finds no room goes to disk. */
  static MEMORY_AND_DISK(): StorageLevel {
    return StorageLevels.MEMORY_AND_DISK;
  }

  /** As `MEMORY_AND_DISK`; a second copy is asked for. */
  static MEMORY_AND_DISK_2(): StorageLevel {
    return StorageLevels.MEMORY_AND_DISK_2;
  }

  /** As bytes; what finds no room goes to disk. */
  static MEMORY_AND_DISK_SER(): StorageLevel {
    return StorageLevels.MEMORY_AND_DISK_SER;
  }

  /** As `MEMORY_AND_DISK_SER`; a second copy is asked for. */
  static MEMORY_AND_DISK_SER_2(): StorageLevel {
    return StorageLevels.MEMORY_AND_DISK_SER_2;
  }

  /** As bytes; what finds no room goes to disk. */
  static OFF_HEAP(): StorageLevel {
    return StorageLevels.OFF_HEAP;
  }
}

/** A level by four arguments, as in 0.9: disk, memory, deserialized, replication. */
function create(useDisk: boolean, useMemory: boolean, deserialized: boolean, replication: number): StorageLevel;
/** A level by five arguments, as in 1.0 and later: disk, memory, off heap, deserialized, replication. */
function create(
  useDisk: boolean,
  useMemory: boolean,
  useOffHeap: boolean,
  deserialized: boolean,
  replication: number,
): StorageLevel;
function create(
  useDisk: boolean,
  useMemory: boolean,
  third: boolean,
  fourth: boolean | number,
  replication?: number,
): StorageLevel {
  if (typeof fourth === 'number') return new StorageLevel(useDisk, useMemory, false, third, fourth);
  return new StorageLevel(useDisk, useMemory, third, fourth, replication ?? 1);
}

/** The constants, as plain values: `StorageLevels.MEMORY_AND_DISK_SER`. `_SER` keeps bytes, `_2` a second copy. */
export const StorageLevels = Object.freeze({
  /** Nothing is kept. */
  NONE: new StorageLevel(false, false, false, false),
  /** On disk alone. */
  DISK_ONLY: new StorageLevel(true, false, false, false),
  /** On disk alone; a second copy is asked for. */
  DISK_ONLY_2: new StorageLevel(true, false, false, false, 2),
  /** On disk alone; a second and a third copy are asked for. */
  DISK_ONLY_3: new StorageLevel(true, false, false, false, 3),
  /** As objects; what finds no room is computed again. */
  MEMORY_ONLY: new StorageLevel(false, true, false, true),
  /** As `MEMORY_ONLY`; a second copy is asked for. */
  MEMORY_ONLY_2: new StorageLevel(false, true, false, true, 2),
  /** As bytes; what finds no room is computed again. */
  MEMORY_ONLY_SER: new StorageLevel(false, true, false, false),
  /** As `MEMORY_ONLY_SER`; a second copy is asked for. */
  MEMORY_ONLY_SER_2: new StorageLevel(false, true, false, false, 2),
  /** As objects; what finds no room goes to disk. */
  MEMORY_AND_DISK: new StorageLevel(true, true, false, true),
  /** As `MEMORY_AND_DISK`; a second copy is asked for. */
  MEMORY_AND_DISK_2: new StorageLevel(true, true, false, true, 2),
  /** As bytes; what finds no room goes to disk. */
  MEMORY_AND_DISK_SER: new StorageLevel(true, true, false, false),
  /** As `MEMORY_AND_DISK_SER`; a second copy is asked for. */
  MEMORY_AND_DISK_SER_2: new StorageLevel(true, true, false, false, 2),
  /** As bytes; what finds no room goes to disk. */
  OFF_HEAP: new StorageLevel(true, true, true, false),
  create,
});

/** A level, or the method of `StorageLevel` that gives it: Python names it without a call. */
export type StorageLevelLike = StorageLevel | (() => StorageLevel);

/** Throws `OPTIONS_INVALID` for what is no level. */
export function storageLevelOf(level: StorageLevelLike): StorageLevel {
  const given: unknown = typeof level === 'function' ? level.call(StorageLevel) : level;
  if (given instanceof StorageLevel) return given;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `persist takes a storage level such as StorageLevels.MEMORY_ONLY, got ${String(given)}.`,
  );
}

printAsText(StorageLevel);

/** The constant that is equal to a level, if there is one: levels are compared by identity, too. */
export const knownLevel = (level: StorageLevel): StorageLevel =>
  Object.values(StorageLevels).find((known): known is StorageLevel => level.equals(known)) ?? level;
