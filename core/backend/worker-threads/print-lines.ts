import type { MessagePort } from 'node:worker_threads';
import type { FromWorker } from './messages.ts';

/**
 * Sends what the thread prints to the driver, line by line, as messages: a pipe of the thread's own streams would keep
 * the driver's process alive as long as the thread waits in the pool.
 */
export function sendPrints(port: MessagePort): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    let rest = '';
    const send = (line: string) => port.postMessage({ type: 'print', stream, line } satisfies FromWorker);
    const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
      const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split('\n');
      rest = lines.pop()!;
      for (const line of lines) send(line);
      const callback = typeof encoding === 'function' ? encoding : done;
      if (typeof callback === 'function') queueMicrotask(() => callback());
      return true;
    };
    process[stream].write = write as typeof process.stdout.write;
  }
}
