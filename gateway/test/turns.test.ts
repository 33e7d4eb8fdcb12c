import { expect } from 'chai';
import type { Writable } from 'node:stream';
import * as library from 'ws';
import type { WebSocket } from 'ws';
import { Turns } from '../server/turns.ts';
import { MemorySocket } from './hostile/memory-socket.ts';
import { messageFrame } from './hostile/wire.ts';

const PIECE = Buffer.from('x');
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Connections of which each piece takes some time; `done` has them in the order of that. */
function setUp() {
  let nowMs = 0;
  const turns = new Turns(() => ({ monotonic: () => nowMs, yield: turn }));
  const done: string[] = [];
  const connect = (name: string, pieceMs: number) => {
    const socket = new MemorySocket(() => {});
    socket.on('data', () => {
      nowMs += pieceMs;
      done.push(name);
    });
    const ws = { pause: () => socket.pause(), resume: () => socket.resume() } as unknown as WebSocket;
    const goOn = turns.share(ws, socket);
    /** So many steps of it, which take as long each. */
    const take = (steps: string, stepMs: number) => goOn(stepsOf(steps, stepMs));
    return Object.assign(socket, { take });
  };
  function* stepsOf(steps: string, stepMs: number): Generator<void> {
    for (const step of steps) {
      if (step !== steps[0]) yield;
      nowMs += stepMs;
      done.push(step);
    }
  }
  return { turns, done, connect };
}

/** How much is done in each turn, until all is. */
async function turnsOf(done: readonly string[], count: number): Promise<string[]> {
  const all: string[] = [];
  for (let seen = 0; seen < count; seen = done.length) {
    await turn();
    if (done.length > seen) all.push(done.slice(seen).join(''));
  }
  return all;
}

