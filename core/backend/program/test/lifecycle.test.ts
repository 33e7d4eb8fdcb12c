import { expect } from 'chai';
import { currentProgram, isDriver, executorMode, setCurrentProgram, setExecutorMode } from '../current.ts';
import {
  type ActiveContext,
  activeContexts,
  registerActive,
  reportUnawaitedFailure,
  unregisterActive,
  watchUnawaitedFailures,
  whenIdle,
} from '../lifecycle.ts';

function fakeContext(): { context: ActiveContext & { failed: Error | undefined }; end(): void } {
  let end = (): void => {};
  const terminated = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { context: { terminated, failed: undefined, stop: async () => end() }, end };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('active contexts', () => {
  it('are idle at once when there is none', async () => {
    await whenIdle();
    expect(activeContexts()).to.deep.equal([]);
  });

  it('are waited for, those too that start meanwhile', async () => {
    const first = fakeContext();
    const second = fakeContext();
    registerActive(first.context);
    let idle = false;
    const done = whenIdle().then(() => {
      idle = true;
    });
    registerActive(second.context);
    expect(activeContexts()).to.deep.equal([first.context, second.context]);
    first.end();
    await turn();
    expect(idle).to.equal(false);
    second.end();
    await done;
    expect(activeContexts()).to.deep.equal([]);
  });

  it('tell of failures that nobody awaits, earlier ones too', () => {
    // What other tests of this process left behind is none of this one's business.
    watchUnawaitedFailures(() => {})();
    const seen: string[] = [];
    reportUnawaitedFailure(new Error('early'));
    const end = watchUnawaitedFailures((error) => seen.push(error.message));
    reportUnawaitedFailure('late');
    const { context } = fakeContext();
    registerActive(context);
    context.failed = new Error('of a context');
    unregisterActive(context);
    unregisterActive(context);
    end();
    expect(seen).to.deep.equal(['early', 'late', 'of a context']);
    watchUnawaitedFailures((error) => seen.push(`again ${error.message}`))();
    expect(seen).to.have.length(3);
  });
});

describe('the current program', () => {
  afterEach(() => {
    setCurrentProgram(undefined);
    setExecutorMode(false);
  });

  it('is none in an inline script', () => expect(currentProgram()).to.equal(undefined));

  it('is what was set last', () => {
    const program = { file: '/a.ts', bundlePath: '/b.mjs', hash: 'h', className: undefined, args: ['x'] };
    setCurrentProgram(program);
    expect(currentProgram()).to.equal(program);
  });

  it('runs in the driver unless the process is an executor', () => {
    expect([isDriver(), executorMode()]).to.deep.equal([true, false]);
    setExecutorMode(true);
    expect([isDriver(), executorMode()]).to.deep.equal([false, true]);
  });
});
