import { errorFromWire, errorToWire } from '../backend/worker-threads/wire.ts';
import type { WireError } from '../backend/worker-threads/messages.ts';
import { DStreamsError } from '../errors.ts';
import { type ActionResult, type JobRunner, type Rdd, type RddScope, scopeOf } from '../rdd/index.ts';
import type { Clock } from '../time/index.ts';
import { executorReady } from './executor-ready.ts';

/**
 * Actions that code with coordinates awaits happen once, in the driver; executors run the same code with what they gave. Code behind
 * an `await` goes on when the action is done, and several may be under way (`Promise.all`): so both sides have to go on
 * in the same order, or the k-th operation here is not the k-th there. Each action is known by when it was called, and
 * what it gave is handed out one action a turn of the event loop, in the order in which the driver's were done; never in the turn of
 * the call, in which other code may be making operations between awaits that wait for nothing.
 */
export function recordingRunner(runner: JobRunner, check: () => void, clock: Clock): JobRunner {
  const turns = new WeakMap<RddScope, Promise<void>>();
  return {
    async run(rdd: Rdd, action, partitions) {
      check();
      const scope = scopeOf(rdd.ctx, [rdd]);
      if (!scope?.isOpen) return runner.run(rdd, action, partitions);
      const call = scope.nextCall();
      const turnOfCall = clock.yield();
      const outcome = await runner.run(rdd, action, partitions).then(
        (results) => ({ results }),
        (error: unknown) => ({ error }),
      );
      await turnOfCall;
      // Others that came in between each take a turn of their own.
      for (let turn = turns.get(scope); turn !== undefined; ) {
        await turn;
        const next = turns.get(scope);
        turn = next === turn ? undefined : next;
      }
      turns.set(scope, clock.yield());
      if ('error' in outcome) {
        if (scope.isOpen) scope.results.push([call, null, errorToWire(outcome.error)]);
        throw outcome.error;
      }
      if (scope.isOpen) scope.results.push(withFiles([call, outcome.results], scope));
      return outcome.results;
    },
  };
}

const withFiles = ([call, results]: ActionResult, { files }: RddScope): ActionResult =>
  files.size === 0 ? [call, results] : [call, results, null, [...files]];

/** On an executor: turns in which nobody asks for the next result, after which the code is not the driver's. */
const IDLE_TURNS_MAX = 20_000;

/** On an executor actions do nothing: they resolve with what the driver found. */
export function replayingRunner(clock: Clock): JobRunner {
  const replays = new WeakMap<RddScope, Replay>();
  return {
    run(rdd: Rdd) {
      const scope = scopeOf(rdd.ctx, [rdd]);
      // Behind start(), or behind the end of a transform: the driver's alone.
      if (scope === undefined) return Promise.reject(executorReady());
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
  /** What the driver did not wait for, and so nobody here. */
  private readonly open: ReadonlySet<number>;
  private given = 0;
  private isRunning = false;

  constructor(
    private readonly scope: RddScope,
    private readonly clock: Clock,
  ) {
    const open = (scope.replay ?? []).filter(([, results, error]) => results === null && error === undefined);
    this.open = new Set(open.map(([call]) => call));
  }

  next(): Promise<unknown[]> {
    const call = this.scope.nextCall();
    if (this.open.has(call)) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      this.waiting.set(call, { resolve, reject });
      if (!this.isRunning) void this.giveOut();
    });
  }

  private async giveOut(): Promise<void> {
    this.isRunning = true;
    for (let idleTurns = 0; this.waiting.size > 0; idleTurns++) {
      // What is under way, and what goes on with the last result, makes its operations before the next one is given out.
      await this.clock.yield();
      const result = this.scope.replay?.[this.given];
      const waiting = result && this.waiting.get(result[0]);
      if (waiting !== undefined) {
        idleTurns = 0;
        this.given++;
        const [call, results, error, files = []] = result!;
        for (const [id, file] of files) this.scope.files.set(id, file);
        this.waiting.delete(call);
        if (results !== null) waiting.resolve(results);
        else waiting.reject(errorFromWire(error as WireError));
      } else if (result === undefined || idleTurns > IDLE_TURNS_MAX) {
        this.end(result === undefined ? this.scope.onReplayEnd : undefined);
        break;
      }
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

const notAwaited = () =>
  new DStreamsError(
    'TRANSFORM_NOT_PURE',
    'An action was awaited on an executor that the driver did not await at this place. Code before start() and inside transform must do the same everywhere: put side effects behind isDriver().',
  );
