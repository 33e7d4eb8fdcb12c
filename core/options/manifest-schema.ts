import { z } from 'zod';

/** Version of the manifest's content; the version of its bytes is the file's own. */
export const MANIFEST_VERSION = 1;

const name = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\w.-]+$/);
const timeMs = z.number().int();
const sequence = z.number().int().min(0);

/** A segment file, as a checkpoint names it. */
const segmentRef = z.strictObject({
  name,
  bytes: z.number().int().min(0),
  frames: z.number().int().min(0),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** State of one operator: its segments in the order in which they are applied, a snapshot first. */
const stateEntry = z.looseObject({
  /** Version of the schema that the program gave its state. */
  version: z.number().int(),
  segments: z.array(name),
});

/** The job module that a context came from: what it takes to run it again. */
const recordedProgram = z.looseObject({
  /** The source file, absolute. */
  file: z.string().min(1),
  /** The `--class` of the command line; null for none. */
  className: z.string().nullable(),
  args: z.array(z.string()),
  /** Of code and arguments: says whether the module has changed since. */
  hash: z.string(),
  /** What relative paths in the arguments are relative to. */
  workingDirectory: z.string(),
  /** What the command line set. */
  conf: z.record(z.string(), z.string()),
});

/**
 * Plain JSON that its owner checks: it is not gone over here. It has an entry for each batch that is remembered, and is written
 * with every batch.
 */
const plain = z.custom<z.infer<ReturnType<typeof z.json>>>();

const manifest = z.looseObject({
  version: z.literal(MANIFEST_VERSION),
  /** One line a node: what a program must have in common with the one that wrote it. */
  graphShape: z.array(z.string()),
  conf: z.record(z.string(), z.string()),
  zeroMs: timeMs,
  batchMs: z.number().int().positive(),
  /** The batch after which it was taken. */
  batchTimeMs: timeMs,
  /** Batches that were generated and not done. */
  pending: z.array(timeMs),
  /** Bookkeeping of inputs by uid: files seen, offsets, log ranges of batches. */
  inputs: z.record(z.string(), plain),
  /** State by uid. */
  state: z.record(z.string(), stateEntry),
  /** Bookkeeping of services (the gateway) by name. */
  services: z.record(z.string(), plain),
  /** What of the write-ahead log is needed to go on from here, `[from, …)`, and where it ended. */
  log: z.strictObject({ from: sequence, to: sequence }).nullable(),
  /** Null where an inline script made the context; earlier versions wrote nothing. */
  program: recordedProgram.nullable().optional(),
  /** Every segment file that this checkpoint needs: none of them is removed while it is kept. */
  segments: z.array(segmentRef),
});

/** What a checkpoint holds; further fields are kept. */
export type Manifest = z.infer<typeof manifest>;
export type RecordedProgram = z.infer<typeof recordedProgram>;
export type SegmentRef = z.infer<typeof segmentRef>;

/** The manifest, or in words what is wrong with it. */
export function parseManifest(value: unknown): { readonly manifest: Manifest } | { readonly problem: string } {
  const result = manifest.safeParse(value);
  return result.success ? { manifest: result.data } : { problem: z.prettifyError(result.error) };
}

const graphPointer = z.strictObject({ checkpoint: z.number().int().min(1) });

/** The content of the file `graph`: the number of the newest complete checkpoint. */
export function parseGraphPointer(value: unknown): { readonly checkpoint: number } | undefined {
  const result = graphPointer.safeParse(value);
  return result.success ? result.data : undefined;
}
