import { fileOps, HashPartitioner, rddOps, saveOps, type State, streamOps, textFileStream } from '../../../internal.ts';
import { readFile, writeFile } from '../../../storage/disk.ts';
import type { MemoryDisk } from '../../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../../storage/file-system.ts';
import { EngineHarness } from '../../../testing/harness.ts';
import { recordAll } from '../recovery-recording.ts';

const FOLDERS = ['/checkpoint', '/in', '/out'];
const BATCHES_BEFORE = 14;
const OBJECTS = '/out/objects-14000';

/** The program whose checkpoints are kept: it must stay as it is, as the directories of every version are read by it. */
function goldenProgram(disk: MemoryDisk, nowMs: number, found: Map<string, unknown>): EngineHarness {
  const files = new LocalFileSystem({ disk, workingDirectory: '/' });
  const conf = { 'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': '1' };
  const options = { batchMs: 1000, disk, files, nowMs, conf, recovers: true, checkpointDir: '/checkpoint' };
  const t = new EngineHarness({ ...options, onFailure: 'keep' });
  const words = streamOps.narrow(textFileStream(t.engine, '/in'), 'map', 'pairWithOne', [], 'array');
  const by = { partitioner: new HashPartitioner(2), dialect: 'array' } as const;
  const add = (a: number, b: number) => a + b;
  const subtract = (a: number, b: number) => a - b;
  const total = (values: number[], state?: number) => values.reduce(add, state ?? 0);
  const totals = streamOps.updateStateByKey(words, total, by);
  totals.graph.setUid(totals.node, 'totals');
  totals.graph.checkpointEvery(totals.node, 2000);
  const last = (timeMs: number, key: string, value: number | undefined, state: State<Date>) => {
    state.update(new Date(timeMs + (value ?? 0)));
    return [key, state.get().getTime()];
  };
  const { mapped, snapshots } = streamOps.mapWithState(words, last, undefined, by);
  snapshots.graph.checkpointEvery(snapshots.node, 3000);
  const span = { windowMs: 3000, slideMs: 1000 };
  const kept = streamOps.reduceByKeyAndInverseWindow(words, add, subtract, undefined, span, by.partitioner, 'array');
  kept.graph.checkpointEvery(kept.node, 4000);
  for (const [name, stream] of Object.entries({ totals, mapped, snapshots, kept })) recordAll(stream, name, found);
  streamOps.saveFiles(totals, 'saveAsObjectFiles', '/out/objects', undefined, saveOps.objectPlan(), files);
  return t;
}

/** The file of batch `n`: some words. */
function put(disk: MemoryDisk, n: number): Promise<void> {
  const words = Array.from({ length: 1 + (n % 4) }, (_, i) => `word${(n * 7 + i * 3) % 5}\n`);
  return writeFile(disk, `/in/f${n}`, new TextEncoder().encode(words.join('')));
}

/** Not who holds the directory, nor what is kept back of the disk; and of the outputs one. */
const isKept = (path: string): boolean =>
  !/^\/checkpoint\/(lock|reserve)/.test(path) && (!path.startsWith('/out/') || path.startsWith(`${OBJECTS}/`));

/** The files of the golden folders, by path. */
export async function filesOf(disk: MemoryDisk): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const walk = async (folder: string): Promise<void> => {
    for (const name of await disk.list(folder)) {
      const path = `${folder}/${name}`;
      if ((await disk.stat(path))?.kind === 'directory') await walk(path);
      else if (isKept(path)) found.set(path, await readFile(disk, path, 1e8));
    }
  };
  for (const folder of FOLDERS) await walk(folder);
  return found;
}

/** Runs the program for some batches and kills it: what it leaves, and what its batches were. */
export async function make(
  disk: MemoryDisk,
  setNow: (ms: number) => void,
  batches = BATCHES_BEFORE,
): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  await disk.makeDirectory('/in');
  const t = goldenProgram(disk, 0, found);
  await t.start();
  for (let n = 1; n <= batches; n++) {
    setNow(n * 1000 - 500);
    await put(disk, n);
    await t.run(1);
  }
  await t.crash();
  return found;
}

/** Goes on from what is there: two batches of the down time, and three more. */
export async function goOn(disk: MemoryDisk, setNow: (ms: number) => void): Promise<Record<string, unknown>> {
  const found = new Map<string, unknown>();
  const from = BATCHES_BEFORE * 1000;
  const next = (n: number): Promise<void> => {
    setNow(from + n * 1000 - 500);
    return put(disk, BATCHES_BEFORE + n);
  };
  for (const n of [1, 2]) await next(n);
  const t = goldenProgram(disk, from + 2500, found);
  await t.start();
  await t.engine.idle();
  for (const n of [3, 4, 5]) {
    await next(n);
    t.clock.setTime(from + n * 1000);
    await t.engine.idle();
  }
  const objects = await rddOps.collect(fileOps.objectFile(t.core, OBJECTS));
  found.set('objects', objects.map((record) => JSON.stringify(record)).sort());
  found.set(
    'failures',
    t.failures.map(({ error }) => String(error)),
  );
  await t.stop();
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
