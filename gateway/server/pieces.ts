import type { Duplex } from 'node:stream';

/** What comes from the network goes on in pieces of so many bytes, and not at all once the connection is cut off. */
export function feedInPieces(socket: Duplex, bytesMax: () => number): void {
  feedAsIs(socket);
  const { push } = socket;
  socket.push = function (bytes: Buffer | null, ...rest: []) {
    if (bytes === null) return push.call(this, bytes, ...rest);
    let wantsMore = true;
    let at = 0;
    while (at < bytes.length && !this.destroyed) {
      const end = at + bytesMax();
      wantsMore = push.call(this, end < bytes.length || at > 0 ? bytes.subarray(at, end) : bytes, ...rest);
      at = end;
    }
    return wantsMore;
  };
}

export const feedAsIs = (socket: Duplex): boolean => Reflect.deleteProperty(socket, 'push');
