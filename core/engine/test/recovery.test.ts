import { expect } from 'chai';
import { queueInput, streamOps } from '../../internal.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { recordAll } from './recovery-recording.ts';
import { textFileStream } from '../file-stream.ts';

const add = (a: number, b: number) => a + b;

/** A directory of files and checkpoints that outlives the engines over it. */
function world() {
  let now = 0;
  const disk = new MemoryDisk({ now: () => now });
  const files = new LocalFileSystem({ disk, workingDirectory: '/' });
  const put = async (name: string, lines: number) => {
    await files.write(`/in/${name}`, new TextEncoder().encode('line\n'.repeat(lines)));
  };
  return {
    disk,
    files,
    put,
    at: (ms: number) => {
      now = ms;
    },
    engine: (nowMs: number, recovers = true) =>
      new EngineHarness({
        batchMs: 1000,
        disk,
        files,
        nowMs,
        recovers,
        checkpointDir: '/checkpoint',
        onFailure: 'keep',
      }),
  };
}

describe('recovery', () => {
  it("runs the guide's table: files of 10, 20, … 100 lines, dead in batch 4, back at batch 7", async () => {
    const w = world();
    await w.files.makeDirectory('/in');
    const counts: [number, number][] = [];
    const program = (t: EngineHarness) => {
      const counted = streamOps.count(textFileStream(t.engine, '/in'), t.core);
      streamOps.output(counted, 'foreachRDD', async (rdd, timeMs) => {
        counts.push([timeMs, (await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat()[0] as number]);
      });
    };
    let t = w.engine(0);
    program(t);
    await t.start();
    for (let n = 1; n <= 3; n++) {
      w.at(n * 1000 - 500);
      await w.put(`f${n}`, n * 10);
      await t.run(1);
    }
    expect(counts.map(([, count]) => count)).to.deep.equal([10, 20, 30]);
    await t.crash();
    for (let n = 4; n <= 6; n++) {
      w.at(n * 1000 - 500);
      await w.put(`f${n}`, n * 10);
    }
    counts.length = 0;
    t = w.engine(6500);
    program(t);
    w.at(6600);
    await w.put('f7', 70);
    await t.start();
    await t.engine.idle();
    expect(counts).to.deep.equal([
      [4000, 40],
      [5000, 50],
      [6000, 60],
    ]);
    t.clock.advance(500);
    await t.engine.idle();
    for (let n = 8; n <= 10; n++) {
      w.at(n * 1000 - 500);
      await w.put(`f${n}`, n * 10);
      await t.run(1);
    }
    expect(counts.slice(3)).to.deep.equal([
      [7000, 70],
      [8000, 80],
      [9000, 90],
      [10_000, 100],
    ]);
    await t.stop();
  });

  for (const [name, fails] of [
    ['is made', false],
    ['fails to be made', true],
  ] as const) {
    it(`has no error of a batch that ${name} when it has been stopped, and runs it after a restart`, async () => {
      const w = world();
      await w.files.makeDirectory('/in');
      const seen: number[] = [];
      const program = (t: EngineHarness) =>
        streamOps.output(streamOps.count(textFileStream(t.engine, '/in'), t.core), 'foreachRDD', async (_, timeMs) => {
          seen.push(timeMs);
        });
      let t = w.engine(0);
      program(t);
      let letGo!: () => void;
      const gate = new Promise<void>((resolve) => {
        letGo = resolve;
      }).then(() => (fails ? Promise.reject(new Error('too late')) : undefined));
      t.engine.addService({
        name: 'slow',
        start() {},
        beforeBatch: () => gate,
        commit() {},
        snapshot: () => null,
        release() {},
        stop: async () => {},
      });
      const ended = t.engine.awaitTermination();
      await t.start();
      w.at(500);
      await w.put('f1', 1);
      t.clock.advance(1000);
      await t.engine.stop();
      letGo();
      await gate.catch(() => {});
      await new Promise(setImmediate);
      await ended;
      expect([seen, t.engine.firstFailure]).to.deep.equal([[], undefined]);
      t = w.engine(1500);
      program(t);
      await t.start();
      await t.engine.idle();
      expect(seen).to.deep.equal([1000]);
      await t.stop();
    });
  }

  for (const died of [3, 10, 14, 20, 23]) {
    it(`brings state and windows back: dead after batch ${died} of 24`, async () => {
      const run = async (crashAfter: number | undefined) => {
        const w = world();
        await w.files.makeDirectory('/in');
        const found = new Map<string, unknown>();
        let t = w.engine(0);
        const program = () => {
          const words = streamOps.narrow(textFileStream(t.engine, '/in'), 'map', 'pairWithOne', [], 'array');
          const options = { partitioner: new HashPartitioner(2), dialect: 'array' } as const;
          const totals = streamOps.updateStateByKey(
            words,
            (values: number[], state?: number) => values.reduce(add, state ?? 0),
            options,
          );
          const { mapped, snapshots } = streamOps.mapWithState(
            words,
            (
              _: number,
              key: string,
              value: number | undefined,
              state: { exists(): boolean; get(): number; update(n: number): void },
            ) => {
              const sum = (state.exists() ? state.get() : 0) + (value ?? 0);
              state.update(sum);
              return [key, sum];
            },
            undefined,
            options,
          );
          const span = { windowMs: 3000, slideMs: 1000 };
          const p = options.partitioner;
          const kept = streamOps.reduceByKeyAndInverseWindow(
            words,
            add,
            (a: number, b: number) => a - b,
            undefined,
            span,
            p,
            'array',
          );
          const sliding = streamOps.reduceByKeyAndWindow(words, add, span, p, 'array');
          for (const [name, stream] of Object.entries({ totals, mapped, snapshots, kept, sliding })) {
            recordAll(stream, name, found);
          }
        };
        program();
        await t.start();
        for (let n = 1; n <= 24; n++) {
          w.at(n * 1000 - 500);
          await w.put(`f${n}`, (n % 5) + 1);
          await t.run(1);
          if (n !== crashAfter) continue;
          await t.crash();
          t = w.engine(n * 1000);
          program();
          await t.start();
          await t.engine.idle();
        }
        expect(t.failures).to.deep.equal([]);
        await t.stop();
        return Object.fromEntries(found);
      };
      expect(await run(died)).to.deep.equal(await run(undefined));
    });
  }

  it('refuses a program with a queue, whose content is gone', async () => {
    const w = world();
    const program = (t: EngineHarness) =>
      recordAll(
        t.engine.addInput('queueStream', queueInput([], { oneAtATime: true, defaultRdd: undefined })),
        'x',
        new Map(),
      );
    const first = w.engine(0);
    program(first);
    await first.run(2);
    await first.crash();
    const second = w.engine(2000);
    program(second);
    const failure = await second.start().catch((error: unknown) => error);
    expect(failure).to.include({ code: 'INPUT_UNRECOVERABLE' });
    expect(String(failure)).to.match(/queueStream doesn't support checkpointing/);
    await second.stop();
  });

  it('refuses what it cannot go on from, and changes nothing', async () => {
    const w = world();
    await w.files.makeDirectory('/in');
    const first = w.engine(0);
    recordAll(textFileStream(first.engine, '/in'), 'x', new Map());
    await first.run(2);
    const second = new EngineHarness({
      batchMs: 500,
      disk: w.disk,
      files: w.files,
      nowMs: 2000,
      recovers: true,
      checkpointDir: '/checkpoint',
    });
    await first.crash();
    recordAll(textFileStream(second.engine, '/in'), 'x', new Map());
    const failure = await second.start().then(
      () => undefined,
      (error: { code: string }) => error.code,
    );
    expect(failure).to.equal('CHECKPOINT_DIFFERS');
    await second.stop();
    const third = w.engine(2000);
    recordAll(textFileStream(third.engine, '/in'), 'x', new Map());
    await third.run(1);
    expect(third.log.messages('INFO').join()).to.match(/first batch at 3000 ms/);
    await third.stop();
  });
});
