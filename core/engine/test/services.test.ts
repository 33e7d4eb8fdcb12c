import { expect } from 'chai';
import { StorageLevels } from '../../data/index.ts';
import { streamOps } from '../../internal.ts';
import { OUTPUT, type Service } from '../../plan/index.ts';
import { collect } from '../../rdd/index.ts';
import type { Receiver, ReceiverSupervisor } from '../../source/receiver.ts';
import { receiverInput } from '../../source/receiver-input.ts';
import { EngineHarness } from '../../testing/harness.ts';

class Diary implements Service {
  readonly calls: string[] = [];
  failing: string | undefined;
  constructor(readonly name = 'diary') {}
  private note(call: string, what: string): void {
    this.calls.push(call);
    if (this.failing === what) throw new Error(`${what} fails`);
  }
  start(): void {
    this.note('start', 'start');
  }
  beforeBatch(timeMs: number): void {
    this.note(`before ${timeMs}`, 'before');
  }
  async commit(timeMs: number): Promise<void> {
    this.note(`commit ${timeMs}`, 'commit');
  }
  snapshot(): unknown {
    return this.calls.length;
  }
  release(): void {}
  async stop(graceful: boolean): Promise<void> {
    this.note(`stop ${graceful}`, 'stop');
  }
}

function setUp(service: Diary, write: (timeMs: number, values: unknown[]) => void = () => {}) {
  const harness = new EngineHarness({ batchMs: 1000 });
  const stream = harness.input([['a'], [], ['b']], 1);
  const sink = Object.assign(() => {}, {
    [OUTPUT]: {
      write: async (rdd: Parameters<typeof collect>[0], timeMs: number) => {
        service.calls.push(`write ${timeMs}`);
        write(timeMs, await collect(rdd));
      },
    },
  });
  streamOps.output(stream, 'foreachRDD', () => expect.fail('the sink stands in its place'), sink);
  harness.engine.addService(service);
  return harness;
}

describe('services of an engine', () => {
  it('live from the start to the stop, around the jobs of each batch', async () => {
    const service = new Diary();
    const batches: unknown[] = [];
    const harness = setUp(service, (_, values) => batches.push(values));
    await harness.run(2);
    await harness.stop();
    expect(service.calls).to.deep.equal([
      'start',
      'before 1000',
      'write 1000',
      'commit 1000',
      'before 2000',
      'write 2000',
      'commit 2000',
      'stop false',
    ]);
    expect(batches).to.deep.equal([['a'], []]);
  });

  it('do not commit a batch that failed', async () => {
    const service = new Diary();
    const harness = setUp(service, (timeMs) => {
      if (timeMs === 1000) throw new Error('the sink fails');
    });
    await harness.run(1).catch(() => {});
    await harness.run(1).catch(() => {});
    await harness.stop();
    expect(service.calls.filter((call) => call.startsWith('commit'))).to.deep.equal(['commit 2000']);
    expect(harness.failures).to.have.length(1);
  });

  it('hear of each batch of an output before it is written, and when it is not', async () => {
    const harness = new EngineHarness({ batchMs: 1000, onFailure: 'keep' });
    const calls: string[] = [];
    const note =
      (call: string) =>
      (timeMs: number): void =>
        void calls.push(`${call} ${timeMs}`);
    const sink = {
      begin: note('begin'),
      fail: note('fail'),
      write: async (rdd: Parameters<typeof collect>[0], timeMs: number) => {
        const values = await collect(rdd);
        if (values.includes('no write')) throw new Error('the sink fails');
        note('write')(timeMs);
      },
    };
    const lines = harness.input([['a'], ['no write'], ['no record'], ['b'], null, ['no data set'], ['c']], 1);
    const checked = streamOps.transform([lines], ([rdd], timeMs) => {
      if (timeMs === 6000) throw new Error('no data set');
      return rdd!;
    });
    const check = (line: string) => {
      if (line === 'no record') throw new Error(line);
      return line;
    };
    const sound = streamOps.narrow(checked, 'map', 'map', [check], 'array');
    streamOps.output(
      sound,
      'foreachRDD',
      () => {},
      Object.assign(() => {}, { [OUTPUT]: sink }),
    );
    await harness.run(7);
    await harness.stop();
    expect(calls).to.deep.equal([
      ...['begin 1000', 'write 1000', 'begin 2000', 'fail 2000', 'begin 3000', 'fail 3000', 'begin 4000', 'write 4000'],
      ...['fail 5000', 'fail 6000', 'begin 7000', 'write 7000'],
    ]);
  });

  it('fail the start, and are stopped', async () => {
    const service = new Diary();
    service.failing = 'start';
    const harness = setUp(service);
    let error: unknown;
    await harness.start().catch((e: unknown) => (error = e));
    expect(String(error)).to.include('start fails');
    expect(service.calls).to.deep.equal(['start', 'stop false']);
    await harness.stop();
  });

  for (const what of ['before', 'commit'])
    it(`fail a batch by ${what}`, async () => {
      const service = new Diary();
      service.failing = what;
      const harness = setUp(service);
      await harness.run(1).catch(() => {});
      expect(harness.failures.map(({ timeMs, error }) => [timeMs, (error as Error).message])).to.deep.equal([
        [1000, `${what} fails`],
      ]);
      await harness.stop();
    });

  it('are registered once each, before the start', async () => {
    const harness = setUp(new Diary());
    expect(() => harness.engine.addService(new Diary()))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    await harness.start();
    expect(() => harness.engine.addService(new Diary('other')))
      .to.throw()
      .with.property('code', 'CONTEXT_STARTED');
    await harness.stop();
  });
});

describe('bytes with their records', () => {
  for (const level of [StorageLevels.MEMORY_AND_DISK, StorageLevels.MEMORY_AND_DISK_SER_2])
    it(`go into the current block in the order of calls, at ${level.toString()}`, async () => {
      const harness = new EngineHarness({ batchMs: 1000 });
      let store!: ReceiverSupervisor;
      const receiver: Receiver = {
        name: 'Hand',
        storageLevel: level,
        onStart: (supervisor) => {
          store = supervisor;
        },
        onStop: () => {},
      };
      const values: unknown[] = [];
      streamOps.output(
        harness.engine.addInput('receiverStream', receiverInput(receiver)),
        'foreachRDD',
        async (rdd) => void values.push(rdd.partitionCount, await collect(rdd)),
      );
      await harness.start();
      expect(store.isDurable).to.equal(false);
      const roomBefore = store.roomBytes();
      const stored = await Promise.all([
        store.storeBytes(new Uint8Array(10), { records: [[1], [{ a: 2 }]] }),
        store.storeBytes(new Uint8Array(5), { records: [['three']] }),
      ]);
      expect(stored).to.deep.equal([{ position: 0 }, { position: 1 }]);
      expect(store.roomBytes()).to.be.lessThan(roomBefore);
      await harness.run(1);
      expect(values).to.deep.equal([1, [1, { a: 2 }, 'three']]);
      await harness.stop();
    });
});
