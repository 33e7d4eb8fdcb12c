import { createInterface, type Interface } from 'node:readline';
import { isDStreamsError } from '../../core/errors.ts';
import { connect, type From, type GatewayClient, GatewayError } from '../../gateway/clients/js/node.ts';
import { createToken } from '../../gateway/index.ts';
import { toWire } from '../../gateway/protocol/values.ts';
import { SystemClock } from '../../core/time/index.ts';
import { invalid } from './arguments.ts';
import { parse } from './parse-options.ts';
import { PUBLISH_USAGE, SUBSCRIBE_USAGE, TOKEN_USAGE } from './usage.ts';

/** Lines that are published in one frame at most. */
const LINES_MAX = 500;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const urlOf = (given: readonly string[]): string => given[0] ?? process.env.DSTREAMS_GATEWAY ?? 'ws://127.0.0.1:8090/';

function clientOf(args: ReturnType<typeof parse>, onClosed = () => {}): GatewayClient {
  const token = args.all('--token')[0] ?? process.env.DSTREAMS_TOKEN;
  const url = urlOf(args.all('--url'));
  return connect(url, {
    name: 'dstreams-cli',
    ...(token === undefined ? {} : { token }),
    onStatus: ({ state, reason }) => {
      if (state === 'waiting') process.stderr.write(`${url}: ${reason || 'not connected'}; trying again\n`);
      else if (state === 'closed') onClosed();
    },
  });
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
  const args = parse(tokens, ['--url', '--token', '--ack'], ['--text']);
  if (args.has('--help')) return print(PUBLISH_USAGE);
  const [stream] = args.rest;
  if (stream === undefined || args.rest.length > 1) throw invalid('publish needs one STREAM');
  const ack = args.all('--ack')[0] ?? 'durable';
  if (ack !== 'durable' && ack !== 'memory') throw invalid('--ack is durable or memory');
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    await publishLines(
      lines,
      clientOf(args, () => lines.close()),
      {
        parse: args.has('--text') ? (line) => line : parseLine,
        send: (client, values) => client.publish(stream, values, { ack }),
      },
    );
    return 0;
  } catch (error) {
    return refused(error);
  }
}

interface Publishing {
  readonly parse: (line: string, number: number) => unknown;
  readonly send: (client: GatewayClient, values: unknown[]) => Promise<unknown>;
}

/**
 * Resolves when all lines are acknowledged. The first that cannot be parsed or is refused ends the reading, also of a terminal
 * that waits for more; what stands before it is published.
 */
async function publishLines(lines: Interface, client: GatewayClient, { parse, send }: Publishing): Promise<void> {
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    lines.close();
  };
  let values: unknown[] = [];
  let numbers: number[] = [];
  let number = 0;
  let lastSent: Promise<unknown> = Promise.resolve();
  let isSoon = false;
  const flush = () => {
    const sent = numbers;
    if (values.length > 0) lastSent = send(client, values).catch((error) => fail(atLines(error, sent)));
    values = [];
    numbers = [];
  };
  try {
    // Rejects at once where the client has failed already: lines that are closed before they are read would never end.
    await client.ready();
    for await (const line of lines) {
      number++;
      if (failure !== undefined) break;
      if (line === '') continue;
      values.push(parse(line, number));
      numbers.push(number);
      if (values.length >= LINES_MAX) {
        flush();
        await client.ready();
      }
      // Lines that come slowly, as by hand, do not wait for others.
      if (isSoon) continue;
      isSoon = true;
      void new SystemClock().yield().then(() => {
        isSoon = false;
        flush();
      });
    }
    // Its failure, where it has ended the reading.
    await client.ready();
  } catch (error) {
    fail(error);
  }
  flush();
  await lastSent;
  await client.close();
  if (failure !== undefined) throw failure;
}

/** The same error, with the line of each record that was refused. */
function atLines(error: unknown, numbers: readonly number[]): unknown {
  if (!(error instanceof GatewayError) || error.bad === undefined) return error;
  const lines = error.bad.map(
    ({ index, path, message }) => `line ${numbers[index]}: ${path === '' ? '' : `${path}: `}${message}`,
  );
  return new GatewayError(error.code, [error.message, ...lines].join('\n'));
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw invalid(`line ${number} is no JSON; with --text lines are published as they are`);
  }
}

/** Prints the records of a stream's batches, a JSON value a line, until it is stopped. */
export async function subscribe(tokens: string[]): Promise<number> {
  const args = parse(tokens, ['--url', '--token', '--from', '--batches'], ['--json']);
  if (args.has('--help')) return print(SUBSCRIBE_USAGE);
  const [stream] = args.rest;
  if (stream === undefined || args.rest.length > 1) throw invalid('subscribe needs one STREAM');
  const from = fromOf(args.all('--from')[0] ?? 'latest');
  let left = Number(args.all('--batches')[0] ?? Number.POSITIVE_INFINITY);
  if (!(left > 0)) throw invalid('--batches is a number from 1');
  const client = clientOf(args);
  try {
    for await (const { batchTime, records, gap } of client.subscribe(stream, { from })) {
      if (gap !== undefined) process.stderr.write(`batches after ${gap.from} are lost (${gap.why})\n`);
      const wire = toWire(records, { isBinary: false }) as readonly unknown[];
      if (args.has('--json')) process.stdout.write(`${JSON.stringify({ batchTime, records: wire })}\n`);
      else for (const record of wire) process.stdout.write(`${JSON.stringify(record)}\n`);
      if (--left <= 0) break;
    }
    return 0;
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
  const secret = args.all('--secret')[0] ?? process.env.DSTREAMS_SECRET;
  if (secret === undefined) throw invalid('token needs the secret of the gateway: DSTREAMS_SECRET, or --secret');
  const ttl = args.all('--ttl')[0];
  const [rate] = args.all('--rate').map(rateOf);
  const [name] = args.all('--name');
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

function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0) return rate;
  throw invalid(`--rate is a number of records a second, not ${text}`);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
