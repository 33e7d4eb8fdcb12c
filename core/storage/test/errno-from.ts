import { errnoOf } from '../disk.ts';

/** The errno that a promise rejects with, or `none`. */
export async function errnoFrom(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined) return errno;
    throw error;
  }
  return 'none';
}
