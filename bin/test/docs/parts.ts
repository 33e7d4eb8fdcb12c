/** What a sample finds where it runs: a folder of its own and a free port. */
export interface Place {
  readonly folder: string;
  readonly port: number;
}

/** How a sample is run that does not run to its end by itself, or that is a piece of a program. */
export interface Part {
  readonly page: string;
  /** A line of it: of one sample of the page alone. */
  readonly has: string;
  /** What stands in for what only the reader's machine has. */
  readonly replaced?: (place: Place) => readonly (readonly [string, string])[];
  readonly before?: string;
  readonly after?: string;
  readonly args?: (place: Place) => readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  /** Comes when that has been printed. */
  readonly later?: { readonly after: RegExp; readonly name: string; readonly text: string };
  /** Whoever connects to the port is sent this. */
  readonly sent?: string | Uint8Array;
  /** What it prints. One that goes on is ended then. */
  readonly prints: RegExp;
  readonly goesOn?: boolean;
  /** Runs beside it, connected to its port. */
  readonly client?: Pick<Part, 'page' | 'has' | 'replaced'>;
}

const TESTING = "import { createTestContext } from 'dstreams/testing';\n";
const CONTEXT = `${TESTING}const t = createTestContext({ batchMs: 1000 });\n`;
const END = 'await t.run(1);\nawait t.stop();\n';
const show = (stream: string): string =>
  `${CONTEXT}const seen = t.record(${stream});\n${END}console.log(seen.batches.map(({ values }) => values.join(' ')).join());\n`;
const PAIRS = "t.input([[['a', 20], ['b', 3]]]).map(([k, v]) => [k, v])";
const WORDS = "t.javaInput([['a b', 'long words']])";

const socket = { sent: 'a b a\n', goesOn: true } as const;
const byArgs = { ...socket, args: ({ port }: Place) => ['localhost', `${port}`] };
const byPort = { ...socket, replaced: ({ port }: Place) => [['9999', `${port}`]] as const };
const client = { page: 'docs/gateway.md', has: "const client = connect('ws://127.0.0.1:8090/');" };
const frame = (text: string): Buffer => Buffer.from([0, 0, 0, text.length, ...Buffer.from(text)]);

