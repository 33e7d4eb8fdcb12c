import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between clients and a server that can be cut, and led to another server. */
export class Proxy {
  private readonly sockets = new Set<Socket>();
  private isAdmitting = true;
  private readonly server = createServer((near) => {
    const { targetPort } = this;
    if (!this.isAdmitting || targetPort === undefined) {
      near.destroy();
      return;
    }
    const far = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => {});
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });

  private constructor(
    /** undefined: none, until the next server is up. The port of one that is gone is soon that of anybody else's server. */
    public targetPort: number | undefined,
  ) {}

  static async to(port: number): Promise<Proxy> {
    const proxy = new Proxy(port);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Breaks all connections, as a pulled plug does. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  refuse(): void {
    this.isAdmitting = false;
    this.cut();
  }

  admit(): void {
    this.isAdmitting = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
