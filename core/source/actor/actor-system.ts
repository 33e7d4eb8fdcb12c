import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { DStreamsError, messageOf } from '../../errors.ts';
import { log } from '../../metrics/index.ts';
import { type Clock, SystemClock } from '../../time/index.ts';
import type { Props } from './actor.ts';
import { ActorCell, type ActorCellOptions } from './actor-cell.ts';
import { ActorPeer, type PeerOwner } from './actor-peer.ts';
import { ActorRef, ActorSelection } from './actor-ref.ts';
import { actorUrl, parseActorUrl } from './actor-url.ts';
import { ReceiverSupervisorStrategy } from './strategy.ts';

/** Messages that an actor has not looked at; who sends more over a connection is made to wait. */
const MAILBOX_MAX = 1000;
/** How long the other side may take to end its half of a connection. */
const CLOSE_WAIT_MS = 1000;
const FRAME_BYTES_MAX = 64 * 1024 * 1024;

/** Of an actor system: where it listens, its limits, whom it tells of losses. */
export interface ActorSystemOptions {
  /** The address on which it listens. Default `127.0.0.1`. */
  readonly host?: string;
  /** The port on which it listens; 0: any free one. Default: it does not listen. */
  readonly port?: number;
  /** What its time-outs go by. Default: the system's clock. */
  readonly clock?: Clock;
  /** The longest message that it takes, in bytes. Default 64 MiB. */
  readonly frameBytesMax?: number;
  /** Told of what goes wrong. Default: the log. */
  readonly warn?: (text: string, error?: unknown) => void;
  /**
   * Told that a connection to another system was refused, lost or ended, so that what was sent may have been lost.
   * Default: the log warns.
   */
  readonly onLost?: (text: string, error?: Error) => void;
}

type CellHooks = Partial<Pick<ActorCellOptions, 'prepare' | 'settled' | 'onEscalate' | 'strategy'>> & {
  readonly onFailed?: () => void;
};

/**
 * Actors of one process, and their connections to others: a small stand-in for Akka. What it speaks is its own: frames of a length and of
 * `[path, message, sender]` as our codec packs it; classes of messages need `registerClass` on both sides.
 */
export class ActorSystem implements PeerOwner {
  /** @internal */
  readonly frameBytesMax: number;
  private readonly cells = new Map<string, ActorCell>();
  private readonly locals = new Map<string, ActorRef>();
  private readonly sockets = new Set<Socket>();
  private readonly peers = new Map<string, ActorPeer>();
  private readonly clock: Clock;
  private server: Server | undefined;
  private address: { host: string; port: number } | undefined;
  private names = 0;
  private terminating: Promise<void> | undefined;
  private resolveTerminated!: () => void;
  private readonly terminated = new Promise<void>((resolve) => {
    this.resolveTerminated = resolve;
  });

  /** A system that does not listen: see `create`. */
  constructor(
    /** The name that stands in the URLs of its actors. */
    readonly name: string,
    private readonly options: ActorSystemOptions = {},
  ) {
    this.clock = options.clock ?? new SystemClock();
    this.frameBytesMax = options.frameBytesMax ?? FRAME_BYTES_MAX;
  }

  /** Resolves when it listens, if it is to. Rejects with what listening fails with. */
  static async create(name: string, options: ActorSystemOptions = {}): Promise<ActorSystem> {
    const system = new ActorSystem(name, options);
    if (options.port !== undefined) await system.listen(options.host ?? '127.0.0.1', options.port);
    return system;
  }

  /** The port on which it listens. */
  get port(): number | undefined {
    return this.address?.port;
  }

  /** Makes an actor, `/user/name`. Throws `OPTIONS_INVALID` for a name that is taken. */
  actorOf(props: Props, name?: string): ActorRef {
    return this.actorBelow('/user', props, name);
  }

