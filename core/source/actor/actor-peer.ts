import type { Socket } from 'node:net';
import { type Codec, createCodec, createRegistry } from '../../data/index.ts';
import { DStreamsError, messageOf } from '../../errors.ts';
import { FrameCutter, frameOf } from '../frame-cutter.ts';
import { ActorRef, ActorSelection } from './actor-ref.ts';
import { actorUrl, parseActorUrl } from './actor-url.ts';

/** Bytes that the other side has not read yet; messages beyond it are lost, as messages to actors may be. */
const UNSENT_BYTES_MAX = 16 * 1024 * 1024;
/** Refs of the other side that are kept to be the same object each time; it may make up any number. */
const REFS_MAX = 10_000;

/** @internal What a connection asks of the system that it belongs to. */
export interface PeerOwner {
  readonly frameBytesMax: number;
  isLocal(ref: ActorRef): boolean;
  refAt(path: string): ActorRef;
  actorSelection(url: string): ActorRef;
  /** A promise: no more, please, until it resolves. */
  deliver(path: string, message: unknown, sender: ActorRef | undefined): Promise<void> | undefined;
  warn(text: string, error?: unknown): void;
}

/** A connection between two systems of actors: frames of `[path, message, sender]`, packed by our codec. */
export class ActorPeer {
  private readonly codec: Codec;
  private readonly cutter: FrameCutter;
  private readonly refs = new Map<string, ActorRef>();
  /** Those that this connection made: to the other side they are its own. */
  private readonly remote = new WeakSet<ActorRef>();
  private hasDropped = false;

  constructor(
    private readonly socket: Socket,
    private readonly owner: PeerOwner,
    /** Where the other side is, as it is seen from here. */
    private readonly address: { readonly host: string; readonly port: number },
  ) {
    const registry = createRegistry();
    const decode = (data: unknown) => this.refOf(data);
    registry.register(ActorRef, { name: 'dstreams.ActorRef', encode: (ref) => this.dataOf(ref), decode });
    registry.register(ActorSelection, {
      name: 'dstreams.ActorSelection',
      encode: (ref) => ['other', ref.path],
      decode: decode as (data: unknown) => ActorSelection,
    });
    this.codec = createCodec(registry);
    this.cutter = new FrameCutter(owner.frameBytesMax);
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
  }

  /** Throws `RECORD_NOT_SERIALIZABLE`, and `FRAME_INVALID` for what the other side would not take. */
  send(path: string, message: unknown, sender: ActorRef | undefined): void {
    const bytes = this.codec.encodeValue([path, message, sender ?? null], `a message to ${path}`);
    if (bytes.length > this.owner.frameBytesMax) {
      throw new DStreamsError(
        'FRAME_INVALID',
        `a message to ${path} has ${bytes.length} bytes, at most ${this.owner.frameBytesMax} are sent (dstreams.source.frameBytesMax).`,
      );
    }
    if (this.socket.writableLength > UNSENT_BYTES_MAX) {
      if (!this.hasDropped) this.owner.warn(`${this.label} does not read; messages to it are lost`);
      this.hasDropped = true;
      return;
    }
    this.hasDropped = false;
    this.socket.write(frameOf(bytes));
  }

  private get label(): string {
    return `${this.address.host}:${this.address.port}`;
  }

  private receive(bytes: Uint8Array): void {
    const waits: Promise<void>[] = [];
    try {
      this.cutter.push(bytes, (frame) => {
        const wait = this.message(frame);
        if (wait !== undefined) waits.push(wait);
      });
    } catch (error) {
      this.owner.warn(`${this.label} does not send messages of actors; the connection is closed`, error);
      this.socket.destroy();
      return;
    }
    if (waits.length === 0) return;
    this.socket.pause();
    void Promise.all(waits).then(() => this.socket.resume());
  }

  private message(frame: Uint8Array): Promise<void> | undefined {
    let parts: unknown;
    try {
      parts = this.codec.decodeValue(frame);
    } catch (error) {
      this.owner.warn(`a message from ${this.label} was dropped: ${messageOf(error)}`, error);
      return undefined;
    }
    const [path, message, sender] = Array.isArray(parts) ? (parts as unknown[]) : [];
    if (typeof path === 'string') {
      return this.owner.deliver(path, message, sender instanceof ActorRef ? sender : undefined);
    }
    this.owner.warn(`a message from ${this.label} was dropped: it is for nobody`);
    return undefined;
  }

  private dataOf(ref: ActorRef): [whose: string, path: string] {
    if (this.owner.isLocal(ref)) return ['mine', ref.path];
    return [this.remote.has(ref) ? 'yours' : 'other', ref.path];
  }

  private refOf(data: unknown): ActorRef {
    const [whose, path] = Array.isArray(data) ? (data as unknown[]) : [];
    if (typeof path !== 'string') throw new DStreamsError('RECORD_CORRUPT', 'a ref to an actor has no path');
    const url = parseActorUrl(path);
    if (whose === 'yours') return this.owner.refAt(url.path);
    return whose === 'mine' ? this.remoteRef(url.system, url.path) : this.owner.actorSelection(path);
  }

  /** Answers go the way that the question came: the other side need not listen. */
  private remoteRef(system: string, path: string): ActorRef {
    const url = actorUrl({ system, address: this.address, path });
    const known = this.refs.get(url);
    if (known !== undefined) return known;
    const ref = new ActorRef(url, (message, sender) => this.send(path, message, sender));
    if (this.refs.size >= REFS_MAX) this.refs.clear();
    this.refs.set(url, ref);
    this.remote.add(ref);
    return ref;
  }
}
