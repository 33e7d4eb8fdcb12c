import { expect } from 'chai';
import { DStreamsError, streamOps } from '../../internal.ts';
import type { StreamRef } from '../../plan/index.ts';
import { FunctionPartitioner, HashPartitioner, Partitioner } from '../../rdd/index.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { textFileStream } from '../file-stream.ts';
import { recordAll } from './recovery-recording.ts';

const add = (a: number, b: number) => a + b;
const subtract = (a: number, b: number) => a - b;

interface Edited {
  /** Adds streams before those of the table. */
  readonly first?: (words: StreamRef) => void;
  readonly update?: (values: number[], state: unknown) => unknown;
  readonly uid?: string;
  readonly partitions?: number;
  readonly partitioner?: Partitioner;
  readonly windowMs?: number;
  readonly stateVersion?: number;
  readonly migrate?: (old: never, version: number) => unknown;
  readonly isRemoved?: boolean;
  readonly isWindowFirst?: boolean;
  readonly batchMs?: number;
  readonly conf?: Readonly<Record<string, boolean>>;
  /** Another kind of state under the same uid. */
  readonly isMapWithState?: boolean;
}

const sum = (values: number[], state: unknown) => values.reduce(add, (state as number | undefined) ?? 0);

function build(t: EngineHarness, edited: Edited, found: Map<string, unknown>): void {
  const lines = textFileStream(t.engine, '/in');
  const words = streamOps.narrow(lines, 'map', 'pairWithOne', [], 'array');
  const { partitioner = new HashPartitioner(edited.partitions ?? 2) } = edited;
  const options = { partitioner, dialect: 'array' } as const;
  const total = (): void => {
    if (edited.isRemoved) return;
    const { update = sum, stateVersion, migrate, uid = 'totals' } = edited;
    const stream = edited.isMapWithState
      ? streamOps.mapWithState(words, () => undefined, undefined, options).snapshots
      : streamOps.updateStateByKey(words, update, { ...options, stateVersion, migrate });
    stream.graph.setUid(stream.node, uid);
    recordAll(stream, 'totals', found);
  };
  const window = (): void => {
    const span = { windowMs: edited.windowMs ?? 3000, slideMs: edited.batchMs ?? 1000 };
    const p = options.partitioner;
    const kept = streamOps.reduceByKeyAndInverseWindow(words, add, subtract, undefined, span, p, 'array');
    recordAll(kept, 'window', found);
  };
  edited.first?.(words);
  const both = edited.isWindowFirst ? [window, total] : [total, window];
  for (const make of both) make();
}

/**
 * Runs the first program for twelve batches, a line `a` in each, then the edited one for two; what it found at 14 s. Killed
 * and started once more, it finds the same.
 */
async function edit(
  edited: Edited,
  original: Edited = {},
): Promise<{ totals: unknown; window: unknown; found: Map<string, unknown>; log: string }> {
  let now = 0;
  const disk = new MemoryDisk({ now: () => now });
  const files = new LocalFileSystem({ disk, workingDirectory: '/' });
  await files.makeDirectory('/in');
  const found = new Map<string, unknown>();
  const shared = { disk, files, recovers: true, checkpointDir: '/checkpoint' };
  const step = async (t: EngineHarness, n: number) => {
    now = n * 1000 - 500;
    await files.write(`/in/f${n}`, new TextEncoder().encode('a\n'));
    await t.run(1);
  };
  const first = new EngineHarness({ batchMs: 1000, ...shared });
  build(first, original, found);
  for (let n = 1; n <= 12; n++) await step(first, n);
  await first.crash();
  expect(found.get('totals@12000')).to.deep.equal(['["a",12]']);
  let log = '';
  for (const from of [13, 14]) {
    const next = new EngineHarness({
      batchMs: edited.batchMs ?? 1000,
      nowMs: (from - 1) * 1000,
      ...shared,
      ...(edited.conf === undefined ? {} : { conf: edited.conf }),
    });
    try {
      build(next, edited, found);
      await step(next, from);
      expect(next.failures).to.deep.equal([]);
    } finally {
      await next.crash();
      log += next.log.messages('INFO').join('\n');
    }
  }
  return { totals: found.get('totals@14000'), window: found.get('window@14000'), found, log };
}

async function refusal(edited: Edited): Promise<string> {
  const error = await edit(edited).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(DStreamsError);
  return `${(error as DStreamsError).code}: ${(error as DStreamsError).message}`;
}

const resumed = { totals: ['["a",14]'], window: ['["a",3]'] };

