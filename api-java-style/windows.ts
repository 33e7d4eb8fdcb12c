import { describeValue, DStreamsError, Duration, streamOps, type StreamRef } from '../core/internal.ts';
import { isFunctionLike, toLambda } from './functions.ts';
import { type Parts, streamPartitioner, TUPLE } from './partitions.ts';

interface WindowSpec {
  readonly windowMs: number;
  readonly slideMs: number;
}

/** A window of a stream; without a slide that of the stream. Throws `DURATION_INVALID` for what is no `Duration`. */
export function windowOf(ref: StreamRef, operator: string, window: unknown, slide: unknown): WindowSpec {
  const slideMs = slide === undefined ? ref.node.slideMs : msOf(slide, operator, 'slide');
  return { windowMs: msOf(window, operator, 'window'), slideMs };
}

/** Milliseconds of what has to be a `Duration`. Throws `DURATION_INVALID`. */
export function msOf(duration: unknown, operator: string, what: string): number {
  if (duration instanceof Duration) return duration.milliseconds();
  throw new DStreamsError(
    'DURATION_INVALID',
    `${operator}: the ${what} must be a Duration, for example Durations.seconds(10), and is ${describeValue(duration)}.`,
  );
}

function refuseNull(inverse: unknown, operator: string): void {
  if (inverse !== null) return;
  throw new DStreamsError(
    'OPTIONS_INVALID',
    `${operator}: the inverse function is null. Leave it out to reduce every window anew, or give one.`,
  );
}

/** `(window, slide)` or `(inverse, window, slide)`: by what the first one is (api §17). */
export function reducedByWindow(ref: StreamRef, f: unknown, rest: readonly unknown[]): StreamRef {
  const name = 'reduceByWindow';
  const reduce = toLambda(f, name);
  const [inverse] = rest;
  refuseNull(inverse, name);
  if (!isFunctionLike(inverse)) return streamOps.reduceByWindow(ref, reduce, windowOf(ref, name, rest[0], rest[1]));
  const spec = windowOf(ref, name, rest[1], rest[2]);
  return streamOps.reduceByInverseWindow(ref, reduce, toLambda(inverse, name), spec);
}

/** `(window, slide?, parts?)` or `(inverse, window, slide, parts?, filter?)`. */
export function reducedByKeyAndWindow(ref: StreamRef, f: unknown, rest: readonly unknown[]): StreamRef {
  const name = 'reduceByKeyAndWindow';
  const reduce = toLambda(f, name);
  const [inverse] = rest;
  refuseNull(inverse, name);
  if (!isFunctionLike(inverse)) {
    const [window, slide, parts] = rest;
    const partitioner = streamPartitioner(ref, parts as Parts | undefined, name);
    return streamOps.reduceByKeyAndWindow(ref, reduce, windowOf(ref, name, window, slide), partitioner, TUPLE);
  }
  const [, window, slide, parts, filter] = rest;
  const spec = windowOf(ref, name, window, slide);
  const partitioner = streamPartitioner(ref, parts as Parts | undefined, name);
  const keep = filter === undefined || filter === null ? undefined : toLambda(filter, name);
  return streamOps.reduceByKeyAndInverseWindow(ref, reduce, toLambda(inverse, name), keep, spec, partitioner, TUPLE);
}
