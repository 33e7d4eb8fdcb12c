import { expect } from 'chai';
import { createCodec, createRegistry, StorageLevels } from '../../../data/index.ts';
import {
  applyStep,
  collect,
  HashPartitioner,
  repartition,
  type Rdd,
  stateRdd,
  type StateStep,
} from '../../../rdd/index.ts';
import { MemoryDisk } from '../../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../../storage/file-system.ts';
import { narrowStep, SuiteContext } from '../../../testing/backend-fixture.ts';
import { backendCases } from '../../../testing/backend-suite.ts';
import { ManualClock } from '../../../time/index.ts';
import { packVersion, unpackVersion } from '../../executor/state-store.ts';
import type { TaskExecutor } from '../../executor/task-executor.ts';
import { InProcessBackend } from '../in-process-backend.ts';

/** Spilled blocks in a map. */
function memoryDisk() {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    async write(name: string, bytes: Uint8Array) {
      files.set(name, bytes.slice());
    },
    async read(name: string) {
      return files.get(name)!;
    },
    async remove(name: string) {
      files.delete(name);
    },
  };
}

function create(options: Partial<ConstructorParameters<typeof InProcessBackend>[0]> = {}) {
  const disk = memoryDisk();
  const backend = new InProcessBackend({
    clock: { monotonic: () => 0, yield: () => Promise.resolve() },
    codec: createCodec(createRegistry()),
    disk,
    files: new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/' }),
    memoryBytesMax: 1 << 20,
    holdMs: 10,
    ...options,
  });
  return { backend, disk };
}

