import { WorkerHandle } from '../../../backend/worker-threads/worker-handle.ts';
import type { Thread } from '../../../backend/worker-threads/worker-handle.ts';
import type { FromWorker, ToWorker, WorkerSetup } from '../../../backend/worker-threads/messages.ts';
import type { WorkerPool } from '../../../backend/worker-threads/worker-pool.ts';
import { WorkerRuntime } from '../../../backend/worker-threads/worker-runtime.ts';
import type { Disk, DiskFile } from '../../../storage/disk.ts';
import { LocalFileSystem } from '../../../storage/file-system.ts';
import type { StartingEngine } from '../../active.ts';
import type { Codec } from '../../../data/index.ts';
import { ExecutorProgram } from '../../executor-program.ts';
import { memory } from './memory.ts';
import type { Turns } from './turns.ts';

export type ProgramMessage = Extract<ToWorker, { readonly type: 'program' }>;

/**
 * The threads of a life on `local[N]`. What the driver does with them is real, and so is what runs on them; only the thread
 * between the two is not: its messages are copied as those of a thread are, each takes its turn, and it can die at any of
 * them. Each builds the program for itself.
 */
export class SimulatedThreads implements WorkerPool {
  private readonly threads: SimulatedThread[] = [];
  deaths = 0;

  constructor(
    private readonly load: (message: ProgramMessage, codec: Codec) => StartingEngine,
    private readonly disk: Disk,
    private readonly turns: Turns,
  ) {}

  take(setup: WorkerSetup): WorkerHandle {
    const thread = new SimulatedThread(this.turns);
    this.threads.push(thread);
    new WorkerRuntime(thread.port, {
      setup,
      disk: memory(),
      files: new LocalFileSystem({ disk: mortal(this.disk, () => thread.isDead), workingDirectory: '/' }),
      monotonic: () => 0,
      load: async (message, codec) => new ExecutorProgram(this.load(message, codec)),
    });
    return new WorkerHandle(thread, setup, { print: () => {} });
  }

  giveBack(): void {}

  /** Those that can be killed. */
  get alive(): readonly SimulatedThread[] {
    return this.threads.filter(({ isDead }) => !isDead);
  }
}

type Listener = (what: never) => void;

export class SimulatedThread implements Thread {
  isDead = false;
  private readonly listeners = new Map<string, Listener>();
  private take: (message: ToWorker) => void = () => {};
  private readonly toWorker: Line<ToWorker>;
  private readonly toDriver: Line<{ readonly event: 'message' | 'exit'; readonly what: unknown }>;
  private readonly exited: Promise<void>;

  constructor(turns: Turns) {
    this.toWorker = new Line(turns, (message) => {
      if (!this.isDead) this.take(message);
    });
    let exit = () => {};
    this.exited = new Promise((resolve) => {
      exit = resolve;
    });
    this.toDriver = new Line(turns, ({ event, what }) => {
      this.listeners.get(event)?.(what as never);
      if (event === 'exit') exit();
    });
  }

  /** Its own side. */
  readonly port = {
    on: (_: 'message', take: (message: ToWorker) => void): void => {
      this.take = take;
    },
    postMessage: (message: FromWorker, transfer: readonly ArrayBuffer[]): void => {
      if (this.isDead) return;
      this.toDriver.add({ event: 'message', what: structuredClone(message, { transfer: [...transfer] }) });
    },
  };

  postMessage(message: ToWorker): void {
    this.toWorker.add(structuredClone(message));
  }

  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener);
  }

  /** It ends here and now, whatever it does; the driver learns of it later. What it has sent may be lost with it. */
  die(losesSent: boolean): void {
    if (this.isDead) return;
    this.isDead = true;
    this.toWorker.clear();
    if (losesSent) this.toDriver.clear();
    this.toDriver.add({ event: 'exit', what: 1 });
  }

  async terminate(): Promise<void> {
    this.die(true);
    await this.exited;
  }

  ref(): void {}
  unref(): void {}
}

/** What is under way in one direction: it arrives in order, each when its turn comes. */
class Line<T> {
  private waiting: T[] = [];
  private isMoving = false;

  constructor(
    private readonly turns: Turns,
    private readonly arrive: (what: T) => void,
  ) {}

  add(what: T): void {
    this.waiting.push(what);
    if (!this.isMoving) void this.move();
  }

  clear(): void {
    this.waiting = [];
  }

  private async move(): Promise<void> {
    this.isMoving = true;
    while (this.waiting.length > 0) {
      await this.turns.wait();
      const [next] = this.waiting.splice(0, 1);
      if (next !== undefined) this.arrive(next);
    }
    this.isMoving = false;
  }
}

/** One for each who waits: all that is told of a promise is kept as long as it is. */
const never = (): Promise<never> => new Promise(() => {});

/** A disk, or a file of it, for a thread: what it asks for once it is dead does not happen, and it never goes on. */
function mortal<T extends Disk | DiskFile>(target: T, isDead: () => boolean): T {
  return new Proxy(target, {
    get: (_, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name === 'statNow' || name === 'listNow') return member.bind(target);
      return async (...args: unknown[]) => {
        if (isDead()) return never();
        let result: unknown;
        try {
          result = await member.apply(target, args);
        } catch (error) {
          if (isDead()) return never();
          throw error;
        }
        if (isDead()) return never();
        return name === 'open' ? mortal(result as DiskFile, isDead) : result;
      };
    },
  });
}
