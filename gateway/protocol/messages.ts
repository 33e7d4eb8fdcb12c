import { z } from 'zod';
import { ERR_CODES, PUBERR_CODES, STREAM_NAME } from './codes.ts';

const id = z.union([z.string().max(128), z.number().int()]).describe('Chosen by the client; comes back in the answer.');
/** The id of a message, whatever else is wrong with it; undefined where it has none. */
export function messageIdOf(message: object): MessageId | undefined {
  const result = id.safeParse((message as { readonly id?: unknown }).id);
  return result.success ? result.data : undefined;
}

const stream = z.string().regex(STREAM_NAME);
const count = z.number().int().nonnegative();
const batchTime = z.number().int().describe('Milliseconds since the epoch: the name of a batch, for ever.');
const record = z
  .object({
    k: z.unknown().optional().describe('Key.'),
    v: z.unknown().describe('Value.'),
    ts: z.number().optional().describe('When it happened, ms since the epoch.'),
    h: z.record(z.string(), z.unknown()).optional().describe('Headers.'),
  })
  .describe('One record.');
/** Half of a surrogate pair, or what readers of UTF-8 put in the place of one. */
const NO_TEXT = /[\p{Surrogate}\ufffd]/u;
const credit = z.object({ records: count, bytes: count });

const message = <T extends string, S extends z.ZodRawShape>(t: T, shape: S) => z.object({ t: z.literal(t), ...shape });

/** What a client may send. Unknown fields are ignored. */
export const CLIENT_MESSAGES = {
  hello: message('hello', {
    v: z.number().int(),
    token: z.string().max(8192).optional().describe('A token, or a one-use ticket.'),
    client: z.object({ name: z.string().max(256), version: z.string().max(64).optional() }).optional(),
    producer: z
      .object({
        // The log has it as UTF-8, where half of a pair would come back as another character, and be another producer's.
        id: z
          .string()
          .min(1)
          .max(128)
          .refine((text) => !NO_TEXT.test(text), 'has half of a surrogate pair, or U+FFFD, which stands for one'),
      })
      .optional(),
  }),
  pub: message('pub', {
    id,
    stream,
    pe: count.optional().describe('Producer epoch, as welcome said it.'),
    seq: z.number().int().positive().optional().describe('Sequence number of the first record; the first ever is 1.'),
    records: z.array(record),
    ack: z.enum(['durable', 'memory']).optional().describe('Default durable.'),
  }),
  credit: message('credit', { sub: count, records: count, bytes: count }),
  sub: message('sub', {
    id,
    stream,
    from: z
      .union([
        z.literal('latest'),
        z.literal('earliest'),
        z.object({ batchTime }).describe('From this batch on.'),
        z.object({ after: batchTime }).describe('The batches after this one.'),
      ])
      .optional()
      .describe('Default latest.'),
    epoch: z.string().max(64).optional().describe('The epoch that the position belongs to.'),
    ack: z.enum(['auto', 'manual']).optional().describe('Default auto.'),
    credit: credit.optional().describe('Totals since the subscription began. Default: no limit.'),
  }),
  ack: message('ack', { sub: count, batchTime }),
  nack: message('nack', {
    sub: count,
    batchTime,
    delayMs: count.optional(),
    why: z.string().max(1024).optional(),
  }),
  unsub: message('unsub', { sub: count }),
  describe: message('describe', { id: id.optional() }),
  auth: message('auth', { token: z.string().max(8192) }),
  ping: message('ping', { id: id.optional() }),
  pong: message('pong', { id: id.optional() }),
} as const;

