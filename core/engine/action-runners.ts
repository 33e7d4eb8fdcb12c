import { DStreamsError, isDStreamsError } from '../errors.ts';
import type { JobRunner, Rdd, RddScope } from '../rdd/index.ts';
import type { Clock } from '../time/index.ts';

/**
 * Actions that code with coordinates awaits happen once, in the driver; executors run the same code with what they gave. Code behind
 * an `await` goes on when the action is done, and several may be under way (`Promise.all`): so both sides have to go on
 * in the same order, or the k-th operation here is not the k-th there. Each action is known by when it was called, and
 * what it gave is handed out one action a turn of the event loop, in the order in which the driver's were done.
 */
export function recordingRunner(runner: JobRunner, check: () => void, clock: Clock): JobRunner {
  const turns = new WeakMap<RddScope, Promise<void>>();
  return {
    async run(rdd: Rdd, action, partitions) {
      check();
      const { scope } = rdd;
      if (!scope?.isOpen) return runner.run(rdd, action, partitions);
      const call = scope.nextCall();
      const outcome = await runner.run(rdd, action, partitions).then(
        (results) => ({ results }),
        (error: unknown) => ({ error }),
      );
      // Others that came in between each take a turn of their own.
      for (let turn = turns.get(scope); turn !== undefined; ) {
        await turn;
        const next = turns.get(scope);
        turn = next === turn ? undefined : next;
      }
      turns.set(scope, clock.yield());
      if ('error' in outcome) {
        if (scope.isOpen) scope.results.push([call, null, messageOf(outcome.error)]);
        throw outcome.error;
      }
      if (scope.isOpen) scope.results.push([call, outcome.results]);
      return outcome.results;
    },
  };
}

/** On an executor: turns in which nobody asks for the next result, after which the code is not the driver's. */
const IDLE_TURNS_MAX = 20_000;

/** On an executor actions do nothing: they resolve with what the driver found. */
export function replayingRunner(clock: Clock): JobRunner {
  const replays = new WeakMap<RddScope, Replay>();
  return {
    run(rdd: Rdd) {
      const { scope } = rdd;
      if (scope === undefined) return Promise.reject(notAwaited());
      let replay = replays.get(scope);
      if (replay === undefined) {
        replay = new Replay(scope, clock);
        replays.set(scope, replay);
      }
      return replay.next();
    },
  };
}

interface Waiting {
  readonly resolve: (results: unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

class Replay {
  private readonly waiting = new Map<number, Waiting>();
  private given = 0;
  private isRunning = false;

  constructor(
    private readonly scope: RddScope,
    private readonly clock: Clock,
  ) {}

  next(): Promise<unknown[]> {
    const call = this.scope.nextCall();
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      if (!this.isRunning) void this.giveOut();
    });
  }

  private async giveOut(): Promise<void> {
    this.isRunning = true;
    for (let idleTurns = 0; this.waiting.size > 0; idleTurns++) {
      const result = this.scope.replay?.[this.given];
      const waiting = result && this.waiting.get(result[0]);
      if (waiting !== undefined) {
        idleTurns = 0;
        this.given++;
        this.waiting.delete(result![0]);
        if (result![1] !== null) waiting.resolve(result![1]);
        else waiting.reject(new DStreamsError('TASK_FAILED', `An action failed in the driver: ${result![2]}`));
      } else if ((result === undefined && idleTurns > 0) || idleTurns > IDLE_TURNS_MAX) {
        this.end(result === undefined ? this.scope.onReplayEnd : undefined);
        break;
      }
      // What goes on with this result makes its operations before the next one is given out.
      await this.clock.yield();
    }
    this.isRunning = false;
  }

  /** The driver has not got further yet: what waits is left where it is. Without a way to say so the code is not the driver's. */
  private end(onReplayEnd: (() => void) | undefined): void {
    if (onReplayEnd !== undefined) onReplayEnd();
    else for (const { reject } of this.waiting.values()) reject(notAwaited());
    this.waiting.clear();
  }
}

const messageOf = (error: unknown): string =>
  isDStreamsError(error) ? `${error.code}: ${error.message}` : String(error instanceof Error ? error.message : error);

const notAwaited = () =>
  new DStreamsError(
    'TRANSFORM_NOT_PURE',
    'An action was awaited on an executor that the driver did not await at this place. Code before start() and inside transform must do the same everywhere: put side effects behind isDriver().',
  );
