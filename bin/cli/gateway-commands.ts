import { isDStreamsError } from '../../core/errors.ts';
import { connect, type From, type GatewayClient, GatewayError } from '../../gateway/clients/js/node.ts';
import { createToken } from '../../gateway/index.ts';
import { otherNumberWords, textOf } from '../../gateway/protocol/numbers.ts';
import { scanJson } from '../../gateway/protocol/scan-json.ts';
import { finish } from '../../gateway/protocol/steps.ts';
import { toWire } from '../../gateway/protocol/values.ts';
import { SystemClock } from '../../core/time/index.ts';
import { invalid } from './arguments.ts';
import { GatewayWatch } from './gateway-watch.ts';
import { parse } from './parse-options.ts';
import { publishLines, type Stop } from './publish-lines.ts';
import { EXIT_CODES, type StopSignal } from './signals.ts';
import { PUBLISH_USAGE, SUBSCRIBE_USAGE, TOKEN_USAGE } from './usage.ts';

/** How long a stop by a signal waits for what is on its way, ms. */
const STOP_MS = 10_000;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** As sendmail's `EX_TEMPFAIL`: it may be tried again later. */
const TIMED_OUT = 75;

/** A client, and what ends it before its time. */
interface CommandClient {
  readonly client: GatewayClient;
  readonly watch: GatewayWatch;
  /** Resolves when the client has ended. */
  readonly closed: Promise<void>;
  /** Resolves when `--timeout` is over. */
  readonly timedOut: Promise<void>;
}

function clientOf(args: ReturnType<typeof parse>): CommandClient {
  const token = args.one('--token') ?? process.env.DSTREAMS_TOKEN;
  const url = args.one('--url') ?? process.env.DSTREAMS_GATEWAY ?? 'ws://127.0.0.1:8090/';
  const timeoutMs = timeoutOf(args.one('--timeout'));
  let onClosed = (): void => {};
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  let onTimeout = (): void => {};
  const timedOut = new Promise<void>((resolve) => (onTimeout = resolve));
  const watch = new GatewayWatch({
    clock: new SystemClock(),
    timeoutMs,
    say: (text) => process.stderr.write(`${url}: ${text}\n`),
    onTimeout: (why) => {
      process.stderr.write(`TIMEOUT: ${why}\n`);
      onTimeout();
    },
  });
  const client = connect(url, {
    name: 'dstreams-cli',
    ...(token === undefined ? {} : { token }),
    onStatus: ({ state, reason }) => {
      const why = reason || 'not connected';
      const hint = /certificate/.test(why) ? ' (NODE_EXTRA_CA_CERTS=FILE names one to be trusted)' : '';
      if (state === 'waiting') watch.lost(`${why}${hint}`);
      else if (state === 'open') watch.opened();
      else if (state === 'closed') {
        watch.end();
        onClosed();
      }
    },
  });
  return { client, watch, closed, timedOut };
}

function timeoutOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^[\d.]+$/.test(text) && seconds > 0) return seconds * 1000;
  throw invalid(`--timeout is a number of seconds, as 30, not ${text}`);
}

/** What a gateway has refused is told by its code: where in the client that was, is nothing to a user of the command. */
function refused(error: unknown): number {
  if (!(error instanceof GatewayError)) throw error;
  const hint = error.code === 'NOT_DURABLE' ? ' (--ack memory)' : '';
  process.stderr.write(`${error.code}: ${error.message}${hint}\n`);
  return 1;
}

/** Publishes the lines of standard input: JSON values, or with `--text` the lines themselves. */
export async function publish(tokens: string[]): Promise<number> {
  const args = parse(tokens, ['--url', '--token', '--timeout', '--ack'], ['--text']);
  if (args.has('--help')) return print(PUBLISH_USAGE);
  const [stream] = args.rest;
  if (stream === undefined || args.rest.length > 1) throw invalid('publish needs one STREAM');
  const ack = args.one('--ack') ?? 'durable';
  if (ack !== 'durable' && ack !== 'memory') throw invalid('--ack is durable or memory');
  const signals: StopSignal[] = ['SIGINT', 'SIGTERM'];
  let stop = (_signal: StopSignal): void => {};
  // Once: the second one ends it at once.
  const signalled = new Promise<Stop>(
    (resolve) => (stop = (signal) => resolve({ code: EXIT_CODES[signal], waitMs: STOP_MS })),
  );
  const { client, watch, closed, timedOut } = clientOf(args);
  const isText = args.has('--text');
  for (const signal of signals) process.once(signal, stop);
  try {
    return await publishLines(process.stdin, client, {
      parse: isText ? (line) => line : parseLine,
      skipsEmpty: !isText,
      send: (values) => {
        watch.sent();
        return client.publish(stream, values, { ack }).finally(() => watch.answered());
      },
      stopped: Promise.race([signalled, timedOut.then((): Stop => ({ code: TIMED_OUT, waitMs: 0 }))]),
      closed,
      say: (text) => process.stderr.write(text),
    });
  } catch (error) {
    return refused(error);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}

function parseLine(line: string, number: number): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(`line ${number} is no JSON; with --text lines are published as they are`);
  }
  // Ids of 64 bits are such: another one must not stand for it.
  const bytes = Buffer.from(line);
  const [other] = finish(scanJson(bytes, NO_BOUNDS)).otherNumbers;
  if (other === undefined) return value;
  throw invalid(`line ${number}: ${otherNumberWords(textOf(bytes, other.from, other.end))}`);
}