export const PARTS: readonly Part[] = [
  { page: 'README.md', has: "appName: 'Count', batchDuration", ...byArgs, prints: /\(a,2\)/ },
  { page: 'README.md', has: 'export default class JavaCount {', ...byArgs, prints: /\(a,2\)/ },
  {
    page: 'README.md',
    has: 'clicks.countByValue()',
    replaced: ({ port }) => [["durability: 'memory'", `durability: 'memory', port: ${port}`]],
    client: { ...client, replaced: () => [["'/about' }]", "'/about' }], { ack: 'memory' }"]] },
    goesOn: true,
    prints: /\[ \[ /,
  },
  {
    page: 'docs/custom-receivers.md',
    has: "createReadStream('access.log')",
    files: { 'access.log': 'one\ntwo\n' },
    goesOn: true,
    prints: /^2$/m,
  },
  {
    page: 'docs/custom-receivers.md',
    has: '/** Frames of a length (4 bytes) and as many bytes. */',
    ...byPort,
    sent: Buffer.concat([frame('first'), frame('second')]),
    prints: /^first\nsecond$/m,
  },
  { page: 'docs/custom-receivers.md', has: 'class CountingReceiver', goesOn: true, prints: /^[1-9]\d*$/m },
  {
    page: 'docs/fault-tolerance.md',
    has: "console.log('the first start')",
    replaced: ({ folder }) => [['/var/lib/counts', folder]],
    later: { after: /Time: /, name: 'in/words.txt', text: 'a b a\n' },
    goesOn: true,
    prints: /the first start\n[\s\S]*\(a,2\)/,
  },
  {
    page: 'docs/from-pyspark.md',
    has: "appName: 'PythonStreamingNetworkWordCount'",
    ...byArgs,
    prints: /^\('a', 2\)$/m,
  },
  { page: 'docs/from-pyspark.md', has: 'export const frequent', after: show(`frequent(${PAIRS})`), prints: /^20,a$/m },
  {
    page: 'docs/from-pyspark.md',
    has: 'export function named',
    after: `${CONTEXT}await named(t.ssc, ${PAIRS}, t.ssc.sparkContext.parallelize([['a', 1]]));\nconsole.log('done');\n`,
    prints: /^done$/m,
  },
  {
    page: 'docs/from-pyspark.md',
    has: 'export function timed',
    after: `${CONTEXT}timed(t.input([['a', 'b']]), t.input([['c']]));\n${END}`,
    prints: /^1000 ms 2$/m,
  },
  {
    page: 'docs/from-pyspark.md',
    has: 'export const pairsOf',
    after: show("pairsOf(t.input([['a b']]))"),
    prints: /^a,1 b,1$/m,
  },
  {
    page: 'docs/from-pyspark.md',
    has: 'export function watch',
    after: `${CONTEXT}watch(t.ssc);\nt.input([['a']]).foreachRDD(() => {});\n${END}`,
    prints: /^\d+$/m,
  },
  {
    page: 'docs/gateway.md',
    has: 'startGateway(ssc, { port: 8090 })',
    replaced: ({ port }) => [['8090', `${port}`]],
    args: ({ folder }) => [`${folder}/checkpoint`],
    client,
    goesOn: true,
    prints: /\[ \[ /,
  },
  {
    page: 'docs/gateway.md',
    has: "new JavaStreamingContext('local[2]', 'Lines'",
    replaced: ({ port }) => [["durability: 'memory'", `durability: 'memory', port: ${port}`]],
    after: "await jssc.start();\nawait jssc.stop();\nconsole.log('done');\n",
    prints: /^done$/m,
  },
  {
    page: 'docs/guide.md',
    has: 'declare const clicks',
    before: `${CONTEXT}globalThis.clicks = t.input([[{ user: 'a' }]]);
      globalThis.connect = async () => ({ insert: async (x) => console.log(x), close: async () => console.log('closed') });\n`,
    after: END,
    prints: /^\{ user: 'a' \}\nclosed$/m,
  },
  {
    page: 'docs/guide.md',
    has: "ssc.awaitTerminationOrTimeout('1m')",
    sent: 'a b a\n',
    replaced: ({ port }) => [
      ['9999', `${port}`],
      ["'1m'", "'3s'"],
    ],
    prints: /^a b a$/m,
  },
  { page: 'docs/porting.md', has: 'export function countsOf', after: show(`countsOf(${WORDS})`), prints: /\(a,1\)/ },
  { page: 'docs/porting.md', has: 'export function grouped', after: show(`grouped(${WORDS})`), prints: /long words/ },
  {
    page: 'docs/porting.md',
    has: 'export function show',
    after: `import { Tuple2 as Pair } from 'dstreams/java';
      ${CONTEXT}show(t.javaInput([['a']]).mapToPair((x) => new Pair(x, 1)));
      const ran = t.run(1);
      ran.then(() => t.stop());\n`,
    prints: /^\[\(a,1\)\]$/m,
  },
  {
    page: 'docs/porting.md',
    has: 'export class Numbers',
    after: `import { Durations, JavaStreamingContext } from 'dstreams/java';
      const jssc = new JavaStreamingContext('local', 'Numbers', Durations.milliseconds(200));
      jssc.receiverStream(new Numbers()).print();
      jssc.start();\n`,
    goesOn: true,
    prints: /^\d{1,2}$/m,
  },
  {
    page: 'docs/porting.md',
    has: 'export function report',
    after: "console.log(report('word', -3, 7, ['', '2.5']));\n",
    prints: /^7\.0\nword \(3, 2\.50\)$/m,
  },
  {
    page: 'docs/state-evolution.md',
    has: "StreamingContext.getOrCreate('/var/lib/visits'",
    ...socket,
    replaced: ({ folder, port }) => [
      ['/var/lib', folder],
      ['9999', `${port}`],
    ],
    prints: /\(visits,\{"count":1,"lastPage":"a b a"\}\)/,
  },
  { page: 'docs/submit.md', has: "appName: 'Count', batchDuration", ...byArgs, prints: /^1$/m },
  { page: 'docs/submit.md', has: 'if (isDriver()) rmSync', ...byPort, prints: /^a b a$/m },
  {
    page: 'docs/tuning.md',
    has: 'declare const jssc',
    before: `${CONTEXT}globalThis.jssc = t.jssc;\nconsole.error = console.log;\n`,
    after: `t.input([['a']]).foreachRDD(() => {});\n${END}`,
    prints: /^Optional\[\d+\]$/m,
  },
];

/** Samples that tests of their own run. */
export const ELSEWHERE: readonly (Pick<Part, 'page' | 'has'> & { readonly test: string })[] = [
  {
    page: 'docs/fault-tolerance.md',
    has: 'new StreamingContext(directory!)',
    test: 'testing/test/rerun/processes.test.ts',
  },
  { page: 'docs/fault-tolerance.md', has: "import initSqlJs from 'sql.js'", test: 'testing/test/recipe/kill.test.ts' },
  { page: 'docs/gateway.md', has: 'export async function follow', test: 'gateway/test/recipes.test.ts' },
];
