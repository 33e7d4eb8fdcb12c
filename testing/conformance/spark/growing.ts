import type { SeededRandom } from '../../../core/internal.ts';
import type { StreamSpec, Step } from '../case.ts';
import { isHashed, pairMakersOf, sameShape, type Shape } from './shape.ts';
import { pick } from './script.ts';

/** A stream of a case in the making. */
export interface Growing {
  readonly from: StreamSpec;
  readonly steps: readonly Step[];
  readonly shape: Shape;
  readonly slideMs: number;
  /** About how many elements a batch has at most. */
  readonly size: number;
  /** Whether its partitions are those of the inputs, and its elements in a known order. */
  readonly isLaidOut: boolean;
  /** Whether it is known which partition an element is in, though not its place there. */
  readonly isDealt: boolean;
  readonly isOrdered: boolean;
  /** Of one partition, whose elements are in order. */
  readonly isSingle: boolean;
  /** Nothing but an input. */
  readonly isInput?: boolean;
  /** Of elements that no function takes. */
  readonly isOdd?: boolean;
}

/** What a step is made with. */
export interface Growth {
  readonly random: SeededRandom;
  /** Another stream, which may be one that is already there. Its slide is what is asked for. */
  other(slideMs: number): Growing;
  /** As other steps name it. */
  spec(stream: Growing): StreamSpec;
  /** A multiple of the slide; now and then not. */
  multiple(slideMs: number, most: number): number;
  /** Whether the number of partitions that shuffles make by default is that of Spark. Operations of data sets have another default then. */
  readonly isDefaultKnown: boolean;
  /** For PySpark: what both surfaces of Spark have, and partitions are Python's. */
  readonly isPython: boolean;
  /** Windows may be shorter than their slide: batches between them are not looked at, so that their files are of the next one. */
  readonly mayHaveGaps: boolean;
  /** Inverse windows that are shorter than their slide come only with `quirk`. */
  readonly mayBeQuirky: boolean;
}

export type Grow = (s: Growing, growth: Growth) => Growing | undefined;

export const add = (s: Growing, step: Step, changes: Partial<Growing> = {}): Growing => ({
  ...s,
  ...changes,
  steps: [...s.steps, step],
});
/** After a shuffle nothing is known of order. */
export const SHUFFLED = { isLaidOut: false, isDealt: false, isOrdered: false, isSingle: false };
/** One element a batch. */
export const ONE = { size: 1, isLaidOut: false, isDealt: true, isOrdered: true, isSingle: false };

/** How a shuffle deals out: into how many partitions, which may be left out, or by a partitioner of the case's own. */
export function dealing(key: Shape, growth: Growth): { by: (number | { byText: number })[]; dealt: Partial<Growing> } {
  const { random, isPython } = growth;
  const kind = random.int(4);
  if (kind === 0 && !isPython) return { by: [{ byText: 1 + random.int(5) }], dealt: { ...SHUFFLED, isDealt: true } };
  const by = kind === 1 ? [1 + random.int(5)] : [];
  return { by, dealt: { ...SHUFFLED, isDealt: placed(key, by, growth) } };
}

/** Whether it is known which partition a key is in, of so many or as many as by default. */
export const placed = (key: Shape, n: readonly number[], { isDefaultKnown, isPython }: Growth): boolean =>
  !isPython && isHashed(key) && (n.length > 0 || isDefaultKnown);

export const byKey =
  (grow: (s: Growing, pair: { key: Shape; value: Shape }, growth: Growth) => Growing | undefined): Grow =>
  (s, growth) =>
    s.shape.kind === 'pair' ? grow(s, s.shape, growth) : undefined;

/** The other stream with the keys of this one, by a function that makes pairs where need be. */
export function keyed(
  key: Shape,
  { random, other }: Growth,
  slideMs: number,
): { stream: Growing; value: Shape } | undefined {
  const stream = other(slideMs);
  if (stream.shape.kind === 'pair' && sameShape(stream.shape.key, key)) return { stream, value: stream.shape.value };
  const makers = pairMakersOf(stream.shape).filter(
    ([, { kind, ...made }]) => kind === 'pair' && 'key' in made && sameShape(made.key, key),
  );
  if (makers.length === 0) return undefined;
  const [name, shape] = pick(random, makers);
  if (shape.kind !== 'pair') return undefined;
  return { stream: add(stream, ['mapToPair', name], { shape }), value: shape.value };
}

export function like(shape: Shape, { other }: Growth, slideMs: number): Growing | undefined {
  const stream = other(slideMs);
  return sameShape(stream.shape, shape) ? stream : undefined;
}

export const together = (streams: readonly Growing[]): Partial<Growing> => ({
  size: streams.reduce((sum, { size }) => sum + size, 0),
  isLaidOut: streams.every(({ isLaidOut }) => isLaidOut),
  isDealt: streams.every(({ isDealt }) => isDealt),
  isOrdered: streams.every(({ isOrdered }) => isOrdered),
  isSingle: false,
});
