import { WebSocket } from 'ws';
import type { ClientHost, SocketLike } from '../clients/js/host.ts';
import { GatewayClient } from '../clients/js/client.ts';
import type { ClientOptions } from '../clients/js/options.ts';
import { ManualClock, SeededRandom } from '../../core/internal.ts';

/** A client with real sockets and a clock that stands still until it is told to move. */
export function testClient(url: string, options: ClientOptions = {}) {
  const clock = new ManualClock();
  const random = new SeededRandom(1);
  const sockets: WebSocket[] = [];
  const statuses: string[] = [];
  const host: ClientHost = {
    connect: (to, protocol) => {
      const socket = new WebSocket(to, protocol, { perMessageDeflate: false });
      sockets.push(socket);
      return socket as unknown as SocketLike;
    },
    random: () => random.next(),
    secretBits: () => random.int(2 ** 32),
    setTimer: (delayMs, callback) => clock.setTimer(clock.now() + delayMs, callback),
  };
  const wakers: (() => void)[] = [];
  const client = new GatewayClient(
    url,
    {
      ...options,
      onStatus: (status) => {
        statuses.push(status.state);
        options.onStatus?.(status);
        for (const wake of wakers.splice(0)) wake();
      },
    },
    host,
  );
  return {
    client,
    clock,
    sockets,
    statuses,
    /** Resolves when this state is reported next, or is there. */
    async reaches(state: string): Promise<void> {
      while (statuses.at(-1) !== state) await new Promise<void>((resolve) => wakers.push(resolve));
    },
    /** The connection breaks, as by a cut wire. */
    cut(): void {
      sockets.at(-1)!.terminate();
    },
    /** The wait for the next connection is over; one that is begun has its time. */
    async retry(): Promise<void> {
      await this.reaches('waiting');
      clock.advance(15_000);
      await this.reaches('open');
    },
  };
}
