import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../core/internal.ts';
import { feedInPieces } from './pieces.ts';
import { missingBytes } from './reception.ts';

/** What one connection may use of a turn of the event loop before it waits for a later one, ms. */
const SHARE_MS = 0.25;
/** The same in a turn that is too long already. */
const SMALL_SHARE_MS = 0.05;
/** What all connections may use of a turn before it is too long, and those that waited by themselves, ms. */
const TURN_MS = 1;
/**
 * What the network gives at once, 64 KiB, may hold ten thousand frames. A connection is given pieces of a size that takes it no
 * more than its share, as those before have shown: of large frames it is all, of a flood of tiny ones the least.
 */
const PIECE_BYTES = { least: 1024, first: 4096, most: 65_536 };

/** Of a kind that takes long each, so many begin in one turn: a signature of RSA takes 0.3 ms. */
const BEGUN_MAX = 4;

/** The part of one connection. */
interface Lane {
  readonly ws: WebSocket;
  /** Of this turn. */
  turn: number;
  usedMs: number;
  /** What its last piece of the network took. */
  pieceMs: number;
  /** Of its next piece, at most. */
  pieceBytes: number;
  /** What it has to do before its next piece. */
  steps: Iterator<void> | undefined;
}

/**
 * Shares the event loop. Of a connection that sends much the network gives 2 MiB in one turn, and whoever sends little waits
 * until all of it was read, checked and answered. So a connection that has used its share is not read any more in this turn,
 * and those that wait get on in order, as many in a turn as leaves room for the others. Reading, and not only what comes of it, counts.
 */
export class Turns {
  private turn = 0;
  private turnMs = 0;
  private isEnding = false;
  private readonly waiting = new Set<Lane>();
  /** Of this turn. */
  private begun = 0;
  private readonly toBegin = new Set<() => void>();

  constructor(private readonly clock: () => Pick<Clock, 'monotonic' | 'yield'>) {}

  /** How many connections wait for their next turn. */
  get waitingCount(): number {
    return this.waiting.size;
  }

  /** From here on the connection gets its share. Gives what takes steps that are to be done before it is read any more. */
  share(ws: WebSocket, socket: Duplex): (steps: Iterator<void>) => void {
    const lane: Lane = { ws, turn: 0, usedMs: 0, pieceMs: 0, pieceBytes: PIECE_BYTES.first, steps: undefined };
    feedInPieces(socket, () => {
      // Who is known to take long does not make it longer.
      if (this.turnMs >= TURN_MS && lane.pieceMs >= SMALL_SHARE_MS) this.wait(lane);
      // The rest of a large frame costs nothing until it is whole, and in small pieces it would be too many. Of one that waits,
      // pieces are cut before those ahead of them are read: what those have of the frame is not missing.
      return Math.max(lane.pieceBytes, missingBytes(ws) - socket.readableLength);
    });
    let startMs = 0;
    // Around the library's own listener, which does all that comes of a piece before it returns.
    socket.prependListener('data', () => {
      startMs = this.clock().monotonic();
    });
    socket.on('data', ({ length }: Buffer) => this.used(lane, this.clock().monotonic() - startMs, length));
    // What came before its end is done.
    socket.once('close', () => {
      if (lane.steps === undefined) this.waiting.delete(lane);
    });
    return (steps) => {
      lane.steps = steps;
      this.endTurn();
      this.wait(lane);
    };
  }

  /** Does what takes long, and may do so only afterwards, in order, a few in a turn. */
  soon(work: () => void): void {
    this.endTurn();
    if (this.begun >= BEGUN_MAX || this.toBegin.size > 0) this.toBegin.add(work);
    else this.begin(work);
  }

  private begin(work: () => void): void {
    this.begun++;
    work();
  }

  private used(lane: Lane, ms: number, bytes: number): void {
    if (ms > SHARE_MS) lane.pieceBytes = Math.max(PIECE_BYTES.least, lane.pieceBytes / 2);
    else if (ms < SHARE_MS / 4 && bytes === lane.pieceBytes) lane.pieceBytes = Math.min(PIECE_BYTES.most, 2 * bytes);
    if (lane.turn !== this.turn) {
      lane.turn = this.turn;
      lane.usedMs = 0;
    }
    lane.usedMs += ms;
    this.turnMs += ms;
    lane.pieceMs = ms;
    // A later turn is another number.
    this.endTurn();
    const shareMs = this.turnMs < TURN_MS ? SHARE_MS : SMALL_SHARE_MS;
    if (lane.usedMs >= shareMs) this.wait(lane);
  }

  /** Some steps of a connection that waits: as many as are within its share. */
  private goOn(lane: Lane, steps: Iterator<void>): void {
    const startMs = this.clock().monotonic();
    let isDone: boolean | undefined;
    do {
      isDone = steps.next().done;
      lane.pieceMs = this.clock().monotonic() - startMs;
    } while (isDone !== true && lane.pieceMs < SHARE_MS);
    this.turnMs += lane.pieceMs;
    // Who waits because of that gets on in a later turn.
    this.endTurn();
    if (isDone !== true) this.waiting.add(lane);
    else {
      lane.steps = undefined;
      lane.ws.resume();
    }
  }

  private wait(lane: Lane): void {
    if (this.waiting.has(lane)) return;
    this.waiting.add(lane);
    lane.ws.pause();
  }

  private endTurn(): void {
    if (this.isEnding) return;
    this.isEnding = true;
    void this.clock()
      .yield()
      .then(() => this.nextTurn());
  }

  private nextTurn(): void {
    this.isEnding = false;
    this.turn++;
    this.turnMs = 0;
    let expectedMs = 0;
    // Those that have steps left come to its end.
    for (const lane of [...this.waiting]) {
      this.waiting.delete(lane);
      if (lane.steps !== undefined) this.goOn(lane, lane.steps);
      else lane.ws.resume();
      expectedMs += lane.pieceMs;
      if (expectedMs >= TURN_MS) break;
    }
    this.begun = 0;
    for (const work of this.toBegin) {
      if (this.begun >= BEGUN_MAX) break;
      this.toBegin.delete(work);
      this.begin(work);
    }
    if (this.waiting.size + this.toBegin.size > 0) this.endTurn();
  }
}
