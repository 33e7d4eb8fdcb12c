export { bundleProgram, ensureBundle, programHash, programHashOf, type Bundle, type BundleOptions } from './bundle.ts';
export {
  currentProgram,
  executorMode,
  isDriver,
  noteStart,
  setCurrentProgram,
  setExecutorMode,
  type CurrentProgram,
} from './current.ts';
export { loadEntry, pickEntry, type Entry } from './entry.ts';
export { defineJob, isJob, type Job, type JobMain } from './job.ts';
export {
  activeContexts,
  registerActive,
  reportUnawaitedFailure,
  unregisterActive,
  watchUnawaitedFailures,
  whenIdle,
  type ActiveContext,
} from './lifecycle.ts';
export { packageRoot } from './package-root.ts';
export { NodeProgramFiles, type ProgramFiles } from './program-files.ts';
