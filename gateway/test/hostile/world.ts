import type { Server } from 'node:http';
import { z } from 'zod';
import { MemoryDisk } from '../../../core/internal.ts';
import { createTestContext, type TestContext } from '../../../testing/index.ts';
import type { Hub } from '../../hub.ts';
import type { FrameCodec } from '../../protocol/codec.ts';
import { allows, type Claims } from '../../rights/tokens.ts';
import { GatewayServer } from '../../server/gateway-server.ts';
import { publisherOf, startHub } from '../hub.ts';
import type { Message } from './answers.ts';
import { Connection } from './connection.ts';

/** Small ones, so that all of them are met. */
export const FUZZ_LIMITS = {
  frameBytes: 20_000,
  recordBytes: 4000,
  recordsPerFrame: 50,
  depth: 12,
  itemsPerFrame: 2000,
  fragmentsPerMessage: 8,
  chunksBuffered: 64,
  messageMs: 2000,
  unackedFrames: 8,
  unackedBytes: 60_000,
  unackedBytesProcess: 400_000,
  creditRecords: 300,
  outgoingSoftBytes: 20_000,
  outgoingHardBytes: 200_000,
  stalledMs: 3000,
  controlPerSecond: 60,
  helloMs: 1000,
  heartbeatMs: 2000,
  deadMs: 6000,
  subscriptions: 4,
  producers: 40,
  connectionsPerAddress: 1000,
  retentionBytes: 200_000,
};

export const BATCH_MS = 500;
/** A frame that crosses the limit is still sent, and so is the goodbye. */
const OUTGOING_MAX = FUZZ_LIMITS.outgoingHardBytes + 2 * FUZZ_LIMITS.frameBytes;
/** Codes of this protocol, and of WebSocket. */
const CLOSES_MAX = 32;
const SECRET = 'a secret of the fuzzer';
const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];
const INPUTS = {
  in: {},
  typed: { schema: z.object({ n: z.number(), text: z.string().optional() }) },
  letters: { schema: z.number(), deadLetter: 'dead' },
  pairs: { pairs: true },
  full: { withMetadata: true },
} as const;

export interface WorldOptions {
  readonly isDurable: boolean;
  readonly hasTokens: boolean;
  /** The records of nearly all frames are read in steps. */
  readonly isStepped: boolean;
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A gateway in virtual time whose connections are memory. It throws when the gateway does what it never should. */
export class World {
  readonly hub: Hub;
  readonly t: TestContext;
  private server!: GatewayServer;
  /** How often each tag came out of the job. */
  readonly seen = new Map<string, number>();
  /** What the client of a tag may do at most, by its name. */
  readonly rights = new Map<string, Claims[]>();
  private recordCount = 0;
  private trouble: Error | undefined;
  private logged = 0;
  private timers = 0;
  readonly connections = new Set<Connection>();

  constructor(readonly options: WorldOptions) {
    const { isDurable, hasTokens, isStepped } = options;
    this.t = createTestContext({
      batchMs: BATCH_MS,
      ...(isDurable ? { checkpointDir: '/checkpoint', disk: new MemoryDisk({ now: () => 0 }) } : {}),
    });
    this.hub = startHub(
      this.t,
      {
        port: 0,
        durability: isDurable ? 'durable' : 'memory',
        limits: FUZZ_LIMITS,
        ...(hasTokens ? { tokens: { secret: SECRET } } : {}),
      },
      (hub) => (this.server = new GatewayServer(hub)),
    );
    if (isStepped) this.hub.stepSizes = { frame: 100, slice: 40 };
    for (const [name, settings] of Object.entries(INPUTS)) {
      const stream = this.t.ssc.receiverStream<unknown>(this.hub.addInput(name, settings).receiver());
      stream.foreachRDD(async (rdd) => this.look(name, await rdd.collect()));
      stream.foreachRDD(publisherOf(this.hub, `${name}-out`));
    }
  }

  static readonly secret = SECRET;

  async start(): Promise<void> {
    await this.t.start();
    this.timers = this.t.clock.timerCount;
  }

