import { argumentCount, codeSpans, type Row, type Wanted, wanted } from './rows.ts';
import type { Member } from './surface.ts';

/** A member that a row asks for; without an owner it is something exported: a class, or a function such as `Seconds`. */
export type Wish = Omit<Member, 'owner'> & { readonly owner: string | undefined; readonly counts?: readonly number[] };

const BOTH_STREAMS = ['JavaDStream', 'JavaPairDStream'];
/** Whose members the tables of a section list, until a row names a class. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  '1.1': ['JavaStreamingContext'],
  '1.2': ['JavaStreamingContext'],
  '1.3': ['JavaStreamingContext'],
  '2': BOTH_STREAMS,
  '3': ['JavaPairDStream'],
  '5.1': ['JavaRDD', 'JavaPairRDD', 'JavaDoubleRDD'],
  '5.2': ['JavaPairRDD'],
  '5.3': ['JavaSparkContext'],
  '10.1': ['NetworkReceiver'],
  '10.2': ['Receiver'],
  '10.3': ['ActorReceiver'],
  '11': ['StreamingListener'],
  '12': ['StateSpec'],
};
/** Sections whose rows go on with the class that a row before has named. */
const STICKY = ['5.3', '7', '8', '9', '11', '12', '13', '14', '16'];
/** Functions that make durations: no class that rows could go on with. */
const FACTORIES = /^(Milliseconds|Seconds|Minutes)$/;
/** Names that the list writes otherwise than they are exported. */
const HERE: Readonly<Record<string, string>> = { List: 'JList', Map: 'JMap' };

const of = (owner: string, isStatic: boolean, ...names: string[]): Wish[] =>
  names.map((name) => ({ owner, name, isStatic }));
