import type { WriteAheadLog } from '../checkpoint/index.ts';
import type { ServiceLog } from '../plan/index.ts';

/** The one type of a service's records: what they are is the service's. */
const RECORD = 1;

/** The log as a service has it. */
export const serviceLog = (log: WriteAheadLog): ServiceLog => ({
  append: async (payload) => (await log.append(RECORD, payload)).sequence,
  prune: (sequence) => log.prune(sequence),
});
