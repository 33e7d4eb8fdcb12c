import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A TCP server on a free port of the loopback interface that hands out its connections one by one. */
export class TestServer {
  private readonly connections: Socket[] = [];
  private readonly waiting: ((socket: Socket) => void)[] = [];
  private readonly all: Socket[] = [];

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      this.all.push(socket);
      socket.on('error', () => {});
      const next = this.waiting.shift();
      if (next === undefined) this.connections.push(socket);
      else next(socket);
    });
  }

  static async listen(port = 0): Promise<TestServer> {
    const server = createServer();
    const test = new TestServer(server);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return test;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next connection, in order. */
  connection(): Promise<Socket> {
    const socket = this.connections.shift();
    return socket === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(socket);
  }

  async close(): Promise<void> {
    for (const socket of this.all) socket.destroy();
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = await TestServer.listen();
  const { port } = server;
  await server.close();
  return port;
}
