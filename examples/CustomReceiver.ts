/**
 * Counts the words of lines that a receiver of the program's own brings in.
 *
 *   CustomReceiver <master> <hostname> <port>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of a TCP server.
 *
 * To run it, start a server and then the example:
 *
 *   $ nc -lk 9999
 *   $ ./run-example CustomReceiver 'local[2]' localhost 9999
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { defineJob, type ReceiverSupervisor, Seconds, StorageLevels, StreamingContext } from 'dstreams';

export default defineJob(([master, hostname, port]) => {
  if (master === undefined || hostname === undefined || Number.isNaN(Number(port))) {
    console.error('Usage: CustomReceiver <master> <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of a second.
  const ssc = new StreamingContext(master, 'CustomReceiver', Seconds(1));

  // The lines that the receiver below stores, and their words.
  const lines = ssc.receiverStream<string>(new CustomReceiver(hostname, Number(port)));
  const words = lines.flatMap((line) => line.split(' '));
  const wordCounts = words.map((x) => [x, 1]).reduceByKey((a, b) => a + b);
  wordCounts.print();
  ssc.start();
});

/** Lines of text from a TCP server. Connects again when the connection is refused or ends. */
export class CustomReceiver {
  readonly storageLevel = StorageLevels.MEMORY_AND_DISK_2;
  private socket: Socket | undefined;

  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  onStart(supervisor: ReceiverSupervisor): void {
    void this.receive(supervisor);
  }

  onStop(): void {
    // The loop below looks at isStopped(), but not while it waits for a line.
    this.socket?.destroy();
  }

  private async receive(supervisor: ReceiverSupervisor): Promise<void> {
    const { host, port } = this;
    try {
      const socket = connect(port, host);
      this.socket = socket;
      await once(socket, 'connect');
      socket.on('error', (e) => supervisor.restart('Error receiving data', e));
      for await (const line of createInterface({ input: socket })) {
        if (supervisor.isStopped()) return;
        await supervisor.store(line);
      }
      supervisor.restart('Trying to connect again');
    } catch (e) {
      supervisor.restart(`Error connecting to ${host}:${port}`, e);
    }
  }
}
