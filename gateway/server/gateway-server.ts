import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { DStreamsError, messageOf, type ServiceHost, type Timer } from '../../core/internal.ts';
import type { Hub, Listener } from '../hub.ts';
import { isLoopback } from '../options.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import { CLOSE, SUBPROTOCOL_JSON, SUBPROTOCOL_MSGPACK } from '../protocol/codes.ts';
import { originProblem } from '../rights/origin.ts';
import { boundLastBytes } from './last-bytes.ts';
import type { Link } from './link.ts';
import { Pages } from './pages.ts';
import { paceHandshakes } from './handshakes.ts';
import { Inbox } from './inbox.ts';
import { feedAsIs, feedInPieces } from './pieces.ts';
import { isPartial } from './reception.ts';
import { RefusedPages } from './refused-pages.ts';
import { Session } from './session.ts';
import { StatusFeed } from './status-feed.ts';
import { Turns } from './turns.ts';
import { WsLink } from './ws-link.ts';

/** What a peer gets for the goodbye before it is cut off, ms. */
const CLOSE_WAIT_MS = 2000;
const SWEEP_MS = 1000;
/** Requests for pages of one connection that are not answered: nobody sends so many without waiting. */
const PIPELINED_MAX = 8;
/** Nothing here needs a body. */
const BODY_BYTES_MAX = 8192;
/** Node begins all requests of what it reads at once, 64 KiB, before anything can stop it: it is given less. */
const HTTP_PIECE_BYTES = 1024;
const CODECS: readonly FrameCodec[] = [JSON_CODEC, MSGPACK_CODEC];

/**
 * Closes by this protocol's codes where the library has general ones: a message too large (1009), too many pieces (1008). A
 * code that the peer has closed with comes with a reason, if an empty one, and goes back as it is.
 */
class GatewaySocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (reason !== undefined) super.close(code, reason);
    else if (code === 1009) super.close(CLOSE.limit, 'the frame is too large');
    else if (code === 1008) super.close(CLOSE.limit, 'too many fragments');
    else super.close(code);
  }
}

/** What a connection needs of a session: where its frames go. */
export type FrameSink = Pick<Session, 'receive' | 'pinged' | 'drained' | 'leave' | 'end'>;

interface Connection {
  readonly ws: WebSocket;
  readonly session: FrameSink;
  readonly address: string;
  messages: number;
  partial: { readonly messages: number; readonly sinceMs: number } | undefined;
}

/** HTTP and WebSocket: decides who gets a session, and carries its frames. */
export class GatewayServer implements Listener {
  private server: Server | undefined;
  private sockets: WebSocketServer | undefined;
  private readonly connections = new Set<Connection>();
  private readonly byAddress = new Map<string, number>();
  /** All TCP connections, also those of plain HTTP: whoever asks for a page now and then would keep them for ever. */
  private readonly socketsByAddress = new Map<string, number>();
  /** Browsers open some in advance. To Node they are not idle before their first request. With what ends their silence. */
  private readonly silent = new Map<Socket, () => void>();
  /** By connection, requests for pages. */
  private readonly unanswered = new WeakMap<Socket, number>();
  private readonly turns: Turns;
  private sweeper: Timer | undefined;
  private feed: StatusFeed | undefined;
  private pages: Pages | undefined;
  private readonly refusedPages = new RefusedPages();

  constructor(
    private readonly hub: Hub,
    private readonly makeSession: (link: Link, codec: FrameCodec) => FrameSink = (link, codec) =>
      new Session(hub, link, codec),
  ) {
    this.turns = new Turns(() => hub.clock);
  }

  get port(): number {
    const address = this.server?.address() as AddressInfo | null | undefined;
    return address?.port ?? this.hub.options.port;
  }

