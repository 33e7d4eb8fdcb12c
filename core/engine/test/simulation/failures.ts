import { comesOfFullDisk } from '../../../checkpoint/index.ts';
import { isDStreamsError } from '../../../errors.ts';
import { errnoOf } from '../../../storage/disk.ts';
import { Thrown } from './life.ts';

/** What a life went through. */
export interface Troubles {
  readonly hasStarted: boolean;
  readonly stops: boolean;
  /** A function has thrown. */
  readonly hadThrown: boolean;
  /** A call of the disk has failed. */
  readonly hadFault: boolean;
  /** Of threads. */
  readonly deaths: number;
}

/** Whether a life may have this failure: nothing fails in one in which nothing was made to fail. */
export function mayFail(error: unknown, { hasStarted, stops, hadThrown, hadFault, deaths }: Troubles): boolean {
  // A full disk is no failure, but where a life begins, and where its last checkpoint finds no room.
  const isLast = stops && isDStreamsError(error, 'CHECKPOINT_FAILED');
  if ((!hasStarted || isLast) && comesOfFullDisk(error)) return true;
  if (hadThrown && caused(error, isThrown)) return true;
  // A job may lose three threads, and a program that starts none.
  if (deaths > (hasStarted ? 3 : 0) && caused(error, isLoss)) return true;
  return hadFault && caused(error, isOfDisk);
}

/** Also of one that has come from another thread. */
const isThrown = (error: unknown): boolean => error instanceof Error && error.name === Thrown.name;

const isLoss = (error: unknown): boolean =>
  isDStreamsError(error, 'WORKER_LOST') || isDStreamsError(error, 'TASK_FAILED');

const isOfDisk = (error: unknown): boolean =>
  ['IO_FAILED', 'LOG_FAILED', 'LOG_DISK_FULL', 'CHECKPOINT_FAILED'].some(
    (code) => isDStreamsError(error) && error.code === code,
  ) || errnoOf(error) !== undefined;

function caused(error: unknown, by: (cause: unknown) => boolean): boolean {
  for (let at = error, depth = 0; at !== undefined && depth < 10; depth++) {
    if (by(at)) return true;
    if (at instanceof AggregateError) return at.errors.some((one) => caused(one, by));
    at = at instanceof Error ? at.cause : undefined;
  }
  return false;
}
