import type { DiskRoom, WriteAheadLog } from '../checkpoint/index.ts';
import { isDStreamsError } from '../errors.ts';
import type { ServiceLog } from '../plan/index.ts';

/** The one type of a service's records: what they are is the service's. */
const RECORD = 1;

/** The log as a service has it. Where the disk is full it appends once there is room: the batch waits meanwhile. */
export const serviceLog = (log: WriteAheadLog, room: DiskRoom): ServiceLog => ({
  async append(payload) {
    for (;;) {
      try {
        return (await log.append(RECORD, payload)).sequence;
      } catch (error) {
        if (!isDStreamsError(error, 'LOG_DISK_FULL') || !(await room.untilRoom())) throw error;
      }
    }
  },
  prune: (sequence) => log.prune(sequence),
});
