/** What the elements of a stream are, as far as the functions of the cases ask. */
export type Shape =
  | { readonly kind: 'number' | 'text' | 'any' }
  | { readonly kind: 'pair'; readonly key: Shape; readonly value: Shape }
  | { readonly kind: 'list' | 'maybe'; readonly of: Shape };

export const NUMBER: Shape = { kind: 'number' };
export const TEXT: Shape = { kind: 'text' };
export const ANY: Shape = { kind: 'any' };
export const pairOf = (key: Shape, value: Shape): Shape => ({ kind: 'pair', key, value });
export const listOf = (of: Shape): Shape => ({ kind: 'list', of });
/** May be null: a side of an outer join. */
export const maybe = (of: Shape): Shape => (of.kind === 'maybe' || of.kind === 'any' ? of : { kind: 'maybe', of });

export const sameShape = (a: Shape, b: Shape): boolean => JSON.stringify(a) === JSON.stringify(b);
/** A number, or null, which the sums count as 0. */
export const isSummable = (shape: Shape): boolean =>
  shape.kind === 'number' || (shape.kind === 'maybe' && shape.of.kind === 'number');

/**
 * Whether the partition of a key of this shape is known: texts hash as in Java. Numbers are Long in Spark's runner, where a
 * negative Integer has another hash, and arrays are lists on the fluent surface.
 */
export const isHashed = (shape: Shape): boolean =>
  shape.kind === 'text' || (shape.kind === 'maybe' && isHashed(shape.of));

/** A function by its name, with what it gives. */
export type Given = readonly [name: string, result: Shape];

/** The functions of the family `maps` that can take a shape. */
export function mapsOf(shape: Shape): Given[] {
  const found: Given[] = [
    ['identity', shape],
    ['json', TEXT],
    ['json', TEXT],
    ['one', NUMBER],
    ...pairMakersOf(shape),
    ['wrapList', listOf(shape)],
  ];
  if (shape.kind === 'number') {
    for (const name of ['addOne', 'plusTen', 'double', 'negate', 'mod3']) found.push([name, NUMBER]);
    found.push(['toStr', TEXT], ['toStr', TEXT]);
  }
  if (shape.kind === 'text') {
    found.push(['length', NUMBER], ['upper', TEXT], ['firstChar', TEXT], ['reverse', TEXT]);
  }
  if (shape.kind === 'pair') {
    found.push(['key', shape.key], ['value', shape.value], ['swap', pairOf(shape.value, shape.key)]);
    found.push(['keyToJson', pairOf(TEXT, shape.value)]);
    if (isSummable(shape.key) && isSummable(shape.value)) found.push(['sumPair', NUMBER]);
    if (shape.key.kind === 'list' && shape.value.kind === 'list') found.push(['pairSizes', pairOf(NUMBER, NUMBER)]);
  }
  if (shape.kind === 'list') {
    found.push(['size', NUMBER], ['distinctList', shape]);
    if (isSummable(shape.of)) found.push(['sumList', NUMBER]);
  }
  return found;
}

/** Those of them that make a pair. */
export function pairMakersOf(shape: Shape): Given[] {
  const found: Given[] = [
    ['pairWithOne', pairOf(shape, NUMBER)],
    ['pairWithX', pairOf(shape, TEXT)],
    ['pairWithSelf', pairOf(shape, shape)],
    ['constantKey', pairOf(TEXT, shape)],
  ];
  if (shape.kind === 'text') {
    found.push(['pairWithLength', pairOf(TEXT, NUMBER)], ['keyByLength', pairOf(NUMBER, TEXT)]);
    found.push(['keyByFirstChar', pairOf(TEXT, TEXT)]);
  }
  if (shape.kind === 'number') found.push(['keyByMod3', pairOf(NUMBER, NUMBER)]);
  return found;
}

/** With how many elements they make of one, at most. */
export function flatMapsOf(shape: Shape): (readonly [name: string, result: Shape, growth: number])[] {
  const found: (readonly [string, Shape, number])[] = [['twice', shape, 2]];
  if (shape.kind === 'text') {
    found.push(['splitSpace', TEXT, 3], ['chars', TEXT, 4], ['withSuffixes', TEXT, 2]);
    found.push(['lengthWithChars', pairOf(NUMBER, TEXT), 4]);
  }
  if (shape.kind === 'number') found.push(['withDouble', NUMBER, 2], ['withPlusTen', NUMBER, 2], ['upTo', NUMBER, 3]);
  if (shape.kind === 'list') found.push(['elements', shape.of, 4]);
  if (shape.kind === 'pair' && shape.key.kind === 'text') {
    found.push(['valueWithKeyChars', pairOf(shape.value, TEXT), 4]);
  }
  return found;
}