  /** @internal As `actorOf`, below an actor that is there. */
  actorBelow(parent: string, props: Props, name?: string, hooks: CellHooks = {}): ActorRef {
    const path = `${parent}/${name ?? `$${this.names++}`}`;
    if (this.cells.has(path) || !/^[\w$.-]+$/.test(path.slice(parent.length + 1))) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `an actor cannot be called ${path}: taken, or not letters, digits, $, ., - and _.`,
      );
    }
    const self = new ActorRef(actorUrl({ system: this.name, address: this.address, path }), (message, sender) =>
      this.deliver(path, message, sender),
    );
    const onFailure = (error: unknown, what: string) => {
      hooks.onFailed?.();
      this.warn(`${self}: ${messageOf(error)} (${what})`, error);
    };
    this.locals.set(path, self);
    const cell = new ActorCell({
      props,
      clock: this.clock,
      strategy: ReceiverSupervisorStrategy.defaultStrategy,
      onEscalate: (error) => onFailure(error, 'it is stopped'),
      ...hooks,
      onFailure,
      context: {
        self,
        parent: this.locals.get(parent),
        actorSelection: (url) => this.actorSelection(url),
        actorOf: (child, childName) => this.actorBelow(path, child, childName, hooks),
        stop: (ref) => void this.stop(ref),
      },
    });
    this.cells.set(path, cell);
    return self;
  }

  /** An actor by its URL, of this system or of another. Throws `OPTIONS_INVALID` for what is no such URL. */
  actorSelection(url: string): ActorSelection {
    const { address, path } = parseActorUrl(url);
    if (address === undefined) return new ActorSelection(url, (message, sender) => this.deliver(path, message, sender));
    return new ActorSelection(url, (message, sender) => this.peerAt(address).send(path, message, sender));
  }

  /** Actors below it end with it, first. */
  async stop(ref: ActorRef): Promise<void> {
    const { path } = parseActorUrl(ref.path);
    for (const [other, cell] of [...this.cells].reverse()) {
      if (other !== path && !other.startsWith(`${path}/`)) continue;
      this.cells.delete(other);
      this.locals.delete(other);
      await cell.stop();
    }
  }

  /** Ends all actors, sends what they sent in `postStop`, and closes all connections. Idempotent. */
  terminate(): Promise<void> {
    this.terminating ??= this.end();
    return this.terminating;
  }

  /** Resolves when it has been terminated. */
  awaitTermination(): Promise<void> {
    return this.terminated;
  }

  // --- for its connections ---

  /** @internal */
  isLocal(ref: ActorRef): boolean {
    return this.locals.get(parseActorUrl(ref.path).path) === ref;
  }

  /** @internal */
  refAt(path: string): ActorRef {
    return this.locals.get(path) ?? this.actorSelection(path);
  }

  /** @internal */
  deliver(path: string, message: unknown, sender: ActorRef | undefined): Promise<void> | undefined {
    const cell = this.cells.get(path);
    if (cell === undefined) {
      if (this.terminating === undefined) this.warn(`a message for ${path} was dropped: there is no such actor`);
      return undefined;
    }
    cell.deliver(message, sender);
    return cell.waitingCount > MAILBOX_MAX ? cell.idle() : undefined;
  }

  /** @internal */
  warn(text: string, error?: unknown): void {
    if (this.options.warn !== undefined) this.options.warn(text, error);
    else log.warn('ActorSystem', text, error);
  }

  private peerAt(address: { readonly host: string; readonly port: number }): ActorPeer {
    const key = `${address.host}:${address.port}`;
    const known = this.peers.get(key);
    if (known !== undefined) return known;
    let failure: Error | undefined;
    const socket = connect({ ...address, keepAlive: true });
    const peer = new ActorPeer(this.adopt(socket), this, address);
    this.peers.set(key, peer);
    socket.on('error', (error) => {
      failure = error;
    });
    socket.on('close', () => {
      this.peers.delete(key);
      if (this.terminating !== undefined) return;
      const text = `the connection to the actors at ${key} ${failure === undefined ? 'has ended' : `failed: ${messageOf(failure)}`}`;
      if (this.options.onLost === undefined) this.warn(text);
      else this.options.onLost(text, failure);
    });
    return peer;
  }

  private adopt(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
    return socket;
  }

  private listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const server = createServer((socket) => {
        const address = { host: socket.remoteAddress ?? 'unknown', port: socket.remotePort ?? 0 };
        new ActorPeer(this.adopt(socket), this, address);
      });
      this.server = server;
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', (error) => this.warn(`listening failed: ${messageOf(error)}`, error));
        this.address = { host, port: (server.address() as AddressInfo).port };
        resolve();
      });
    });
  }

  private async end(): Promise<void> {
    for (const cell of [...this.cells.values()].reverse()) await cell.stop();
    this.cells.clear();
    this.locals.clear();
    this.server?.close();
    await Promise.all([...this.sockets].map((socket) => this.close(socket)));
    this.resolveTerminated();
  }

  private close(socket: Socket): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(this.clock.now() + CLOSE_WAIT_MS, () => socket.destroy());
      socket.once('close', () => {
        timer.cancel();
        resolve();
      });
      if (socket.connecting) socket.destroy();
      else socket.resume().end();
    });
  }
}
