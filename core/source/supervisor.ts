import { DStreamsError, messageOf } from '../errors.ts';
import type { InputHost } from '../plan/index.ts';
import type { Timer } from '../time/index.ts';
import type { Receiver } from './receiver.ts';

type State = 'created' | 'started' | 'restarting' | 'stopping' | 'stopped';

const NEXT: Readonly<Record<State, readonly State[]>> = {
  created: ['started', 'stopped'],
  started: ['restarting', 'stopping'],
  restarting: ['started', 'stopping'],
  stopping: ['stopped'],
  stopped: [],
};

/** How long `onStop` of a receiver is waited for. */
const STOP_WAIT_MS = 10_000;
/** After so long it is said what is waited for. */
const SLOW_MS = 2000;

export interface SupervisorOptions {
  readonly host: InputHost;
  readonly receiver: Receiver;
  /** Sets the receiver to work. */
  readonly launch: () => void | Promise<void>;
  /** It is to stop for good, and may still store in `onStop`; `keep`: nobody has to wait for that. */
  readonly onStopping: (keep: boolean) => void;
  /** It has stopped for good: once. */
  readonly onStopped: () => void;
}

/**
 * The life of one receiver: created → started ⇄ restarting → stopping → stopped. A receiver that fails is started again,
 * for ever (semantics §7.8); listeners learn each start and each stop.
 */
export class Supervisor {
  private state: State = 'created';
  private abort = new AbortController();
  /** Of the restart that is under way: `onStop`, and the wait. */
  private pausing: Promise<void> = Promise.resolve();
  private timer: Timer | undefined;
  private ended: Promise<void> | undefined;
  private giveUp: () => void = () => {};

  constructor(private readonly options: SupervisorOptions) {}

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  isStarted(): boolean {
    return this.state === 'started';
  }

  isStopped(): boolean {
    return this.state !== 'started' && this.state !== 'created';
  }

  start(): void {
    this.to('started');
    this.launch();
  }

  reportError(message: string, error?: unknown): void {
    const { host, receiver } = this.options;
    this.log('WARN', `Error reported by receiver for stream ${host.streamId}: ${message}`, error);
    host.receiverError(receiver.name, message, error);
  }

  restart(message: string, error?: unknown, delayMs = this.options.host.conf.receiverRestartDelayMs): void {
    const { host, receiver } = this.options;
    if (this.state !== 'started') return;
    this.to('restarting');
    this.abort.abort(stoppedError(receiver.name, host.streamId));
    this.log('WARN', `Restarting receiver for stream ${host.streamId} with delay ${delayMs} ms: ${message}`, error);
    host.receiverStopped(receiver.name, `Restarting receiver with delay ${delayMs}ms: ${message}`, error);
    this.pausing = this.stopReceiver();
    void this.pausing.then(() => {
      if (this.state !== 'restarting') return;
      this.timer = host.clock.setTimer(host.clock.now() + delayMs, () => {
        this.to('started');
        this.log('INFO', `Starting receiver for stream ${host.streamId} again`);
        this.launch();
      });
    });
  }

  /** For good. Resolves when it is down. `keep`: what it stored and still stores in `onStop` counts. */
  stop(level: 'INFO' | 'ERROR', message: string, error: unknown, keep: boolean): Promise<void> {
    const { host, receiver } = this.options;
    if (this.ended !== undefined) {
      // A stop that keeps data may wait for the receiver; one that does not, does not.
      if (!keep && this.state === 'stopping') this.giveUp();
      return this.ended;
    }
    if (this.state === 'created') {
      this.to('stopped');
      this.options.onStopped();
      this.ended = Promise.resolve();
      return this.ended;
    }
    this.timer?.cancel();
    const wasStarted = this.state === 'started';
    this.to('stopping');
    this.abort.abort(stoppedError(receiver.name, host.streamId));
    this.options.onStopping(keep);
    this.ended = this.finish(wasStarted ? this.stopReceiver() : this.pausing, level, message, error);
    return this.ended;
  }

  private async finish(down: Promise<void>, level: 'INFO' | 'ERROR', message: string, error: unknown): Promise<void> {
    const { host, receiver, onStopped } = this.options;
    await down;
    onStopped();
    this.to('stopped');
    this.log(level, `Deregistered receiver for stream ${host.streamId}: ${message}`, error);
    host.receiverStopped(receiver.name, message, error);
  }

  private launch(): void {
    const { host, receiver, launch } = this.options;
    const abort = new AbortController();
    this.abort = abort;
    const failed = (error: unknown) => {
      // A loop that ends by an error because it was told to stop has done what it was told.
      if (abort.signal.aborted) return;
      const text = `Receiver ${receiver.name}-${host.streamId} failed: ${messageOf(error)}`;
      const wrapped =
        error instanceof DStreamsError ? error : new DStreamsError('RECEIVER_FAILED', text, { cause: error });
      host.receiverError(receiver.name, text, wrapped);
      this.restart(text, wrapped);
    };
    host.receiverStarted(receiver.name);
    try {
      const running = launch();
      // Whatever can be awaited: a promise of another library as well.
      void Promise.resolve(running).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Never rejects; does not wait longer than `STOP_WAIT_MS`, nor after `giveUp`. */
  private stopReceiver(): Promise<void> {
    const { host, receiver } = this.options;
    return new Promise((resolve) => {
      const slow = host.clock.setTimer(host.clock.now() + SLOW_MS, () =>
        this.log(
          'WARN',
          `onStop of the receiver ${receiver.name} for stream ${host.streamId} is waited for, ${STOP_WAIT_MS} ms at most. ` +
            'Where a write-ahead log has what it received, that is mostly its disk.',
        ),
      );
      const timer = host.clock.setTimer(host.clock.now() + STOP_WAIT_MS, () => {
        this.log(
          'WARN',
          `onStop of the receiver for stream ${host.streamId} has not ended in ${STOP_WAIT_MS} ms; it is left behind.`,
        );
        resolve();
      });
      const done = () => {
        slow.cancel();
        timer.cancel();
        resolve();
      };
      this.giveUp = done;
      const failed = (error: unknown) => {
        this.log('WARN', `onStop of the receiver for stream ${host.streamId} failed`, error);
        done();
      };
      try {
        const stopping = receiver.onStop();
        if (stopping instanceof Promise) stopping.then(done, failed);
        else done();
      } catch (error) {
        failed(error);
      }
    });
  }

  private log(level: 'INFO' | 'WARN' | 'ERROR', message: string, error?: unknown): void {
    // An error of the network says all in its message; its stack is Node's own.
    const isNetwork = error instanceof Error && 'syscall' in error;
    this.options.host.logger.log(level, 'ReceiverSupervisor', message, isNetwork ? undefined : error);
  }

  private to(state: State): void {
    if (!NEXT[this.state].includes(state)) {
      throw new DStreamsError('INVARIANT', `a receiver cannot go from ${this.state} to ${state}`);
    }
    this.state = state;
  }
}

/** What those get who store, or call on, after it has stopped. */
export function stoppedError(name: string, streamId: number): DStreamsError {
  return new DStreamsError(
    'RECEIVER_STOPPED',
    `Receiver ${name}-${streamId}: Cannot add data as BlockGenerator has not been started or has been stopped. ` +
      'End the loop of the receiver when isStopped() says so.',
  );
}