export function predicatesOf(shape: Shape): string[] {
  const found = ['always', 'never'];
  if (shape.kind === 'number') found.push('isEven', 'isPositive', 'isEven', 'isPositive');
  if (shape.kind === 'text') found.push('nonEmpty', 'containsA', 'longerThanThree');
  if (shape.kind !== 'pair') return found;
  if (shape.key.kind === 'text') found.push('keyContainsA');
  found.push('valueNonZero');
  if (shape.value.kind === 'number') found.push('valuePositive');
  if (shape.value.kind === 'list') found.push('valueNonEmptyList');
  return found;
}

/** Of a reduce in any order. `inverse`: what takes a value away again, where there is one. */
export function reducersOf(shape: Shape): { readonly name: string; readonly inverse?: string }[] {
  if (shape.kind === 'number') {
    return [
      { name: 'sum', inverse: 'diff' },
      { name: 'max' },
      { name: 'min' },
      { name: 'sum', inverse: 'diff' },
      { name: 'product' },
    ];
  }
  if (shape.kind === 'pair' && shape.key.kind === 'number' && shape.value.kind === 'number') {
    return [{ name: 'totalMerge' }];
  }
  if (shape.kind === 'text') return [{ name: 'lexMax' }, { name: 'lexMin' }, { name: 'charUnion' }];
  return shape.kind === 'list' ? [{ name: 'bagAdd', inverse: 'bagRemove' }] : [];
}

/** What `combineByKey` can do with a value. */
export function combinersOf(value: Shape): (readonly [create: string, add: string, merge: string, result: Shape])[] {
  const found: (readonly [string, string, string, Shape])[] = [['wrapList', 'bagInsert', 'bagAdd', listOf(value)]];
  if (value.kind === 'number') {
    found.push(['pairWithOne', 'totalAdd', 'totalMerge', pairOf(NUMBER, NUMBER)], ['identity', 'sum', 'sum', NUMBER]);
  }
  return found;
}

/** A function of a partition that does not see the order in it. */
export const isOfAnyOrder = (partitionFunction: string): boolean =>
  ['sumOfPartition', 'maxOfPartition', 'sizeOfPartition', 'onePerPartition'].includes(partitionFunction);

export function partitionFunctionsOf(shape: Shape): Given[] {
  const found: Given[] = [
    ['sizeOfPartition', NUMBER],
    ['onePerPartition', NUMBER],
    ['firstOfPartition', shape],
  ];
  if (isSummable(shape)) found.push(['sumOfPartition', NUMBER]);
  if (shape.kind === 'number') found.push(['maxOfPartition', NUMBER]);
  if (shape.kind === 'text') found.push(['joinUpperOfPartition', TEXT]);
  if (shape.kind === 'pair') found.push(['swapAll', pairOf(shape.value, shape.key)]);
  return found;
}

/** `isSorted`: in an order of its own making. */
export function batchFunctionsOf(shape: Shape): { name: string; result: Shape; growth?: number; isSorted?: true }[] {
  const found: ReturnType<typeof batchFunctionsOf> = [
    { name: 'batchIdentity', result: shape },
    { name: 'batchDistinct', result: shape, isSorted: true },
    { name: 'batchCount', result: NUMBER, isSorted: true },
    { name: 'batchWithTime', result: pairOf(NUMBER, shape) },
    { name: 'batchOnlyEvenSeconds', result: shape },
    { name: 'batchWithItself', result: shape, growth: 2 },
    { name: 'batchSortDescending', result: shape, isSorted: true },
    { name: 'batchSmallestTwo', result: shape, isSorted: true },
  ];
  if (shape.kind === 'number') {
    found.push({ name: 'batchAddOne', result: NUMBER }, { name: 'batchToStr', result: TEXT });
    found.push({ name: 'batchEvens', result: NUMBER });
  }
  if (shape.kind === 'pair') {
    found.push({ name: 'batchKeys', result: shape.key }, { name: 'batchSortByKey', result: shape });
  }
  return found;
}
