import type { FileStatus } from '../storage/file-system.ts';

/** A file of a batch. Plain data: a checkpoint keeps it. */
export type SelectedFile = {
  readonly path: string;
  readonly sizeBytes: number;
};

export interface NewFilesOptions {
  /** Files that were changed at or before this are old, epoch ms. */
  readonly initialThresholdMs: number;
  /** How far back a batch looks, in ms. */
  readonly rememberMs: number;
  /** A batch knows the names that those up to so long before it took, in ms. */
  readonly namesMs: number;
  readonly accepts: (file: FileStatus) => boolean;
}

/**
 * Which files of a listing belong to batch t (semantics §6, Spark 3.5): those changed after t − remember and not after t
 * that no batch whose names are known has taken. A file that changes while its name is known is not read again. Both go by
 * the time of the batch alone, so that it has the same files however slow the batches before it are, and after a restart.
 */
export class NewFiles {
  /** By batch time, in order. */
  private readonly taken = new Map<number, readonly SelectedFile[]>();
  /** The last batch that took a file. */
  private readonly takenBy = new Map<string, number>();

  constructor(private readonly options: NewFilesOptions) {}

  /** Takes the new files of a listing for batch `timeMs`. */
  select(timeMs: number, listing: readonly FileStatus[]): void {
    const { initialThresholdMs, rememberMs, namesMs, accepts } = this.options;
    const thresholdMs = Math.max(initialThresholdMs, timeMs - rememberMs);
    const isNew = (file: FileStatus): boolean => {
      // Whole milliseconds, as Hadoop has them.
      const modifiedMs = Math.floor(file.modifiedMs);
      if (file.isDirectory || modifiedMs <= thresholdMs || modifiedMs > timeMs) return false;
      const takenBy = this.takenBy.get(file.path);
      return (takenBy === undefined || takenBy < timeMs - namesMs) && accepts(file);
    };
    this.take(
      timeMs,
      listing.filter(isNew).map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    );
  }

  /** Gives a batch the files that it had: after a restart. */
  take(timeMs: number, files: readonly SelectedFile[]): void {
    this.taken.set(timeMs, files);
    for (const { path } of files) this.takenBy.set(path, timeMs);
  }

  /** undefined for a batch that was not selected, or was forgotten. */
  filesOf(timeMs: number): readonly SelectedFile[] | undefined {
    return this.taken.get(timeMs);
  }

  /** Forgets batches before `timeMs` whose names no batch from `latestMs` on knows. */
  forget(timeMs: number, latestMs: number): void {
    const beforeMs = Math.min(timeMs, latestMs - this.options.namesMs);
    for (const [at, files] of this.taken) {
      if (at >= beforeMs) continue;
      this.taken.delete(at);
      for (const { path } of files) if (this.takenBy.get(path) === at) this.takenBy.delete(path);
    }
  }

  /** The batches that are remembered, in order of time. */
  entries(): [timeMs: number, files: readonly SelectedFile[]][] {
    return [...this.taken].sort(([a], [b]) => a - b);
  }
}
