import type { TestContext } from 'dstreams/testing';
import type { Case, Watched } from './case.ts';
import type { StepTable } from './pipeline.ts';
import type { Value } from './values.ts';

/** What the runner needs of a surface. `S`: its streams. */
export interface Surface<S> {
  readonly steps: StepTable<S>;
  /** A scripted input of a case. */
  input(t: TestContext, batches: readonly (readonly Value[] | null)[], partitions: number): S;
  queue(t: TestContext, one: Case, name: string): S;
  /** Files of a directory, given by its path. */
  watch(t: TestContext, watched: Watched): S;
  record(t: TestContext, stream: S): { readonly batches: readonly { timeMs: number; values: readonly unknown[] }[] };
  slice(stream: S, fromMs: number, toMs: number): Promise<(readonly unknown[])[]>;
  print(stream: S, n: number | undefined): void;
  saveAsTextFiles(stream: S, prefix: string, suffix: string): void;
}

export const numberOf = (argument: unknown): number => argument as number;
