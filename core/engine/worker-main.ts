import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { setExecutorMode } from '../backend/program/index.ts';
import type { WorkerSetup } from '../backend/worker-threads/messages.ts';
import { sendPrints } from '../backend/worker-threads/print-lines.ts';
import { WorkerRuntime } from '../backend/worker-threads/worker-runtime.ts';
import { setLogLevel } from '../metrics/index.ts';
import type { SpillDisk } from '../storage/block-store.ts';
import { SystemClock } from '../time/index.ts';
import { loadExecutorProgram } from './executor-program.ts';

// The entry of a worker thread: loads the program that the driver names, then runs its tasks.
const setup = workerData as WorkerSetup;
process.setSourceMapsEnabled(true);
sendPrints(parentPort!);
setExecutorMode(true);
setLogLevel('WARN');

/** Spilled blocks lie below the driver's own scratch folder, which it removes. */
const folder = join(setup.scratchFolder, `worker-${setup.index}`);
const disk: SpillDisk = {
  async write(name, bytes) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, name), bytes);
  },
  read: (name) => readFile(join(folder, name)),
  remove: (name) => rm(join(folder, name), { force: true }),
};

const clock = new SystemClock();
new WorkerRuntime(parentPort!, { setup, disk, monotonic: () => clock.monotonic(), load: loadExecutorProgram });
