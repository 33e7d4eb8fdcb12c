/**
 * `dstreams/testing`: tests of streaming programs in virtual time, and the contract suites.
 * @module dstreams/testing
 */
export type { Backend } from '../core/backend/backend.ts';
export { type BackendCase, backendCases } from '../core/testing/backend-suite.ts';
export type { HarnessOptions } from '../core/testing/harness.ts';
export type { KeptLog, LogEntry } from '../core/testing/kept-log.ts';
export type { RecordedBatch, Recording } from '../core/testing/recording.ts';
/** Files in memory, for tests of what writes files. */
export { MemoryDisk } from '../core/storage/disk-memory.ts';
export { LocalFileSystem } from '../core/storage/file-system.ts';
export { ManualClock } from '../core/time/index.ts';
/** Numbers by a seed, for disks and whatever else a test draws. */
export { type Random, SeededRandom } from '../core/time/random.ts';
/** A disk that loses power, fails and fills up, by a seed. */
export {
  type DiskCall,
  type DiskFault,
  SimulatedDisk,
  type SimulatedDiskOptions,
} from '../core/testing/simulated-disk.ts';
export { runJobTest, type RunJobTestOptions } from './run-job-test.ts';
export { createTestContext, type InputOptions, TestContext, type TestContextOptions } from './test-context.ts';
