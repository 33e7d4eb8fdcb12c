import type { Appended, DiskRoom, WriteAheadLog } from '../checkpoint/index.ts';
import { isDStreamsError } from '../errors.ts';
import type { ServiceLog } from '../plan/index.ts';

/** The one type of a service's records: what they are is the service's. */
const RECORD = 1;

/** Appends, and where the disk is full does so once there is room: the batch waits meanwhile. */
export async function appendWhenThereIsRoom(
  log: WriteAheadLog,
  room: DiskRoom,
  type: number,
  payload: Uint8Array | readonly Uint8Array[],
): Promise<Appended> {
  for (;;) {
    try {
      return await log.append(type, payload);
    } catch (error) {
      if (!isDStreamsError(error, 'LOG_DISK_FULL') || !(await room.untilRoom())) throw error;
    }
  }
}

/** The log as a service has it. */
export const serviceLog = (log: WriteAheadLog, room: DiskRoom): ServiceLog => ({
  append: async (payload) => (await appendWhenThereIsRoom(log, room, RECORD, payload)).sequence,
  prune: (sequence) => log.prune(sequence),
});