describe('the in-process backend', () => {
  for (const { name, run } of backendCases) it(name, () => run(() => create().backend));

  it('lets the event loop turn at least every 10 ms of work', async () => {
    let nowMs = 0;
    const turns: number[] = [];
    const clock = {
      monotonic: () => nowMs,
      async yield() {
        turns.push(nowMs);
      },
    };
    const { backend } = create({ clock });
    const ctx = new SuiteContext(backend);
    // Each record takes 1 ms of the fake clock.
    const slow = {
      fn: (x: number) => {
        nowMs++;
        return x;
      },
      coord: undefined,
      site: 'pacing',
    };
    await collect(applyStep(ctx.numbers(3000, 3), narrowStep('map', slow)));
    const held = turns.map((at, i) => at - (turns[i - 1] ?? 0));
    // The first slice of a partition has 64 records, and slices shrink to 8 while they take longer than 2 ms.
    expect(Math.max(...held)).to.be.at.most(64 + 10);
    expect(held.filter((ms) => ms <= 16).length).to.be.greaterThan(0.9 * held.length);
    expect(nowMs - turns.at(-1)!).to.be.at.most(16);
    await backend.stop();
  });

  it('lets the event loop turn while what is shuffled is looked at', async () => {
    let nowMs = 0;
    let lastMs = 0;
    const held: number[] = [];
    const clock = {
      monotonic: () => nowMs,
      async yield() {
        held.push(nowMs - lastMs);
        lastMs = nowMs;
      },
    };
    const codec = createCodec(createRegistry());
    // A thousandth of a ms for a record.
    const slow = Object.create(codec, {
      checkAll: { value: (values: readonly unknown[]) => void (nowMs += values.length / 1000) },
    }) as typeof codec;
    const { backend } = create({ clock, codec: slow });
    const ctx = new SuiteContext(backend);
    const pairs = applyStep(ctx.numbers(100_000, 1), narrowStep('pairWithOne'));
    const shuffled = repartition(pairs, 2, 'array');
    expect(await ctx.runner.run(shuffled, { kind: 'count' })).to.have.length(2);
    expect(nowMs).to.be.closeTo(100, 1e-6);
    expect(held.length).to.be.at.least(4);
    // Ten, and a stretch of 8,192.
    expect(Math.max(...held)).to.be.below(20);
    await backend.stop();
  });

  it('lets the event loop turn while a batch is applied to a large state', async () => {
    let nowMs = 0;
    let lastMs = 0;
    let heldMs = 0;
    const clock = {
      monotonic: () => nowMs,
      async yield() {
        heldMs = Math.max(heldMs, nowMs - lastMs);
        lastMs = nowMs;
      },
    };
    const { backend } = create({ clock });
    const ctx = new SuiteContext(backend);
    let calls = 0;
    const fn = (values: readonly number[], state: number | undefined) => {
      calls++;
      // A thousandth of a ms for a key: 100,000 of them would hold the loop for a tenth of a second.
      nowMs += 0.001;
      return (state ?? 0) + values.length;
    };
    const slot = { fn, coord: undefined, site: 'state pacing' };
    const pairs = applyStep(ctx.numbers(100_000, 1), narrowStep('pairWithOne'));
    const version = (prev: Rdd | undefined, inputs: readonly Rdd[], timeMs: number) => {
      const step: StateStep = { update: { kind: 'updateByKey', fn: slot }, dialect: 'array', timeMs, label: 'state' };
      const spec = { prev, initial: undefined, inputs, step, isMarked: false };
      return stateRdd(ctx, spec, new HashPartitioner(1));
    };
    const first = version(undefined, [pairs], 1000);
    const second = version(first, [], 2000);
    expect(await ctx.runner.run(second, { kind: 'count' })).to.deep.equal([100_000]);
    expect(calls).to.equal(200_000);
    // Ten, and a slice: these are made to take about two.
    expect(heldMs).to.be.within(5, 15);
    await backend.stop();
  });

  it('makes a window of its batches where the version before is a copy, which has no stacks', async () => {
    const { backend } = create();
    const codec = createCodec(createRegistry());
    const { states } = Reflect.get(backend, 'executor') as TaskExecutor;
    const ctx = new SuiteContext(backend);
    const reduce = { fn: (a: number, b: number) => a + b, coord: undefined, site: 'window of a copy' };
    const batches = [3, 4, 5].map((n) => applyStep(ctx.numbers(n, 1), narrowStep('pairWithOne')));
    const version = (slide: number, prev: Rdd | undefined) => {
      const panes = [slide - 1, slide].filter((pane) => pane > 0);
      const update = { kind: 'slidingWindow', reduce, slide, windowPanes: 2, slidePanes: 1, panes } as const;
      const step: StateStep = { update, dialect: 'array', timeMs: slide, label: 'window' };
      const inputs = panes.map((pane) => batches[pane - 1]!);
      return stateRdd(ctx, { prev, initial: undefined, inputs, step, isMarked: false }, new HashPartitioner(1));
    };
    const first = version(1, undefined);
    await collect(first);
    states.put(first.id, 0, unpackVersion(packVersion(states.get(first.id, 0)!, codec), codec));
    expect(await collect(first)).to.have.length(3);
    const second = version(2, first);
    expect(await collect(second)).to.deep.equal([
      [0, 2],
      [1, 2],
      [2, 2],
      [3, 1],
    ]);
    // And goes on from there.
    expect(await collect(version(3, second))).to.deep.equal([
      [0, 2],
      [1, 2],
      [2, 2],
      [3, 2],
      [4, 1],
    ]);
    await backend.stop();
  });

  it('does not wait for a turn that nobody is due', async () => {
    let turns = 0;
    const clock = {
      monotonic: () => 0,
      async yield() {
        turns++;
      },
    };
    const { backend } = create({ clock });
    await collect(applyStep(new SuiteContext(backend).numbers(3000, 3), narrowStep('glom')));
    expect(turns).to.equal(0);
    await backend.stop();
  });

  it('leaves no file and no memory behind', async () => {
    const { backend, disk } = create({ memoryBytesMax: 0 });
    const rdd = new SuiteContext(backend).numbers(100, 4).persist(StorageLevels.MEMORY_AND_DISK);
    await collect(rdd);
    expect(disk.files.size).to.equal(4);
    await backend.stop();
    expect(disk.files.size).to.equal(0);
    expect(backend.memoryBytes).to.equal(0);
  });
});