  private look(stream: string, records: readonly unknown[]): void {
    this.recordCount += records.length;
    for (const record of records) {
      if (hasForbiddenKey(record))
        this.trouble ??= new Error(`a record has a forbidden key: ${JSON.stringify(record)}`);
      const value = (record as { value?: unknown } | null)?.value ?? record;
      const text = Array.isArray(value) ? value[1] : value;
      if (typeof text !== 'string' || !text.startsWith('tag ')) continue;
      this.seen.set(text, (this.seen.get(text) ?? 0) + 1);
      const claims = this.rights.get(text.slice(4, text.indexOf('.')));
      // Bytes that change under way change names as well.
      if (claims === undefined || claims.some(({ pub }) => allows(pub, stream))) continue;
      this.trouble ??= new Error(`a record that nobody may publish to ${stream}: ${text}`);
    }
  }

  connect(codec: FrameCodec, onMessage: (message: Message) => void, isSilent = false): Connection {
    const connection = new Connection({ codec, isSilent, batchMs: BATCH_MS, onMessage });
    this.connections.add(connection);
    const { server } = this.server as unknown as { readonly server: Server };
    server.emit('connection', connection.socket);
    return connection;
  }

  /** Throws where a connection saw what it never should. `isOwn`: it may have closed by a code of its own. */
  checkConnection(connection: Connection, isOwn: boolean): void {
    connection.check(isOwn, OUTGOING_MAX);
  }

  /** How many connections ended by each code. */
  codes(): ReadonlyMap<number | string, number> {
    return this.hub.metrics.closes;
  }

  /** What must hold at any time. */
  check(): void {
    const { hub, t } = this;
    if (this.trouble !== undefined) throw this.trouble;
    const { entries } = t.log;
    if (entries.length < this.logged) this.logged = 0;
    for (; this.logged < entries.length; this.logged++) {
      const { level, message, error } = entries[this.logged]!;
      if (level === 'ERROR') throw new Error(`an error was logged: ${message}: ${String(error)}`, { cause: error });
    }
    if (t.failures.length > 0) throw new Error('a batch failed', { cause: t.failures[0]!.error });
    const { unackedBytesProcess, producers, retentionBytes } = hub.limits;
    if (hub.unackedBytes < 0 || hub.unackedBytes > unackedBytesProcess) {
      throw new Error(`${hub.unackedBytes} bytes are unacknowledged`);
    }
    if (hub.metrics.closes.size > CLOSES_MAX) throw new Error('codes of clients fill the metrics');
    if (hub.producers.size > producers) throw new Error(`${hub.producers.size} producers are remembered`);
    for (const { name, sizeBytes, oldestMs, latestMs } of hub.outputs.values()) {
      if (sizeBytes > retentionBytes && oldestMs !== latestMs) throw new Error(`${name} keeps ${sizeBytes} bytes`);
    }
  }

  /** What must hold once everybody has left. */
  async finish(): Promise<void> {
    const { hub, t } = this;
    for (const connection of this.connections) connection.leave();
    this.connections.clear();
    for (let i = 0; i < 4; i++) await turn();
    // Longer than any time-out of a connection.
    await t.run(20);
    if (hub.members.size > 0) throw new Error(`${hub.members.size} sessions of connections that are gone`);
    if (hub.speakers.size > 0) throw new Error(`${hub.speakers.size} producers are spoken for by nobody`);
    if (hub.unackedBytes !== 0) throw new Error(`${hub.unackedBytes} bytes are never acknowledged`);
    for (const { name, readers } of hub.outputs.values()) {
      if (readers.size > 0) throw new Error(`${readers.size} readers of ${name} are left`);
    }
    const taken = [...hub.inputs.values()].reduce((sum, { recordCount }) => sum + recordCount, 0);
    if (taken !== this.recordCount) throw new Error(`${taken} records were taken, ${this.recordCount} were in batches`);
    const timers = t.clock.timerCount;
    if (timers > this.timers) throw new Error(`${timers} timers are left of connections, ${this.timers} were there`);
    this.check();
  }

  async end(): Promise<void> {
    for (const connection of this.connections) connection.leave();
    await turn();
    await this.t.stop({ graceful: false });
  }
}

function hasForbiddenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, item]) => FORBIDDEN.includes(key) || hasForbiddenKey(item));
}
