export {
  type Checkpoint,
  CheckpointStore,
  type StoreOptions,
} from './checkpoint-store.ts';
export { DirectoryLock, type LockOptions, lockHolder } from './directory-lock.ts';
export { comesOfFullDisk, DiskRoom, type DiskRoomOptions, type RoomSpace, type RoomState } from './disk-room.ts';
export {
  type Damage,
  type DirectoryTools,
  type InspectedCheckpoint,
  type InspectedInput,
  type InspectedLog,
  type InspectedState,
  type Inspection,
  inspect,
  serviceLogDir,
  serviceLogDirs,
} from './inspect.ts';
export type { LostRecords } from './log-cut.ts';
export type { Appended } from './log-group.ts';
export type { LogPosition, LogRecord } from './log-scan.ts';
export { newestManifest } from './newest-manifest.ts';
export { type ProcessIdentity, type Processes, SystemProcesses } from './processes.ts';
export { type Repair, type RepairTools, repair } from './repair.ts';
export type { SegmentWriter } from './segment-writer.ts';
export { type LogOptions, WriteAheadLog } from './write-ahead-log.ts';