/** What the server sends. */
export const SERVER_MESSAGES = {
  welcome: message('welcome', {
    session: z.string(),
    epoch: z.string().describe('The incarnation of the log: positions of another one mean nothing.'),
    now: z.number(),
    limits: z.record(z.string(), z.unknown()),
    heartbeatMs: count,
    credit: credit.describe('Totals that may be published.'),
    producer: z
      .object({
        id: z.string(),
        epoch: count,
        last: z.record(z.string(), count).describe('By stream: the last sequence number that is safe.'),
        known: z.boolean().describe('false: this producer is new, or was forgotten.'),
      })
      .optional(),
  }),
  puback: message('puback', {
    id,
    stream,
    seq: count.optional().describe('Cumulative: the last sequence number that is safe.'),
    batchTime: batchTime.optional().describe('All up to seq are in this batch or an earlier one.'),
    dup: z.boolean().optional().describe('It was there already; nothing was stored again.'),
  }),
  puberr: message('puberr', {
    id,
    stream,
    code: z.enum(PUBERR_CODES),
    message: z.string(),
    expected: count.optional().describe('The sequence number that would be taken.'),
    bad: z
      .array(z.object({ index: count, path: z.string(), message: z.string() }))
      .max(10)
      .optional(),
    retryMs: count.optional(),
  }),
  credit: message('credit', {
    stream: stream.optional(),
    sub: count.optional(),
    records: count,
    bytes: count,
  }),
  subok: message('subok', {
    id,
    sub: count,
    epoch: z.string(),
    oldest: batchTime.optional().describe('The oldest batch that is kept.'),
    latest: batchTime.optional(),
    next: batchTime.optional().describe('The first batch that will come, where it is known already.'),
  }),
  batch: message('batch', {
    sub: count,
    batchTime,
    part: z.tuple([count, count]).describe('[i, n]: complete with i = n - 1.'),
    count: count.describe('Records of the whole batch.'),
    records: z.array(z.unknown()),
    redelivery: count
      .optional()
      .describe('In a batch that comes again: how many nacks of this subscription were heard so far.'),
  }),
  gap: message('gap', {
    sub: count,
    from: batchTime.describe('What lies after this batch time is missing.'),
    to: batchTime.describe('Where it goes on: this batch is not missing.'),
    why: z
      .enum(['retention', 'epoch', 'overload'])
      .describe('No longer kept, or failed; of another incarnation; evicted while this reader was too slow.'),
  }),
  described: message('described', {
    id: id.optional(),
    epoch: z.string(),
    streams: z.array(
      z.object({
        stream,
        direction: z.enum(['in', 'out']),
        schema: z.record(z.string(), z.unknown()).optional(),
        deadLetter: z.string().optional(),
        retention: z.object({ ms: count, bytes: count }).optional(),
      }),
    ),
  }),
  ping: message('ping', { id: id.optional() }),
  pong: message('pong', { id: id.optional(), now: z.number().optional() }),
  goaway: message('goaway', { retryMs: count, why: z.string() }),
  err: message('err', { id: id.optional(), code: z.enum(ERR_CODES), message: z.string(), fatal: z.boolean() }),
} as const;

export type ClientMessage<T extends keyof typeof CLIENT_MESSAGES> = z.infer<(typeof CLIENT_MESSAGES)[T]>;
export type ServerMessage<T extends keyof typeof SERVER_MESSAGES> = z.infer<(typeof SERVER_MESSAGES)[T]>;
export type AnyServerMessage = { [T in keyof typeof SERVER_MESSAGES]: ServerMessage<T> }[keyof typeof SERVER_MESSAGES];
export type MessageId = z.infer<typeof id>;

/** JSON Schemas of all messages, by file name: `client.pub.json`, `server.batch.json` … */
export function messageSchemas(): Record<string, object> {
  const schemas: Record<string, object> = {};
  for (const [from, messages] of [
    ['client', CLIENT_MESSAGES],
    ['server', SERVER_MESSAGES],
  ] as const) {
    for (const [t, schema] of Object.entries(messages)) {
      const text = z.toJSONSchema(schema, { io: from === 'client' ? 'input' : 'output' });
      // Unknown fields are ignored on both sides.
      schemas[`${from}.${t}.json`] = JSON.parse(JSON.stringify({ title: `${t} (${from})`, ...text }, dropClosed));
    }
  }
  return schemas;
}

const dropClosed = (key: string, value: unknown): unknown =>
  key === 'additionalProperties' && value === false ? undefined : value;
