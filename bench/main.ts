import { writeFileSync } from 'node:fs';
import { BUSY_MAX, describeMachine, quiet } from './machine.ts';
import { serve, type Server } from './processes.ts';
import { type Bench, brokenRow, type Row, rowOf } from './row.ts';
import { table } from './table.ts';
import { defineJob } from '../core/internal.ts';
import { bareChild } from './gateway/bare.ts';
import { echoTimesChild } from './gateway/echo-times.ts';
import { feederChild } from './gateway/feeder.ts';
import { gatewayLatency } from './gateway/latency.ts';
import { publisherChild } from './gateway/publisher.ts';
import { readersChild } from './gateway/readers.ts';
import { gatewayChild } from './gateway/server.ts';
import { gatewayReaders } from './gateway/slow-readers.ts';
import { gatewayThroughput } from './gateway/throughput.ts';
import { checkpoint, checkpointChild } from './checkpoint.ts';
import { jobChild, jobMain } from './jobs.ts';
import { keyed, keyedChild } from './keyed.ts';
import { latency } from './latency.ts';
import { logThroughput } from './log.ts';
import { recovery } from './recovery.ts';
import { rxjs, rxjsChild } from './rxjs.ts';
import { soak, soakChild } from './soak.ts';
import { readerChild, senderChild } from './socket-peers.ts';
import { socketWordCount } from './socket-word-count.ts';
import { codecChild, levelChild, levelRoomChild, tuning } from './tuning.ts';
import { wordCountMemory, wordCountMemoryChild } from './word-count-memory.ts';
import { wordCountJava, wordCountThreads } from './word-count-jobs.ts';

const BENCHES: readonly Bench[] = [
  ...wordCountMemory,
  wordCountThreads,
  wordCountJava,
  socketWordCount,
  ...latency,
  ...soak,
  ...keyed,
  ...checkpoint,
  logThroughput,
  ...recovery,
  rxjs,
  ...gatewayThroughput,
  ...gatewayLatency,
  ...gatewayReaders,
  ...tuning,
];

/** What measuring processes run, by name. */
const SERVERS: Readonly<Record<string, Server>> = {
  bare: bareChild,
  'echo-times': echoTimesChild,
  feeder: feederChild,
  gateway: gatewayChild,
  checkpoint: checkpointChild,
  codec: codecChild,
  job: jobChild,
  keyed: keyedChild,
  level: levelChild,
  'level-room': levelRoomChild,
  publisher: publisherChild,
  reader: readerChild,
  readers: readersChild,
  rxjs: rxjsChild,
  sender: senderChild,
  soak: soakChild,
  'word-count-memory': wordCountMemoryChild,
};

/** What the built bench is as a job module: the programs that are measured on threads. */
export default defineJob(jobMain);

/** Called by child.mjs. */
export function serveChild(name: string, args: readonly unknown[]): void {
  serve(SERVERS[name]!, args);
}

interface Options {
  readonly only: readonly string[];
  readonly json: string | undefined;
}

/**
 * Runs the benches one after the other: `[--only NAME…] [--json FILE]`. Returns the exit code: 0, 1 when a bar was not
 * met, 2 when the arguments are wrong.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const options = parse(argv);
  if (typeof options === 'string') {
    const names = BENCHES.map(({ name }) => `  ${name}\n`).join('');
    process.stderr.write(`${options}\nUsage: npm run bench -- [--only NAME…] [--json FILE]\nNames:\n${names}`);
    return 2;
  }
  process.stdout.write(`${describeMachine()}\n`);
  const rows: Row[] = [];
  for (const bench of BENCHES) {
    if (options.only.length > 0 && !options.only.includes(bench.name)) continue;
    const busy = await quiet();
    const row = await measured(bench);
    const note = `others kept ${busy.toFixed(1)} cores busy when it began: do not trust it`;
    rows.push(busy > BUSY_MAX ? { ...row, detail: `${row.detail}; ${note}` } : row);
    process.stdout.write(`${row.met ? 'ok    ' : 'NOT MET'} ${row.name}\n`);
  }
  process.stdout.write(`\n${table(rows)}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  return rows.every(({ met }) => met) ? 0 : 1;
}

async function measured(bench: Bench): Promise<Row> {
  try {
    return rowOf(bench, await bench.measure());
  } catch (error) {
    return brokenRow(bench, error);
  }
}

/** A text says what is wrong. */
function parse(argv: readonly string[]): Options | string {
  const only: string[] = [];
  let json: string | undefined;
  let option = '';
  for (const arg of argv) {
    if (arg === '--only' || arg === '--json') option = arg;
    else if (option === '--json' && json === undefined) json = arg;
    else if (option !== '--only') return `Unknown argument ${arg}`;
    else if (BENCHES.some(({ name }) => name === arg)) only.push(arg);
    else return `There is no bench ${arg}`;
  }
  if (option === '--json' && json === undefined) return '--json needs a file';
  return { only, json };
}
