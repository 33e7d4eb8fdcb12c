export {
  type Checkpoint,
  CheckpointStore,
  type StoreOptions,
} from './checkpoint-store.ts';
export { DirectoryLock, type LockOptions, lockHolder } from './directory-lock.ts';
export { DiskRoom, type DiskRoomOptions } from './disk-room.ts';
export type { Appended } from './log-group.ts';
export type { LogPosition, LogRecord } from './log-scan.ts';
export { type ProcessIdentity, type Processes, SystemProcesses } from './processes.ts';
export type { SegmentWriter } from './segment-writer.ts';
export { LOG_FAILED_EXIT_CODE, type LogOptions, WriteAheadLog } from './write-ahead-log.ts';
