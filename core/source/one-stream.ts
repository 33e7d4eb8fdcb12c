import { DStreamsError } from '../errors.ts';

/** Which context a receiver of a class feeds. */
const FED = new WeakMap<object, object>();

/**
 * Receivers of the classes that Spark has remember what they are attached to, so that one of them can feed one stream of a context:
 * with two, all records would go to the stream that was started last. Throws `OPTIONS_INVALID`.
 */
export function claimForOneStream(receiver: object, context: object, operation: string): void {
  if (FED.get(receiver) === context) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${operation}: this receiver feeds another stream of the context already. Make one for each stream.`,
    );
  }
  FED.set(receiver, context);
}
