import { ActorReceiver, type OneForOneStrategy, type Props, type StorageLevel } from '../core/internal.ts';
import type { JavaReceiverInputDStream } from './input-dstream.ts';
import type { JavaStreamingContext } from './streaming-context.ts';

/** The actor of Spark 1.6's Java programs: override `onReceive`, and `store` what comes. */
export abstract class JavaActorReceiver<T = unknown> extends ActorReceiver<T> {}

/** Spark 1.6 has `actorStream` here. */
export const AkkaUtils = {
  /** What an actor stores: as `jssc.actorStream(props, name, storageLevel, supervisorStrategy)`. */
  createStream: <T>(
    jssc: JavaStreamingContext,
    props: Props,
    name: string,
    storageLevel?: StorageLevel,
    supervisorStrategy?: OneForOneStrategy,
  ): JavaReceiverInputDStream<T> => jssc.actorStream<T>(props, name, storageLevel, supervisorStrategy),
} as const;
