import { type ErrorCode, errorCodes } from '../../core/internal.ts';

/** The codes of what `f` throws; none where it does not. */
export function codesOf(f: () => unknown): ErrorCode[] {
  try {
    f();
  } catch (error) {
    return errorCodes(error);
  }
  return [];
}
