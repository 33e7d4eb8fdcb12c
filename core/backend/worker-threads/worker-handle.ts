import { DStreamsError } from '../../errors.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';

export interface WorkerLimits {
  /** Old generation, in MB; undefined: Node's default. Out of memory is a lost worker, not a lost process. */
  readonly memoryMb: number | undefined;
  readonly youngGenerationMb: number;
}

export interface WorkerEvents {
  /** Lines that the worker printed. */
  print(stream: 'stdout' | 'stderr', index: number, line: string): void;
}

/** The thread itself: `Worker` of Node is one, and so is what takes its place in a simulation. */
export interface Thread {
  postMessage(message: ToWorker): void;
  on(event: 'message', take: (message: FromWorker) => void): unknown;
  on(event: 'error' | 'messageerror', take: (error: Error) => void): unknown;
  on(event: 'exit', take: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
  ref(): void;
  unref(): void;
}

type Reply = Extract<FromWorker, { id: number }>;

/** One worker thread as the driver sees it. Every message that wants an answer gets one, or rejects when the worker dies. */
export class WorkerHandle {
  private readonly waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: unknown) => void }>();
  private ready:
    | { resolve: (m: Extract<FromWorker, { type: 'ready' | 'unready' }>) => void; reject: (error: unknown) => void }
    | undefined;
  private ids = 0;
  private reason: string | undefined;
  private isResting = false;
  /** Tasks that were meant for it and have not ended: the backend's count. */
  taskCount = 0;
  readonly died: Promise<string>;

  constructor(
    private readonly worker: Thread,
    readonly setup: WorkerSetup,
    private readonly events: WorkerEvents,
  ) {
    this.worker.on('message', (message: FromWorker) => this.take(message));
    this.died = new Promise((resolve) => {
      let cause = '';
      this.worker.on('error', (error) => {
        cause = error.message;
      });
      this.worker.on('messageerror', (error) => {
        cause = error.message;
      });
      this.worker.on('exit', (code) => {
        this.reason = `worker ${setup.index} ended${cause === '' ? ` with code ${code}` : `: ${cause}`}`;
        this.end(this.reason);
        resolve(this.reason);
      });
    });
  }

  get isAlive(): boolean {
    return this.reason === undefined;
  }

  /** How many answers are awaited. */
  get load(): number {
    return this.waiting.size;
  }

  /** It runs the program's `main`, and has not come to `start()` yet. */
  get isLoading(): boolean {
    return this.ready !== undefined;
  }

  send(message: ToWorker): void {
    if (this.isAlive) this.worker.postMessage(message);
  }

  /** Sends with a fresh id and resolves with the answer to it. Rejects with WORKER_LOST when the worker dies first. */
  ask(make: (id: number) => ToWorker): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.reason !== undefined) return reject(lost(this.reason));
      const id = this.ids++;
      this.waiting.set(id, { resolve, reject });
      if (this.isResting) this.worker.ref();
      try {
        this.worker.postMessage(make(id));
      } catch (error) {
        this.waiting.delete(id);
        reject(error);
      }
    });
  }

  loadProgram(
    message: Extract<ToWorker, { type: 'program' }>,
  ): Promise<Extract<FromWorker, { type: 'ready' | 'unready' }>> {
    return new Promise((resolve, reject) => {
      if (this.reason !== undefined) return reject(lost(this.reason));
      this.ready = { resolve, reject };
      this.worker.postMessage(message);
    });
  }

  ref(): void {
    this.isResting = false;
    this.worker.ref();
  }

  /** An idle pool does not keep the process alive. */
  unref(): void {
    this.worker.unref();
  }

  /** From now on it keeps the process alive as long as answers are awaited, and no longer: until `ref()`. */
  rest(): void {
    this.isResting = true;
    if (this.waiting.size === 0) this.worker.unref();
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private take(message: FromWorker): void {
    if (message.type === 'print') {
      this.events.print(message.stream, this.setup.index, message.line);
      return;
    }
    if (message.type === 'ready' || message.type === 'unready') {
      this.ready?.resolve(message);
      this.ready = undefined;
      return;
    }
    const waiter = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (this.isResting && this.waiting.size === 0) this.worker.unref();
    waiter?.resolve(message);
  }

  private end(reason: string): void {
    this.ready?.reject(lost(reason));
    this.ready = undefined;
    for (const { reject } of this.waiting.values()) reject(lost(reason));
    this.waiting.clear();
  }
}

const lost = (reason: string) => new DStreamsError('WORKER_LOST', reason);
