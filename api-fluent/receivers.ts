import {
  DStreamsError,
  iterableReceiver,
  type Receiver,
  type ReceiverSource,
  StorageLevel,
  StorageLevels,
} from '../core/internal.ts';
import { checkOptions } from './check-options.ts';
import type { ReceiverObject, ReceiverOptions } from './option-types.ts';

type Options = StorageLevel | ReceiverOptions | undefined;

function optionsOf(options: Options, where: string): ReceiverOptions {
  if (options instanceof StorageLevel) return { storageLevel: options };
  checkOptions(options, ['storageLevel', 'name'], where);
  return options ?? {};
}

/** As Spark's receivers have it, unless told otherwise. */
export const levelOf = (options: Options, where: string): StorageLevel =>
  optionsOf(options, where).storageLevel ?? StorageLevels.MEMORY_AND_DISK_SER_2;

/** Whatever brings records in, as a receiver of core. Throws `OPTIONS_INVALID` for what cannot. */
export function receiverFrom(given: ReceiverSource | ReceiverObject, options: Options): Receiver {
  const { name, storageLevel } = optionsOf(options, 'receiverStream');
  const source = isReceiver(given) ? (given.withDialect?.('array') ?? given) : given;
  if (isReceiver(source)) {
    return {
      name: name ?? source.name ?? 'Receiver',
      storageLevel: storageLevel ?? source.storageLevel ?? StorageLevels.MEMORY_AND_DISK_SER_2,
      onStart: (supervisor) => source.onStart(supervisor),
      onStop: () => source.onStop(),
      ...(source.onRestore && { onRestore: (entry) => source.onRestore!(entry) }),
    };
  }
  if (typeof source === 'function' || isIterable(source)) return iterableReceiver(source, storageLevel, name);
  throw new DStreamsError(
    'OPTIONS_INVALID',
    'receiverStream takes an iterable, a Readable, a function (out, signal) => … or an object with onStart and onStop, got ' +
      `${source === null ? 'null' : typeof source}.`,
  );
}

const isReceiver = (value: unknown): value is ReceiverObject =>
  typeof (value as Partial<ReceiverObject> | null)?.onStart === 'function' &&
  typeof (value as Partial<ReceiverObject>).onStop === 'function';

const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