/** The client knows those of its server. */
const NO_BOUNDS = { depthMax: Number.POSITIVE_INFINITY, itemsMax: Number.POSITIVE_INFINITY };

/** Prints the records of a stream's batches, a JSON value a line, until it is stopped. */
export async function subscribe(tokens: string[]): Promise<number> {
  const args = parse(tokens, ['--url', '--token', '--timeout', '--from', '--batches'], ['--json']);
  if (args.has('--help')) return print(SUBSCRIBE_USAGE);
  const [stream] = args.rest;
  if (stream === undefined || args.rest.length > 1) throw invalid('subscribe needs one STREAM');
  const from = fromOf(args.one('--from') ?? 'latest');
  let left = Number(args.one('--batches') ?? Number.POSITIVE_INFINITY);
  if (!(left > 0) || (Number.isFinite(left) && !Number.isSafeInteger(left))) {
    throw invalid('--batches is a whole number from 1');
  }
  const { client, timedOut } = clientOf(args);
  let code = 0;
  void timedOut.then(() => {
    code = TIMED_OUT;
    return client.close();
  });
  try {
    for await (const { batchTime, records, gap } of client.subscribe(stream, { from })) {
      if (gap !== undefined) process.stderr.write(`batches after ${gap.from} are lost (${gap.why})\n`);
      const wire = toWire(records, { isBinary: false }) as readonly unknown[];
      if (args.has('--json')) process.stdout.write(`${JSON.stringify({ batchTime, records: wire })}\n`);
      else for (const record of wire) process.stdout.write(`${JSON.stringify(record)}\n`);
      if (--left <= 0) break;
    }
    return code;
  } catch (error) {
    return refused(error);
  } finally {
    await client.close();
  }
}

function fromOf(text: string): From {
  if (text === 'latest' || text === 'earliest') return text;
  const match = /^(after:|batch:)?(\d+)$/.exec(text);
  if (match === null) throw invalid('--from is latest, earliest, after:MS or batch:MS');
  const ms = Number(match[2]);
  return match[1] === 'batch:' ? { batchTime: ms } : { after: ms };
}

/** Prints a token, signed with the secret of `--secret` or `DSTREAMS_SECRET`. */
export async function token(tokens: string[]): Promise<number> {
  const args = parse(tokens, ['--pub', '--sub', '--ttl', '--rate', '--name', '--secret']);
  if (args.has('--help')) return print(TOKEN_USAGE);
  if (args.rest.length > 0) throw invalid(`token takes options only, got ${args.rest[0]}`);
  const secret = args.one('--secret') ?? process.env.DSTREAMS_SECRET;
  if (secret === undefined) throw invalid('token needs the secret of the gateway: DSTREAMS_SECRET, or --secret');
  const ttl = args.one('--ttl');
  const rate = rateOf(args.one('--rate'));
  const name = args.one('--name');
  if (args.all('--pub').length + args.all('--sub').length === 0) {
    throw invalid('token needs the streams that it is for: --pub GLOB, --sub GLOB');
  }
  const claims = {
    pub: args.all('--pub'),
    sub: args.all('--sub'),
    ...(rate === undefined ? {} : { rate }),
    ...(name === undefined ? {} : { name }),
    ...(ttl === undefined ? {} : { exp: new SystemClock().now() + durationOf(ttl) }),
  };
  try {
    return print(`${createToken(secret, claims)}\n`);
  } catch (error) {
    throw isDStreamsError(error) ? invalid(error.message) : error;
  }
}

function durationOf(text: string): number {
  const match = /^(\d+)(s|m|h|d)$/.exec(text);
  if (match === null) throw invalid(`--ttl is a number with s, m, h or d, as 1h, not ${text}`);
  return Number(match[1]) * UNITS[match[2]!]!;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw invalid(`--rate is a number of records a second, not ${text}`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