/** What rows in prose ask for. */
const BY_HAND: readonly (readonly [rows: RegExp, wishes: readonly Wish[]])[] = [
  [/^§8 `Durations\./, of('Durations', true, 'milliseconds', 'seconds', 'minutes')],
  [/^§10.3 trait/, of('ActorReceiver', false, 'preStart', 'receive', 'postStop')],
  [
    /^§10.3 `Props/,
    [
      ...of('ActorContext', false, 'actorSelection'),
      ...of('Actor', false, 'self', 'sender'),
      ...of('Props', true, 'create'),
      ...of('ActorRef', false, 'tell'),
    ],
  ],
  [/^§10.1 inner/, of('RecordBlockGenerator', false, 'start', 'stop', 'add')],
  [/^§5.3 `sc\(\)/, of('SparkContext', false, 'longAccumulator', 'doubleAccumulator', 'collectionAccumulator')],
  [
    /^§7 `Arrays/,
    ['ArrayList', 'LinkedList', 'HashMap', 'HashSet'].flatMap((owner) => of(owner, false, 'new', 'size', 'isEmpty')),
  ],
  [/^§18 `Iterator<T>`/, of('JIterator', false, 'hasNext', 'next')],
  [
    /^§18 `Integer`/,
    [
      ...of('Integer', true, 'parseInt', 'valueOf'),
      ...of('Long', true, 'parseLong'),
      ...of('Double', true, 'parseDouble', 'toString'),
    ],
  ],
  [/^§18 `equals`/, of('Tuple2', false, 'equals', 'hashCode')],
  [/^§18 `System.out/, of('System', true, 'out')],
  [/^§18 `ssc.sc/, of('JavaStreamingContext', false, 'sc', 'sparkContext')],
  [/^§18 `tuple/, of('Tuple2', false, '_1', '_2')],
  [/^§18 `Optional`/, of('Optional', true, 'of', 'absent', 'empty', 'fromNullable', 'ofNullable')],
  [
    /^§16 `\(\(Has/,
    [
      ...of('HasOffsetRanges', false, 'offsetRanges'),
      ...of('CanCommitOffsets', false, 'commitAsync'),
      ...of('OffsetRange', true, 'create'),
    ],
  ],
];

/** What the rows of the list ask of the Java surface, row by row. Rows of sections 15 and 17 to 20 have tests of their own. */
export function javaWishes(rows: readonly Row[], isExported: (name: string) => boolean): Map<Row, Wish[]> {
  const wishes = new Map<Row, Wish[]>();
  let section = '';
  let owners: readonly string[] = [];
  const classNamed = (name: string | undefined): string | undefined => {
    const here = name === undefined ? undefined : (HERE[name] ?? name);
    return here !== undefined && /^[A-Z]/.test(here) && isExported(here) ? here : undefined;
  };
  for (const row of rows) {
    if (row.section !== section || !STICKY.includes(section)) owners = OWNERS[row.section] ?? [];
    section = row.section;
    if (/^(15|17|19|20)$/.test(section)) continue;
    const found: Wish[] = [];
    const only = /\((JPDS|core)\)/.exec(row.cells[0]!)?.[1];
    if (only === 'JPDS') owners = ['JavaPairDStream'];
    for (const { owner, name, isStatic, counts } of namesOf(row)) {
      const type = classNamed(owner);
      if (type !== undefined && !FACTORIES.test(type)) owners = [type];
      const named = owner === undefined && name !== 'new' ? classNamed(name) : undefined;
      if (named !== undefined) {
        if (!FACTORIES.test(named)) owners = [named];
        found.push({ owner: undefined, name: named, counts });
      } else {
        for (const one of type === undefined ? owners : [type])
          found.push({ owner: one, name, isStatic: isStatic ? true : undefined, counts });
      }
    }
    found.push(...(BY_HAND.find(([rows]) => rows.test(row.title))?.[1] ?? []));
    if (section === '6') for (const one of owners) found.push(...calls(one, row));
    found.push(...signatures(row, owners));
    wishes.set(row, found);
  }
  return wishes;
}

type Named = Omit<Wanted, 'owner'> & { readonly owner?: string | undefined };

function namesOf(row: Row): readonly Named[] {
  if (row.section === '9') return levels(row);
  const names = wanted(row.cells[0]!);
  // Java in prose: what is called on a class.
  return row.section === '18' ? names.filter(({ owner }) => /^[A-Z][a-z]/.test(owner ?? '')) : names;
}

/** `NAME`, `NAME_2`, `_SER_2`: constants of `StorageLevels`, methods of `StorageLevel`. Anything else: methods of a level. */
function levels(row: Row): Named[] {
  const spans = codeSpans(row.cells[0]!);
  if (!/^[A-Z_]+$/.test(spans[0]!)) {
    return spans.flatMap((span) =>
      [...span.matchAll(/(?:(\w+)\.)?(\w+)\(([^)]*)\)/g)].map(([, owner, name, list]) => ({
        owner: owner ?? 'StorageLevel',
        name: name!,
        isStatic: owner !== undefined,
        counts: [argumentCount(list!)],
      })),
    );
  }
  let base = '';
  return spans.flatMap((span) => {
    const name = span.startsWith('_')
      ? `${base.replace(/_SER$/, '')}${/^_2$/.test(span) && /_SER$/.test(base) ? '_SER' : ''}${span}`
      : span;
    if (!span.startsWith('_')) base = span;
    return [
      { owner: 'StorageLevels', name, isStatic: true },
      { owner: 'StorageLevel', name, isStatic: true, counts: [0] },
    ];
  });
}

/** The third cell of the functions' table: `R call(T1, T2)`. */
function calls(owner: string, row: Row): Wish[] {
  return codeSpans(row.cells[2]!).flatMap((code) => {
    const call = /(call|create)\((.*)\)$/.exec(code);
    return call === null ? [] : [{ owner, name: call[1]!, isStatic: false, counts: [argumentCount(call[2]!)] }];
  });
}

const SIGNATURE = /^(static )?(\w+)(?:<[^(]*>)?\((.*?)\)(?:: (\S.*))?$/;

/** The last cell's signatures, `name(a: A, b?: B): R`: the fewest and the most arguments, and what is given back. */
function signatures(row: Row, owners: readonly string[]): Wish[] {
  return codeSpans(row.cells.at(-1)!).flatMap((cell) =>
    cell.split('; ').flatMap((code) => {
      const match = SIGNATURE.exec(code);
      if (match === null) return [];
      const [, isStatic, name, list, result] = match;
      if (list !== '' && !list!.includes(':')) return [];
      const parameters = split(list!).filter((one) => one !== '...');
      const needed = parameters.filter((one) => !/^\w+\?|^\.\.\./.test(one)).length;
      const most = parameters.filter((one) => !one.startsWith('...')).length;
      return owners.flatMap((owner) =>
        [...new Set([needed, most])].map((count) => ({
          owner,
          name: name === 'constructor' ? 'new' : name!,
          isStatic: isStatic === undefined ? undefined : true,
          counts: [count],
          gives: result === undefined || name === 'constructor' ? undefined : giving(result, owner),
        })),
      );
    }),
  );
}

/** The name of a type: `list` for lists and arrays, that of the class for `this`. Type parameters say nothing. */
function giving(result: string, owner: string): string | undefined {
  const one = result.replace(/^(?:Promise|ActionPromise)<(.*)>$/, '$1');
  if (/\bor\b/.test(one)) return undefined;
  if (/\[\]$|^JList/.test(one)) return 'list';
  const name = one.replace(/<.*$/s, '');
  return name === 'this' ? owner : /^[A-Z]\w?$/.test(name) ? undefined : name;
}

/** A list of parameters, divided by commas that stand in no brackets. */
function split(list: string): string[] {
  const parts: string[] = [];
  for (const piece of list.split(', ')) {
    const last = parts.at(-1);
    if (last !== undefined && /[<({[]/.test(last) && argumentCount(`${last}, ${piece}`) === 1)
      parts[parts.length - 1] = `${last}, ${piece}`;
    else parts.push(piece);
  }
  return list === '' ? [] : parts;
}
