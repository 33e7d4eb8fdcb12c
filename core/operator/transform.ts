import { DStreamsError } from '../errors.ts';
import { type OutputFunction, outputSinkOf, type StreamRef, type TransformFunction } from '../plan/index.ts';
import { checkSlides } from './narrow.ts';

/** A function of the streams' data sets and the batch time, called on the driver before the batch's jobs. May be async. */
export function transform(streams: readonly StreamRef[], fn: TransformFunction): StreamRef {
  const [head] = streams;
  if (head === undefined) {
    throw new DStreamsError('STREAMS_EMPTY', 'transform: List of DStreams to transform is empty. Give at least one.');
  }
  checkSlides(streams, 'transform');
  return head.graph.add({
    name: 'transform',
    parents: streams,
    op: (slots) => ({ kind: 'transform', fn: slots.slot(fn, true) }),
  });
}

/**
 * An output operation: `fn(rdd, timeMs)` for each batch in which the stream has a data set, empty ones too. `given` is the
 * user's function that `fn` calls: where it is a branded output (`OUTPUT`), its sink is called in its place.
 */
export function output(stream: StreamRef, name: string, fn: OutputFunction, given?: unknown): StreamRef {
  const sink = outputSinkOf(given);
  const run: OutputFunction = sink === undefined ? fn : (rdd, timeMs) => sink.write(rdd, timeMs);
  return stream.graph.add({
    name,
    parents: [stream],
    op: (slots) => ({ kind: 'output', fn: slots.slot(run, true), sink }),
  });
}
