import { expect } from 'chai';
import fc from 'fast-check';
import { defaultCodec } from '../../data/index.ts';
import { DStreamsError, errorCodes } from '../../errors.ts';
import { type ActionResult, type JobRunner, type Rdd, RddScope } from '../../rdd/index.ts';
import { ManualClock } from '../../time/index.ts';
import { recordingRunner, replayingRunner } from '../action-runners.ts';

/** Code between awaits: an operation, an action that is done after some turns (0: at once) or fails, awaits that wait for nothing. */
type Step =
  | { readonly kind: 'operation' }
  | { readonly kind: 'action'; readonly fails: boolean; readonly atOnce: boolean }
  | { readonly kind: 'steps'; readonly count: number };
/** Stretches of a program that are under way at once; what comes out of those that nobody awaits is not waited for. */
interface Program {
  readonly awaited: readonly (readonly Step[])[];
  readonly left: readonly (readonly Step[])[];
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('operation' as const) }),
  fc.record({ kind: fc.constant('action' as const), fails: fc.boolean(), atOnce: fc.boolean() }),
  fc.record({ kind: fc.constant('steps' as const), count: fc.integer({ min: 1, max: 30 }) }),
);
const stretch = fc.array(step, { minLength: 1, maxLength: 5 });
const programs: fc.Arbitrary<Program> = fc.record({
  awaited: fc.array(stretch, { minLength: 1, maxLength: 4 }),
  left: fc.array(stretch, { maxLength: 2 }),
});

/** Runs the program on a scope; the log says which stretch did what with which result, in order, until the program ended. */
async function run(program: Program, scope: RddScope, runner: JobRunner, log: string[] = []): Promise<string[]> {
  const rdd = {
    scope,
    timeMs: undefined,
    ctx: { currentScope: () => (scope.isOpen ? scope : undefined) },
  } as unknown as Rdd;
  const follow = async (steps: readonly Step[], name: string): Promise<void> => {
    for (const [i, one] of steps.entries()) {
      if (one.kind === 'operation') log.push(`${name}.${i}`);
      else if (one.kind === 'steps') for (let n = 0; n < one.count; n++) await null;
      else {
        const tag = { name, i, ...one };
        const outcome = await runner
          .run(rdd, tag as never)
          .then(String, (error: unknown) => `${errorCodes(error)} ${(error as Error).message}`);
        log.push(`${name}.${i} goes on with ${outcome}`);
      }
    }
  };
  for (const [i, steps] of program.left.entries()) void follow(steps, `left ${i}`);
  await Promise.all(program.awaited.map((steps, i) => follow(steps, `${i}`)));
  scope.close();
  return [...log];
}

/** The engine of the driver: its actions are done in an order that the numbers choose. */
function engine(choices: () => number) {
  const pending: (() => void)[] = [];
  const runner: JobRunner = {
    run: (_rdd, action) => {
      const { name, i, fails, atOnce } = action as unknown as {
        name: string;
        i: number;
        fails: boolean;
        atOnce: boolean;
      };
      const error = new DStreamsError('TASK_FAILED', `${name}.${i} failed`, { cause: new RangeError('why') });
      if (atOnce) return fails ? Promise.reject(error) : Promise.resolve([name, i]);
      return new Promise((resolve, reject) => {
        pending.push(() => (fails ? reject(error) : resolve([name, i])));
      });
    },
  };
  let idle = 0;
  /** One turn: none, one or several actions are done, but not none for long. */
  const turn = (): void => {
    const count = choices() % 3;
    idle = count === 0 ? idle + 1 : 0;
    for (let n = idle > 3 ? 1 : count; n > 0 && pending.length > 0; n--) {
      pending.splice(choices() % pending.length, 1)[0]!();
    }
  };
  return { runner, turn };
}

const scopeOfCall = () => new RddScope('n1@1000#', 'n1#');

async function inDriver(program: Program, orders: readonly number[], isStatic: boolean) {
  let next = 0;
  const { runner, turn } = engine(() => orders[next++ % orders.length]!);
  const clock = new ManualClock();
  const scope = scopeOfCall();
  const state = { isDone: false };
  const log = run(
    program,
    scope,
    recordingRunner(runner, () => {}, clock),
  ).finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) {
    await clock.yield();
    turn();
  }
  const results = isStatic ? scope.allResults() : scope.results;
  return { log: await log, results: defaultCodec.decodeValue(defaultCodec.encodeValue(results)) as ActionResult[] };
}

const orders = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });

