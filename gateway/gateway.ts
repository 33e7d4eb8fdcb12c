import {
  DStreamsError,
  ENGINE,
  executorMode,
  OUTPUT,
  type BrandedOutput,
  type Receiver,
  type StreamEngine,
} from '../core/internal.ts';
import { Hub } from './hub.ts';
import type { ReceiverOptions } from './ingress/input-stream.ts';
import type { RecordWithMetadata } from './ingress/records.ts';
import { type GatewayOptions, resolveOptions } from './options.ts';
import { type ClaimsInput, createToken } from './rights/tokens.ts';
import { GatewayServer } from './server/gateway-server.ts';

/** A streaming context of either surface. */
export type GatewayContext = object;

/** A gateway of a context: makes its streams. */
export interface Gateway {
  /** The port that it listens on; before the start the one that was asked for. */
  readonly port: number;
  /**
   * A stream into the program, for `receiverStream` of either surface: records with key, time, headers and producer.
   * Throws `OPTIONS_INVALID` for a name that is taken or is none.
   */
  receiver<V = unknown>(
    name: string,
    options: ReceiverOptions<V> & { readonly withMetadata: true },
  ): Receiver<RecordWithMetadata<V>>;
  /** The same of records that are pairs: `[k, v]`, on the Java surface `Tuple2`. */
  receiver<V = unknown, K = unknown>(
    name: string,
    options: ReceiverOptions<V> & { readonly pairs: true },
  ): Receiver<[K, V]>;
  /** The same of the values alone. */
  receiver<V = unknown>(name: string, options?: ReceiverOptions<V>): Receiver<V>;
  /**
   * A stream out of the program, for `foreachRDD` of either surface: each batch under its batch time, once and in order,
   * empty ones too. Readers are told of a gap where a batch failed and a later one was published. Pairs go out as
   * `[key, value]`. Throws `OPTIONS_INVALID` for a name that is taken or is none.
   */
  publisher(name: string): (rdd: unknown, time: unknown) => Promise<void>;
  /** A token for a client of this gateway. Throws `OPTIONS_INVALID` where no secret is configured. */
  token(claims: ClaimsInput): string;
}

/**
 * Makes a gateway: other processes publish into streams of this program and receive its batches, over WebSocket. It
 * listens once the context has started, and stops with it; on executors it does nothing. Throws `OPTIONS_INVALID`,
 * `GATEWAY_NEEDS_TOKENS`, `GATEWAY_NEEDS_TLS`; `start()` fails with `GATEWAY_NEEDS_CHECKPOINT` or `GATEWAY_LISTEN_FAILED`.
 */
export function startGateway(ssc: GatewayContext, options: GatewayOptions = {}): Gateway {
  const engine = (ssc as { readonly [ENGINE]?: StreamEngine } | null)?.[ENGINE];
  if (engine === undefined) {
    throw new DStreamsError('OPTIONS_INVALID', 'startGateway(ssc): give it a StreamingContext of either surface.');
  }
  const hub = new Hub(resolveOptions(options));
  const server = new GatewayServer(hub);
  hub.listenBy(server);
  // Executors build the same graph, and serve nobody.
  if (!executorMode()) engine.addService(hub);
  return new HubGateway(hub, server);
}

class HubGateway implements Gateway {
  constructor(
    private readonly hub: Hub,
    private readonly server: GatewayServer,
  ) {}

  get port(): number {
    return this.server.port;
  }

  receiver(name: string, options: ReceiverOptions = {}): Receiver<never> {
    if (options.pairs && options.withMetadata) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `gateway.receiver(${JSON.stringify(name)}): pairs or withMetadata, not both.`,
      );
    }
    return this.hub.addInput(name, options).receiver();
  }

  publisher(name: string): (rdd: unknown, time: unknown) => Promise<void> {
    const sink = this.hub.addPublisher(name);
    const refuse = async (): Promise<void> => {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `gateway.publisher(${JSON.stringify(name)}) is to be given to foreachRDD as it is: stream.foreachRDD(gateway.publisher(…)).`,
      );
    };
    return Object.assign(refuse, { [OUTPUT]: sink } satisfies Pick<BrandedOutput, typeof OUTPUT>);
  }

  token(claims: ClaimsInput): string {
    const secret = this.hub.options.tokens?.secret;
    if (secret === undefined) {
      throw new DStreamsError('OPTIONS_INVALID', 'gateway.token: give startGateway { tokens: { secret } } first.');
    }
    return createToken(typeof secret === 'string' ? secret : secret[0]!, claims);
  }
}
