import type { SecureContextOptions } from 'node:tls';
import { z } from 'zod';
import { DStreamsError } from '../core/internal.ts';
import { secretSchema } from './rights/tokens.ts';

const whole = (min = 1) => z.number().int().min(min);
const MIB = 1024 * 1024;

/** Every limit, with its default. Times in ms, sizes in bytes. */
export const limitsSchema = z.strictObject({
  frameBytes: whole().default(MIB),
  recordBytes: whole().default(256 * 1024),
  messageBytes: whole().default(32 * 1024),
  recordsPerFrame: whole().default(10_000),
  depth: whole().max(1000).default(32),
  itemsPerFrame: whole().default(200_000),
  fragmentsPerMessage: whole().default(64),
  chunksBuffered: whole().default(1024),
  messageMs: whole().default(10_000),
  unackedFrames: whole().default(64),
  unackedBytes: whole().default(8 * MIB),
  unackedBytesProcess: whole().default(256 * MIB),
  creditRecords: whole().default(640_000),
  outgoingSoftBytes: whole().default(MIB),
  outgoingHardBytes: whole().default(8 * MIB),
  stalledMs: whole().default(10_000),
  connections: whole().default(10_000),
  connectionsPerAddress: whole().default(100),
  connectionsBeforeHello: whole().default(500),
  subscriptions: whole().default(64),
  headerBytes: whole().default(16 * 1024),
  upgradeMs: whole().default(5000),
  helloMs: whole().default(5000),
  helloBytes: whole().default(8 * 1024),
  heartbeatMs: whole().default(15_000),
  deadMs: whole().default(45_000),
  controlPerSecond: whole().default(100),
  producers: whole().default(100_000),
  retentionMs: whole().default(3_600_000),
  retentionBytes: whole().default(1024 * MIB),
  diskFreePercent: z.number().min(0).max(50).default(5),
});
/** What a gateway allows a client: sizes, counts and rates. */
export type GatewayLimits = z.output<typeof limitsSchema>;

const schema = z.strictObject({
  port: z.number().int().min(0).max(65_535).default(8090),
  host: z.string().min(1).default('127.0.0.1'),
  tokens: z.strictObject({ secret: z.union([secretSchema, z.array(secretSchema).min(1)]) }).optional(),
  tls: z.custom<SecureContextOptions>((value) => typeof value === 'object' && value !== null).optional(),
  allowPlain: z.boolean().default(false),
  origins: z.array(z.string().min(1)).default([]),
  durability: z.enum(['durable', 'memory']).default('durable'),
  // Filled by its own schema, so that each limit has its default.
  limits: limitsSchema.prefault({}),
});

/** What `startGateway` takes. */
export interface GatewayOptions {
  /** Default 8090; 0: a free one, see `gateway.port`. */
  readonly port?: number;
  /** Default 127.0.0.1. Any other than loopback needs `tokens`, and `tls` or `allowPlain`. */
  readonly host?: string;
  /**
   * Signs and checks tokens; the first secret signs, all check. Default: none, and everybody on this machine may do
   * everything.
   */
  readonly tokens?: { readonly secret: string | readonly string[] };
  /** Certificate and key, as Node's `https.createServer` takes them. Default: plain text. */
  readonly tls?: SecureContextOptions;
  /** Plain text off loopback: for a TLS proxy in front. Default false. */
  readonly allowPlain?: boolean;
  /** Web pages that may connect, as `https://shop.example`. Default: only pages of the same origin. */
  readonly origins?: readonly string[];
  /** `memory`: no checkpoint directory is needed, and nothing is promised across the end of the process. Default `durable`. */
  readonly durability?: 'durable' | 'memory';
  /** Any of the limits in docs/gateway.md, which has their defaults. */
  readonly limits?: Partial<GatewayLimits>;
}

export type ResolvedOptions = z.output<typeof schema>;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Throws `OPTIONS_INVALID`, `GATEWAY_NEEDS_TOKENS`, `GATEWAY_NEEDS_TLS`. */
export function resolveOptions(options: GatewayOptions): ResolvedOptions {
  const result = schema.safeParse(options);
  if (!result.success) {
    throw new DStreamsError('OPTIONS_INVALID', `startGateway: ${z.prettifyError(result.error)}`, {
      cause: result.error,
    });
  }
  const { host, tokens, tls, allowPlain, limits } = result.data;
  if (limits.outgoingSoftBytes > limits.outgoingHardBytes) {
    throw new DStreamsError('OPTIONS_INVALID', 'startGateway: limits.outgoingSoftBytes is above outgoingHardBytes');
  }
  if (!isLoopback(host)) {
    if (tokens === undefined) {
      throw new DStreamsError(
        'GATEWAY_NEEDS_TOKENS',
        `startGateway: without tokens the gateway binds to loopback only, not to ${host}. Give it { tokens: { secret } }.`,
      );
    }
    if (tls === undefined && !allowPlain) {
      throw new DStreamsError(
        'GATEWAY_NEEDS_TLS',
        `startGateway: off loopback (${host}) the gateway needs { tls: { cert, key } }, or { allowPlain: true } where a proxy does it.`,
      );
    }
  }
  return result.data;
}
