import type { Backend } from '../backend/backend.ts';
import { currentProgram } from '../backend/program/index.ts';
import type { StartingEngine } from './active.ts';

/**
 * The backend of a started context: worker threads where the master asks for threads and there is a program to load
 * again; undefined where tasks stay in process. An inline script on `local[N]` is told so once.
 */
export function startWorkers({ sc }: StartingEngine): Promise<Backend> | undefined {
  const { master, logger } = sc;
  if (master.text === 'local') return undefined;
  const program = currentProgram();
  if (program === undefined) {
    if (master.threads > 1) {
      logger.warn(
        'StreamingContext',
        `This script builds its graph inline, so its tasks run in process. To use ${master.threads} threads, export default defineJob((args) => { … }) and run it with \`dstreams submit\`.`,
      );
    }
    return undefined;
  }
  return undefined;
}