describe('turns of the event loop', () => {
  it('have one piece of a connection that takes its share with it', async () => {
    const { done, connect } = setUp();
    const socket = connect('a', 1);
    for (let i = 0; i < 4; i++) socket.feed(PIECE);
    expect(await turnsOf(done, 4)).to.deep.equal(['a', 'a', 'a', 'a']);
  });

  it('have as many pieces as are within its share', async () => {
    const { done, connect } = setUp();
    const socket = connect('a', 0.1);
    for (let i = 0; i < 4; i++) socket.feed(PIECE);
    expect(await turnsOf(done, 4)).to.deep.equal(['aaa', 'a']);
  });

  it('are for those that waited in order, a few at a time, and for who sends little in each', async () => {
    const { done, connect } = setUp();
    const heavy = [...'abcdef'].map((name) => connect(name, 0.5));
    const light = connect('.', 0.005);
    for (const socket of heavy) for (let i = 0; i < 2; i++) socket.feed(PIECE);
    const seen: string[] = [];
    while (done.length < 12 + seen.length) {
      const at = done.length;
      light.feed(PIECE);
      await turn();
      seen.push(done.slice(at).join(''));
    }
    expect(seen.every((pieces) => pieces.includes('.'))).to.equal(true);
    // The first pieces came at once, and nobody waited yet.
    const later = seen.slice(1).map((pieces) => pieces.replace('.', ''));
    expect(later.filter((pieces) => pieces !== '')).to.deep.equal(['ab', 'cd', 'ef']);
  });

  it('are not made longer by who is known to take long', async () => {
    const { done, connect } = setUp();
    const heavy = [...'abcdef'].map((name) => connect(name, 0.5));
    for (const socket of heavy) socket.feed(PIECE);
    expect(await turnsOf(done, 6)).to.deep.equal(['abcdef']);
    for (const socket of heavy) socket.feed(PIECE);
    const again = (await turnsOf(done, 12)).map((pieces) => pieces.length);
    // With the six before.
    expect(again).to.deep.equal([6 + 2, 2, 2]);
  });

  it('have smaller pieces of who takes long for them, and larger ones of who does not', async () => {
    const sizesOf = async (msPerByte: number) => {
      let nowMs = 0;
      const turns = new Turns(() => ({ monotonic: () => nowMs, yield: turn }));
      const sizes: number[] = [];
      const socket = new MemorySocket(() => {});
      socket.on('data', ({ length }: Buffer) => {
        nowMs += length * msPerByte;
        sizes.push(length);
      });
      turns.share({ pause: () => socket.pause(), resume: () => socket.resume() } as unknown as WebSocket, socket);
      // As the network does, which gives no more to who waits.
      for (let i = 1; i <= 8; i++) {
        socket.feed(Buffer.alloc(65_536));
        while (sizes.reduce((sum, size) => sum + size, 0) < i * 65_536) await turn();
      }
      return sizes;
    };
    // For 64 KiB 2 ms, a second, next to nothing.
    expect((await sizesOf(2 / 65_536)).every((size) => size === 4096)).to.equal(true);
    expect((await sizesOf(1000 / 65_536)).at(-1)).to.equal(1024);
    expect((await sizesOf(0.01 / 65_536)).at(-1)).to.equal(65_536);
  });

  it('have some steps of what takes many, and others between them', async () => {
    const { done, connect } = setUp();
    const [long, other, light] = [connect('a', 0.01), connect('b', 0.01), connect('.', 0.01)];
    long.take('123456', 0.6);
    other.take('xyz', 0.2);
    const seen: string[] = [];
    while (done.length < 9 + seen.length) {
      const at = done.length;
      light.feed(PIECE);
      await turn();
      seen.push(done.slice(at).join(''));
    }
    const sorted = seen.map((steps) => [...steps].sort().join(''));
    expect(sorted).to.deep.equal(['.1xy', '.2z', '.3', '.4', '.5', '.6']);
  });

  it('go on with a connection whose steps are done, also where it has taken all of the turn', async () => {
    const { done, connect } = setUp();
    const socket = connect('a', 0.1);
    socket.take('123', 5);
    for (let i = 0; i < 6; i++) await turn();
    expect(done.join('')).to.equal('123');
    socket.feed(PIECE);
    for (let i = 0; i < 6; i++) await turn();
    expect(done.join('')).to.equal('123a');
  });

  it('have the steps of a connection that has ended, too', async () => {
    const { turns, done, connect } = setUp();
    const socket = connect('a', 1);
    socket.take('123', 5);
    socket.cut();
    while (turns.waitingCount > 0) await turn();
    expect(done.join('')).to.equal('123');
  });

  describe('with what reads frames', () => {
    /** Each piece takes `pieceMs`. */
    function reading(pieceMs: number) {
      let nowMs = 0;
      const turns = new Turns(() => ({ monotonic: () => nowMs, yield: turn }));
      const { Receiver } = library as unknown as { readonly Receiver: new (options: object) => Writable };
      const receiver = new Receiver({ isServer: true, maxPayload: 1 << 20 });
      const messages: Buffer[] = [];
      receiver.on('message', (message) => messages.push(message));
      const socket = new MemorySocket(() => {});
      const sizes: number[] = [];
      socket.on('data', (piece: Buffer) => {
        nowMs += pieceMs;
        sizes.push(piece.length);
        receiver.write(piece);
      });
      const ws = { pause: () => socket.pause(), resume: () => socket.resume(), _receiver: receiver };
      turns.share(ws as unknown as WebSocket, socket);
      return { socket, messages, sizes };
    }

    it('have the rest of a large frame in one piece', async () => {
      const { socket, messages, sizes } = reading(0);
      const large = Buffer.alloc(50_000, 'x');
      const frame = messageFrame(large);
      const tiny = messageFrame('y');
      await turn(); // It flows from here on.
      socket.feed(Buffer.concat([frame, tiny]));
      while (messages.length < 2) await turn();
      expect(messages.map(({ length }) => length)).to.deep.equal([large.length, 1]);
      expect(sizes).to.deep.equal([4096, frame.length - 4096, tiny.length]);
    });

    it('have what comes after it in small ones, also of a connection that waits', async () => {
      const { socket, messages, sizes } = reading(1);
      const frame = messageFrame(Buffer.alloc(30_000, 'x'));
      const tiny = messageFrame('');
      const flood = Buffer.concat(Array.from({ length: 5000 }, () => tiny));
      await turn();
      // The beginning of the frame is read, and the connection waits: all the rest is cut at once.
      socket.feed(frame.subarray(0, 10));
      socket.feed(Buffer.concat([frame.subarray(10), flood]));
      while (messages.length < 5001) await turn();
      expect(sizes.slice(0, 2)).to.deep.equal([10, frame.length - 10]);
      expect(Math.max(...sizes.slice(2))).to.be.at.most(4096);
    });
  });

  it('have a few of what takes long afterwards, in order', async () => {
    const { turns, done } = setUp();
    for (const name of 'abcdefghij') turns.soon(() => done.push(name));
    expect(done.join('')).to.equal('abcd');
    expect(await turnsOf(done, 10)).to.deep.equal(['abcdefgh', 'ij']);
    turns.soon(() => done.push('k'));
    expect(done.at(-1)).to.equal('k');
  });

  it('forget a connection that has ended', async () => {
    const { turns, done, connect } = setUp();
    const socket = connect('a', 5);
    for (let i = 0; i < 2; i++) socket.feed(PIECE);
    while (turns.waitingCount === 0) await turn();
    socket.cut();
    while (turns.waitingCount > 0) await turn();
    expect(done).to.deep.equal(['a']);
  });
});
