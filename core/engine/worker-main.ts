import { parentPort, workerData } from 'node:worker_threads';
import { setExecutorMode } from '../backend/program/index.ts';
import type { WorkerSetup } from '../backend/worker-threads/messages.ts';
import { sendPrints } from '../backend/worker-threads/print-lines.ts';
import { WorkerRuntime } from '../backend/worker-threads/worker-runtime.ts';
import { setLogLevel } from '../metrics/index.ts';
import { NodeDisk } from '../storage/disk-node.ts';
import { ScratchFolder } from '../storage/scratch.ts';
import { SystemClock } from '../time/index.ts';
import { ExecutorReady } from './executor-ready.ts';
import { localFiles } from './machine.ts';
import { loadExecutorProgram } from './executor-program.ts';

// The entry of a worker thread: loads the program that the driver names, then runs its tasks.
const setup = workerData as WorkerSetup;
process.setSourceMapsEnabled(true);
// The user's frames stand below many of ours.
Error.stackTraceLimit = 50;
sendPrints(parentPort!);
setExecutorMode(true);
setLogLevel('WARN');

// What the program left behind when it ended here may still ask for results: it is told that it has ended, and nobody else.
process.on('unhandledRejection', (reason) => {
  if (!(reason instanceof ExecutorReady)) throw reason;
});

const disk = new ScratchFolder(new NodeDisk(), `${setup.scratchFolder}/worker-${setup.index}`);
const clock = new SystemClock();
new WorkerRuntime(parentPort!, {
  setup,
  disk,
  files: localFiles(),
  monotonic: () => clock.monotonic(),
  load: loadExecutorProgram,
});
