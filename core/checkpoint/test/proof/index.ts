/** All proofs, as one module, so that they can be run on sources with planted bugs too. */
export { failEveryCall } from './faults.ts';
export { runLog } from './log-run.ts';
export { runStore } from './store-run.ts';
export { flipLog, flipStore, reuseBlocks } from './flips.ts';
export { runLocks } from './locks.ts';