  async open(host: ServiceHost): Promise<void> {
    const { hub } = this;
    const { limits, tls, host: hostName, port, tokens } = hub.options;
    const checkMs = Math.max(100, Math.min(500, limits.upgradeMs / 4));
    const settings = {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.upgradeMs,
      requestTimeout: limits.upgradeMs,
      connectionsCheckingInterval: checkMs,
      keepAliveTimeout: limits.upgradeMs,
    };
    const answer = (request: IncomingMessage, response: ServerResponse) => this.answer(request, response);
    const server =
      tls === undefined
        ? createServer(settings, answer)
        : createTlsServer({ ...settings, handshakeTimeout: limits.upgradeMs, ...tls }, answer);
    this.server = server;
    // An answer that nobody reads, too: of a WebSocket, the session looks after that. A request that is not complete is told
    // so first.
    server.timeout = limits.upgradeMs + 2 * checkMs;
    // Node leaves out those beyond 2,000 without a word, the origin among them: the bytes of them are bounded.
    server.maxHeadersCount = 0;
    server.maxConnections = limits.connections + limits.connectionsBeforeHello;
    this.pages = new Pages(hub, () => this.gauges());
    const sockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.frameBytes,
      maxFragments: limits.fragmentsPerMessage,
      maxBufferedChunks: limits.chunksBuffered,
      // A flood of pings is the session's to end, with a code.
      maxPendingAutoPongs: 0,
      perMessageDeflate: false,
      clientTracking: false,
      WebSocket: GatewaySocket,
      closeTimeout: CLOSE_WAIT_MS,
      handleProtocols: (offered: Set<string>) => codecOf(offered)?.subprotocol ?? false,
    } as ConstructorParameters<typeof WebSocketServer>[0]);
    this.sockets = sockets;
    server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    if (tls !== undefined) {
      paceHandshakes(
        server,
        (begin) => this.turns.soon(begin),
        (socket) => this.admit(socket),
      );
    } else server.on('connection', (socket) => this.admit(socket));
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      feedInPieces(socket, () => HTTP_PIECE_BYTES);
      // Half of a handshake is no word yet, and whoever has agreed on TLS may be silent, too. Node's parser takes bytes from the
      // network itself, past these pieces, until somebody listens for them as here.
      socket.once('data', () => this.silent.get(tcpOf(socket))?.());
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      hub.metrics.counters.add('refused_upgrades');
      // Before TLS is agreed on there is nothing to say it in.
      const isAgreed = (socket as { readonly secureConnecting?: boolean }).secureConnecting !== true;
      if (!socket.writable || !isAgreed) socket.destroy();
      else if (error.code === 'HPE_HEADER_OVERFLOW') refuseUpgrade(socket, 431, 'The request headers are too large.');
      else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuseUpgrade(socket, 408, 'The request took too long.');
      else refuseUpgrade(socket, 400, 'This is no HTTP request.');
    });
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) =>
        reject(
          new DStreamsError(
            'GATEWAY_LISTEN_FAILED',
            `The gateway cannot listen on ${hostName}:${port}: ${messageOf(error)}. ` +
              (error.code === 'EADDRINUSE'
                ? 'Another program does: stop it, or give startGateway another port.'
                : 'Check host and port of startGateway.'),
            { cause: error },
          ),
        );
      server.once('error', failed);
      server.listen(port, hostName, () => {
        server.off('error', failed);
        server.on('error', (error) => hub.logger.error('Gateway', 'The server failed', error));
        resolve();
      });
    });
    this.feed = new StatusFeed(hub, () => this.connections.size);
    this.feed.start();
    this.sweep();
    const scheme = tls === undefined ? 'ws' : 'wss';
    const rights = tokens === undefined ? ' (no tokens: this machine only, and everybody on it)' : '';
    host.logger.info('Gateway', `Gateway listens on ${scheme}://${hostName}:${this.port}/${rights}`);
  }

  /** Sessions have been told. Resolves when the port is free. */
  async close(): Promise<void> {
    this.sweeper?.cancel();
    this.feed?.stop();
    const { server } = this;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const { clock } = this.hub;
    const cut = clock.setTimer(clock.now() + CLOSE_WAIT_MS, () => {
      for (const { ws } of this.connections) ws.terminate();
      server.closeAllConnections();
    });
    server.closeIdleConnections();
    for (const socket of this.silent.keys()) socket.destroy();
    this.sockets?.close();
    await closed;
    cut.cancel();
  }

  private admit(socket: Socket): void {
    const { limits, metrics } = this.hub;
    const address = socket.remoteAddress ?? '';
    // Room for a clear refusal of the WebSockets beyond the limit of an address, and for pages.
    if (countOne(this.socketsByAddress, address, 1) > limits.connectionsPerAddress + limits.connectionsBeforeHello) {
      metrics.counters.add('refused_upgrades');
      socket.destroy();
    }
    socket.once('close', () => countOne(this.socketsByAddress, address, -1));
    socket.on('error', () => {}); // 'close' follows.
    if (!socket.destroyed) this.expectWords(socket);
  }

  /** A connection that says nothing at all: Node's own time-outs begin with the first byte. */
  private expectWords(socket: Socket): void {
    const { clock, limits } = this.hub;
    const timer = clock.setTimer(clock.now() + limits.upgradeMs, () => {
      if (socket.bytesRead === 0) socket.destroy();
    });
    const heard = () => {
      timer.cancel();
      this.silent.delete(socket);
    };
    this.silent.set(socket, heard);
    socket.once('close', heard);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // The rest of what it sent before it was cut off.
    if (socket.destroyed) return;
    const waiting = (this.unanswered.get(socket) ?? 0) + 1;
    if (waiting > PIPELINED_MAX) {
      socket.destroy();
      return;
    }
    this.unanswered.set(socket, waiting);
    response.once('close', () => this.unanswered.set(socket, this.unanswered.get(socket)! - 1));
    let bodyBytes = 0;
    request.on('data', (bytes: Buffer) => {
      bodyBytes += bytes.length;
      if (bodyBytes > BODY_BYTES_MAX) socket.destroy();
    });
    const problem = this.pageProblem(request);
    if (problem !== undefined) {
      response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(`${problem}\n`);
      return;
    }
    this.pages!.answer(request, response);
  }

  private pageProblem({ headers }: IncomingMessage): string | undefined {
    const { origins, host } = this.hub.options;
    return originProblem(headers.origin, headers.host, origins, isLoopback(host));
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { hub, sockets } = this;
    feedAsIs(socket);
    // Nobody who waits for no answer knows what the bytes of the WebSocket are: those answers come among them.
    if ((this.unanswered.get(request.socket) ?? 0) > 0) {
      socket.destroy();
      return;
    }
    const refuse = (status: number, text: string) => {
      hub.metrics.counters.add('refused_upgrades');
      refuseUpgrade(socket, status, text);
    };
    const offered = new Set(
      String(request.headers['sec-websocket-protocol'] ?? '')
        .split(',')
        .map((name) => name.trim()),
    );
    const codec = codecOf(offered);
    const problem = this.pageProblem(request);
    if (problem !== undefined) {
      this.refusedPages.tell(hub.logger, problem);
      return refuse(403, problem);
    }
    if (codec === undefined) {
      return refuse(
        400,
        `Offer the subprotocol ${SUBPROTOCOL_JSON} (text) or ${SUBPROTOCOL_MSGPACK} (binary) in Sec-WebSocket-Protocol. ` +
          `By hand: npx wscat -s ${SUBPROTOCOL_JSON} -c ws://HOST:PORT/ and then {"t":"hello","v":1}`,
      );
    }
    socket.on('error', () => {}); // 'close' follows.
    this.turns.soon(() => {
      if (socket.destroyed) return;
      if (hub.isGoing) return refuse(503, 'The application stops. Try again in a moment.');
      if (hub.beforeHello >= hub.limits.connectionsBeforeHello) {
        return refuse(503, 'Too many connections have not said hello. Try again in a moment.');
      }
      sockets!.handleUpgrade(request, socket, head, (ws) => this.connected(ws, request, codec));
    });
  }

  private connected(ws: WebSocket, request: IncomingMessage, codec: FrameCodec): void {
    const { hub } = this;
    const socket = request.socket;
    const address = socket.remoteAddress ?? '';
    ws.on('error', () => {}); // 'close' follows, with the code.
    boundLastBytes(ws, socket, hub.limits.unackedBytes);
    const ofAddress = this.byAddress.get(address) ?? 0;
    const { connections, connectionsPerAddress } = hub.limits;
    if (this.connections.size >= connections || ofAddress >= connectionsPerAddress) {
      hub.metrics.closed(CLOSE.overloaded);
      ws.close(CLOSE.overloaded, 'too many connections');
      return;
    }
    socket.setNoDelay(true);
    const link = new WsLink(ws, request, () => connection.session.drained());
    const connection: Connection = {
      ws,
      session: this.makeSession(link, codec),
      address,
      messages: 0,
      partial: undefined,
    };
    this.connections.add(connection);
    const inbox = new Inbox(this.turns.share(ws, socket));
    countOne(this.byAddress, address, 1);
    ws.on('message', (data, isBinary) => {
      connection.messages++;
      inbox.take(() => connection.session.receive(data as Buffer, isBinary));
    });
    ws.on('ping', () => connection.session.pinged());
    ws.on('pong', () => connection.session.pinged());
    ws.on('close', (code) =>
      inbox.take(() => {
        connection.session.leave(code);
        this.connections.delete(connection);
        countOne(this.byAddress, address, -1);
      }),
    );
  }

  /** Messages that never end. */
  private sweep(): void {
    const { clock, limits } = this.hub;
    const nowMs = clock.now();
    for (const connection of this.connections) {
      if (!isPartial(connection.ws)) connection.partial = undefined;
      else if (connection.partial?.messages !== connection.messages) {
        connection.partial = { messages: connection.messages, sinceMs: nowMs };
      } else if (nowMs - connection.partial.sinceMs >= limits.messageMs) {
        connection.session.end(CLOSE.limit, `a message took longer than ${limits.messageMs} ms`);
      }
    }
    this.sweeper = clock.setTimer(nowMs + Math.min(SWEEP_MS, Math.max(50, limits.messageMs / 4)), () => this.sweep());
  }

  private gauges() {
    const { hub } = this;
    return {
      connections_open: { help: 'Connections', value: this.connections.size },
      connections_before_hello: { help: 'Connections that have not said hello', value: hub.beforeHello },
      unacknowledged_bytes: { help: 'Bytes of frames that are not acknowledged yet', value: hub.unackedBytes },
      producers: { help: 'Producers in the table of sequences', value: hub.producers.size },
    };
  }
}

const codecOf = (offered: ReadonlySet<string>): FrameCodec | undefined =>
  CODECS.find(({ subprotocol }) => offered.has(subprotocol));

/** What is below TLS. Node gives it no public name. */
const tcpOf = (socket: Socket): Socket => (socket as { readonly _parent?: Socket | null })._parent ?? socket;

/** One more or one less; gives how many there are now. */
function countOne(counts: Map<string, number>, key: string, by: 1 | -1): number {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
  return count;
}

const STATUS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  const body = `${text}\n`;
  const retry = status === 503 ? 'Retry-After: 1\r\n' : '';
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS[status]}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n${retry}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