describe('actions that are recorded and replayed', function () {
  this.timeout(60_000);
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));
  afterEach(async () => {
    await new ManualClock().yield();
    expect(unhandled.splice(0)).to.deep.equal([]);
  });

  it('go on in the order of the driver, with what they gave there, whatever is done first', () =>
    fc.assert(
      fc.asyncProperty(programs, orders, fc.boolean(), async (program, order, isStatic) => {
        const driver = await inDriver(program, order, isStatic);
        const scope = scopeOfCall();
        scope.replay = driver.results;
        if (!isStatic) scope.onReplayEnd = () => {};
        const clock = new ManualClock();
        const log: string[] = [];
        expect(await run(program, scope, replayingRunner(clock), log)).to.deep.equal(driver.log);
        // What the program left behind gets no results that the driver had not got by then, and is told of nothing but the end.
        for (let turn = 0; turn < 5; turn++) await clock.yield();
        const given = driver.results.filter(([, results, error]) => results !== null || error !== undefined);
        const goesOn = log.filter((line) => line.includes('goes on') && !line.includes('The program ends here'));
        expect(goesOn.length).to.be.at.most(given.length);
      }),
      { numRuns: 200 },
    ));

  it('stop where the driver has not got further yet, having done what it did, and not before', () =>
    fc.assert(
      fc.asyncProperty(programs, orders, fc.nat(), async ({ awaited }, order, cut) => {
        const program = { awaited, left: [] };
        const driver = await inDriver(program, order, false);
        const known = driver.results.length === 0 ? 0 : cut % driver.results.length;
        const scope = scopeOfCall();
        scope.replay = driver.results.slice(0, known);
        const log: string[] = [];
        const ended = new Promise<void>((resolve) => {
          scope.onReplayEnd = resolve;
        });
        await Promise.race([run(program, scope, replayingRunner(new ManualClock()), log), ended]);
        expect(log).to.deep.equal(driver.log.slice(0, log.length));
        expect(log.filter((line) => line.includes('goes on'))).to.have.length(known);
        if (driver.results.length === 0) expect(log).to.deep.equal(driver.log);
      }),
      { numRuns: 100 },
    ));

  it('are left pending where the program came to its end before they were done', async () => {
    const scope = scopeOfCall();
    const rdd = { scope, timeMs: undefined, ctx: { currentScope: () => scope } } as unknown as Rdd;
    const clock = new ManualClock();
    void recordingRunner({ run: () => new Promise(() => {}) }, () => {}, clock).run(rdd, {} as never);
    const replay = scopeOfCall();
    replay.replay = defaultCodec.decodeValue(defaultCodec.encodeValue(scope.allResults())) as ActionResult[];
    const there = { ...rdd, scope: replay } as unknown as Rdd;
    const settled = replayingRunner(clock)
      .run(there, {} as never)
      .then(
        () => 'resolved',
        () => 'rejected',
      );
    const turns = async () => {
      for (let turn = 0; turn < 5; turn++) await clock.yield();
      return 'pending';
    };
    expect(replay.replay).to.have.length(1);
    expect(await Promise.race([settled, turns()])).to.equal('pending');
  });

  it('fail where the driver awaited none', async () => {
    const scope = scopeOfCall();
    scope.replay = [];
    const program: Program = { awaited: [[{ kind: 'action', fails: false, atOnce: false }]], left: [] };
    const [line] = await run(program, scope, replayingRunner(new ManualClock()));
    expect(line).to.match(/TRANSFORM_NOT_PURE/);
  });

  it('keep the class, code, message and cause of a failure', async () => {
    const scope = scopeOfCall();
    const rdd = {
      scope,
      timeMs: undefined,
      ctx: { currentScope: () => (scope.isOpen ? scope : undefined) },
    } as unknown as Rdd;
    const failure = new DStreamsError('TASK_FAILED', 'no luck', { cause: new RangeError('why') });
    const clock = new ManualClock();
    const driver = recordingRunner({ run: () => Promise.reject(failure) }, () => {}, clock);
    await driver.run(rdd, {} as never).catch(() => {});
    const replay = scopeOfCall();
    replay.replay = defaultCodec.decodeValue(defaultCodec.encodeValue(scope.results)) as ActionResult[];
    const there = { ...rdd, scope: replay } as unknown as Rdd;
    const error = await replayingRunner(clock)
      .run(there, {} as never)
      .then(
        () => undefined,
        (e: unknown) => e as DStreamsError,
      );
    expect(error).to.be.instanceOf(DStreamsError);
    expect(error).to.include({ code: 'TASK_FAILED', message: 'no luck' });
    expect(error!.cause).to.be.instanceOf(RangeError).and.to.include({ message: 'why' });
  });
});