/** The rows of docs/state-evolution.md. */
describe('a program that has been edited goes on from the checkpoint of the old one', () => {
  const without = ({ totals, window }: Awaited<ReturnType<typeof edit>>) => ({ totals, window });

  it('1. a stateless operator added', async () => {
    const first = (words: StreamRef) => {
      recordAll(streamOps.narrow(words, 'filter', 'filter', [() => true], 'array'), 'filtered', new Map());
    };
    expect(without(await edit({ first }))).to.deep.equal(resumed);
  });

  it('2. a stateful operator added: it begins with the next batch', async () => {
    const added = new Map<string, unknown>();
    const first = (words: StreamRef) => {
      const options = { partitioner: new HashPartitioner(2), dialect: 'array' } as const;
      const stream = streamOps.updateStateByKey(words, sum, options);
      stream.graph.setUid(stream.node, 'added');
      recordAll(stream, 'added', added);
    };
    expect(without(await edit({ first }))).to.deep.equal(resumed);
    expect(added.get('added@14000')).to.deep.equal(['["a",2]']);
  });

  it('3. a stateful operator removed: refused, unless its state may be dropped', async () => {
    expect(await refusal({ isRemoved: true })).to.match(/^STATE_DROPPED: .*totals.*allowDroppedState/s);
    const { window } = await edit({ isRemoved: true, conf: { 'dstreams.checkpoint.allowDroppedState': true } });
    expect(window).to.deep.equal(resumed.window);
  });

  it('4. operators in another order', async () => {
    expect(without(await edit({ isWindowFirst: true }))).to.deep.equal(resumed);
  });

  it('5. another function: it gets the old state, and what came after that was written', async () => {
    const update = (values: number[], state: unknown) => sum(values, state) + 100 * values.length;
    // Written at 10 s, so batches 11 and 12 are its own as well.
    expect((await edit({ update })).totals).to.deep.equal(['["a",414]']);
  });

  it('6. the length of a window with an inverse function changed: refused', async () => {
    expect(await refusal({ windowMs: 5000 })).to.match(/^STATE_DIFFERS: .*3000 ms.*5000 ms/s);
  });

  it('7. another form of the state, and migrate', async () => {
    const update = (values: number[], state: unknown) => ({ n: sum(values, (state as { n: number } | undefined)?.n) });
    const versions = new Set<number>();
    const migrate = (old: number, version: number) => {
      versions.add(version);
      return { n: old };
    };
    expect((await edit({ update, stateVersion: 2, migrate })).totals).to.deep.equal(['["a",{"n":14}]']);
    expect([...versions]).to.deep.equal([1]);
  });

  it('8. another form of the state without migrate, or an older one: refused', async () => {
    expect(await refusal({ stateVersion: 2 })).to.match(/^STATE_DIFFERS: .*version 1, .*no migrate/s);
  });

  it('9. another number of partitions', async () => {
    expect(without(await edit({ partitions: 3 }))).to.deep.equal(resumed);
  });

  /** Keys of one letter, by their code or backwards. */
  class Letters extends Partitioner {
    constructor(readonly isBackwards: boolean) {
      super();
    }
    override numPartitions(): number {
      return 2;
    }
    override getPartition(key: unknown): number {
      return (String(key).charCodeAt(0) + Number(this.isBackwards)) % 2;
    }
  }
  class Mirrored extends Letters {
    override getPartition(key: unknown): number {
      return 1 - super.getPartition(key);
    }
  }
  const byCode = (key: unknown) => String(key).charCodeAt(0);
  const byLength = (key: unknown) => String(key).length + 1;
  const partitioners: { name: string; from: () => Partitioner; to: () => Partitioner; isSpread: boolean }[] = [
    { name: 'the same', from: () => new Letters(true), to: () => new Letters(true), isSpread: false },
    { name: 'another field', from: () => new Letters(true), to: () => new Letters(false), isSpread: true },
    { name: 'another class', from: () => new Letters(true), to: () => new Mirrored(true), isSpread: true },
    { name: 'in place of hashes', from: () => new HashPartitioner(2), to: () => new Letters(false), isSpread: true },
    { name: 'hashes in place of it', from: () => new Letters(false), to: () => new HashPartitioner(2), isSpread: true },
    {
      name: 'the same function',
      from: () => new FunctionPartitioner(2, byCode),
      to: () => new FunctionPartitioner(2, byCode),
      isSpread: false,
    },
    {
      name: 'another function',
      from: () => new FunctionPartitioner(2, byCode),
      to: () => new FunctionPartitioner(2, byLength),
      isSpread: true,
    },
  ];
  for (const { name, from, to, isSpread } of partitioners) {
    it(`9. a partitioner of one's own with as many partitions: ${name}`, async () => {
      const result = await edit({ partitioner: to() }, { partitioner: from() });
      expect(without(result)).to.deep.equal(resumed);
      expect(/totals.* spread anew/.test(result.log)).to.equal(isSpread);
    });
  }

  it('10. another uid: refused as 3, and named', async () => {
    expect(await refusal({ uid: 'sums' })).to.match(/^STATE_DROPPED: .*totals.*sums/s);
    const { totals } = await edit({ uid: 'sums', conf: { 'dstreams.checkpoint.allowDroppedState': true } });
    expect(totals).to.deep.equal(['["a",2]']);
  });

  it('11. another batch duration: refused', async () => {
    expect(await refusal({ batchMs: 500 })).to.match(/^CHECKPOINT_DIFFERS: .*1000 ms.*500 ms/s);
  });

  it('12. another kind of state under the same uid: refused', async () => {
    expect(await refusal({ isMapWithState: true })).to.match(/^STATE_DIFFERS: .*updateByKey.*mapWithState/s);
  });
});
