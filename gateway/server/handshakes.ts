import type { Server, Socket } from 'node:net';

/**
 * A handshake of TLS costs a signature as soon as its first bytes are read, and Node begins all that there are in one turn of the
 * event loop. So each waits for its first bytes, and then for `soon`. Called before the server has other listeners.
 */
export function paceHandshakes(
  server: Server,
  soon: (work: () => void) => void,
  /** Of each connection. */
  admit: (socket: Socket) => void,
): void {
  // What Node itself does with a connection.
  const begin = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    admit(socket);
    // It stays in the socket, from which TLS takes it.
    socket.once('readable', () =>
      soon(() => {
        if (socket.destroyed) return;
        for (const each of begin) each.call(server, socket);
      }),
    );
  });
}
