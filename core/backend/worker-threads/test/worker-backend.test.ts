import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { defaultCodec } from '../../../data/index.ts';
import { SparkCore } from '../../../engine/spark-core.ts';
import { StreamEngine } from '../../../engine/stream-engine.ts';
import { log } from '../../../metrics/index.ts';
import { output } from '../../../operator/index.ts';
import { SparkConf } from '../../../options/index.ts';
import { fingerprint } from '../../../plan/index.ts';
import { queueInput } from '../../../source/queue-input.ts';
import { backendCases } from '../../../testing/backend-suite.ts';
import { runJobTest } from '../../../../testing/run-job-test.ts';
import { bundleProgram, packageRoot, programHash } from '../../program/index.ts';
import { WorkerBackend } from '../worker-backend.ts';

/** Job modules are sources, bundled as a user's are: found beside the source of this test, wherever it was built to. */
const job = (name: string) =>
  fileURLToPath(new URL(`./core/backend/worker-threads/test/jobs/${name}.ts`, repository()));
const repository = () => new URL(`file://${process.cwd()}/`);

describe('WorkerBackend', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('keeps the contract of backends', () => {
    const create = async () => {
      const bundle = await bundleProgram(job('suite'), { packageRoot: packageRoot() });
      // The graph of the program, built by hand: what executors compare theirs with.
      const engine = new StreamEngine(
        new SparkCore(new SparkConf(false).setMaster('local[2]').setAppName('suite')),
        1000,
      );
      output(
        engine.addInput('queueStream', queueInput([], { oneAtATime: true, defaultRdd: undefined })),
        'foreachRDD',
        () => {},
      );
      return WorkerBackend.start({
        threads: 2,
        limits: { memoryMb: undefined, youngGenerationMb: 16 },
        memoryBytesMax: 64 * 1024 * 1024,
        // One name for all: threads with equal settings are taken over from case to case.
        scratchFolder: join(tmpdir(), `dstreams-suite-${process.pid}`),
        codec: defaultCodec,
        logger: log,
        program: () => ({
          type: 'program',
          program: {
            file: bundle.file,
            bundlePath: bundle.path,
            hash: programHash(bundle, []),
            className: undefined,
            args: [],
          },
          replay: defaultCodec.encodeValue([]),
          ids: [],
          broadcasts: [],
          conf: { commandLine: [], properties: [] },
        }),
        onUpdates: () => {},
        fingerprint: fingerprint(engine.graph),
        shape: '',
      });
    };
    for (const { name, run } of backendCases) it(name, () => run(create));
  });

  describe('a worker that dies', () => {
    const expected = async () =>
      (await runJobTest(job('dies-once'), ['-', 'nowhere'], { master: 'local' })) as {
        sums: unknown;
        windows: unknown;
      };
    for (const place of ['map', 'reduce', 'window']) {
      it(`in the middle of a ${place} changes no batch`, async () => {
        const right = await expected();
        const got = (await runJobTest(job('dies-once'), [join(folder, 'm'), place], { master: 'local[2]' })) as {
          sums: unknown;
          windows: unknown;
          lost: number;
        };
        expect(got.lost).to.equal(1);
        expect({ sums: sorted(got.sums), windows: sorted(got.windows) }).to.deep.equal({
          sums: sorted(right.sums),
          windows: sorted(right.windows),
        });
      });
    }

    // Before the first second copy of the state (batch 10), in the batch that makes it, after it, and late.
    for (const batch of [3, 10, 14, 23]) {
      it(`in batch ${batch} loses no state, and no window`, async () => {
        type Result = { sums: unknown; counts: unknown; recent: unknown; texts: unknown; lost: number };
        const right = (await runJobTest(job('state-dies'), ['-', 'none'], { master: 'local' })) as Result;
        const poison = String((batch - 1) * 6 + 2);
        const got = (await runJobTest(job('state-dies'), [join(folder, 'm'), poison], {
          master: 'local[2]',
        })) as Result;
        expect(got.lost).to.equal(1);
        for (const part of ['sums', 'counts', 'recent', 'texts'] as const)
          expect(sorted(got[part]), part).to.deep.equal(sorted(right[part]));
      });
    }

    it('while its state is being written does not keep that out of the checkpoint', async () => {
      type Result = { seen: unknown; lost: number; unwritten: number };
      const right = (await runJobTest(job('version-dies'), ['-'], { master: 'local' })) as Result;
      const got = (await runJobTest(job('version-dies'), [join(folder, 'm')], { master: 'local[2]' })) as Result;
      expect(got.lost).to.be.above(0);
      expect(got.unwritten).to.equal(0);
      expect(sorted(got.seen)).to.deep.equal(sorted(right.seen));
    });

    it('neither stops nor doubles what a receiver brings', async () => {
      const got = await runJobTest(job('receiver-dies'), [join(folder, 'm')], { master: 'local[2]' });
      expect(got).to.deep.equal({
        batches: [1, 2, 3, 4].map((i) => ({ timeMs: i * 1000, values: [3 * i - 3, 3 * i - 2, 3 * i - 1] })),
        lost: 1,
      });
    });

    it('again and again ends the batch with TASK_FAILED after spark.task.maxFailures', async () => {
      const error = await runJobTest(job('dies-once'), [join(folder, 'm'), 'map', '99'], {
        master: 'local[2]',
        conf: { 'spark.task.maxFailures': 2 },
      }).then(
        () => undefined,
        (e: { code: string }) => e.code,
      );
      expect(error).to.equal('TASK_FAILED');
    });
  });

  it('that runs out of memory is lost, and the process is not', async () => {
    const conf = { 'dstreams.worker.memoryMb': 48, 'spark.task.maxFailures': 2 };
    const got = await runJobTest(job('hungry'), [], { master: 'local[2]', conf });
    expect(got).to.deep.equal({ codes: ['TASK_FAILED'], batches: [{ timeMs: 2000, values: [3] }] });
  });

  it('a program that was changed meanwhile is refused', async () => {
    const bundle = await bundleProgram(job('suite'), { packageRoot: packageRoot() });
    const program = {
      file: bundle.file,
      bundlePath: bundle.path,
      hash: programHash({ hash: 'another' }, []),
      className: undefined,
      args: [],
    };
    const started = WorkerBackend.start({
      threads: 1,
      limits: { memoryMb: undefined, youngGenerationMb: 16 },
      memoryBytesMax: 1 << 20,
      scratchFolder: folder,
      codec: defaultCodec,
      logger: log,
      program: () => ({
        type: 'program',
        program,
        replay: defaultCodec.encodeValue([]),
        ids: [],
        broadcasts: [],
        conf: { commandLine: [], properties: [] },
      }),
      onUpdates: () => {},
      fingerprint: [],
      shape: '',
    });
    expect(
      await started.then(
        () => undefined,
        (error: { code: string }) => error.code,
      ),
    ).to.equal('PROGRAM_DIFFERS');
  });

  it('runs main in every thread, its guarded side effects once, and takes data sets queued after start', async () => {
    const guarded = join(folder, 'guarded');
    const unguarded = join(folder, 'unguarded');
    const batches = await runJobTest(job('live-queue'), [guarded, unguarded], { master: 'local[2]' });
    expect(batches).to.deep.equal([
      { timeMs: 1000, values: [2, 4, 6] },
      { timeMs: 2000, values: [8, 10] },
      { timeMs: 3000, values: [12] },
      { timeMs: 4000, values: [] },
    ]);
    expect(readFileSync(guarded, 'utf8')).to.equal('set up\n');
    expect(readFileSync(unguarded, 'utf8')).to.equal('ran\nran\nran\n');
  });

  const misbehave = (what: string) =>
    runJobTest(job('misbehaves'), [what], { master: 'local[2]' }) as Promise<Record<string, never>>;

  it('names the first node that differs when an executor built another graph', async () => {
    const { code, message } = await misbehave('graph');
    expect(code).to.equal('GRAPH_DIFFERS');
    expect(message).to.include('First difference: driver: 2 map');
  });

  it('reports what main threw on an executor', async () => {
    const { code, message } = await misbehave('throws-on-executor');
    expect(code).to.equal('WORKER_START_FAILED');
    expect(message).to.include('no luck on an executor');
  });

  it("shows the user's file and line when a function throws on a worker", async () => {
    const { code, message, stack } = await misbehave('throws');
    expect(code).to.equal('USER_FUNCTION_FAILED');
    expect(message).to.match(
      /map \(uid map-0, at misbehaves\.ts:\d+\) failed in batch 1000 ms: RangeError: no luck with [34]/,
    );
    expect(stack).to.match(/misbehaves\.ts:\d+/);
  });

  it('keeps the class of registered instances through a shuffle, and refuses others by name', async () => {
    const { batches } = await misbehave('registered');
    expect(batches).to.deep.equal([{ timeMs: 1000, values: [['all', [3, 4]]] }]);
    const { code, message } = await misbehave('unregistered');
    expect(code).to.equal('RECORD_NOT_SERIALIZABLE');
    expect(message).to.include('Loose').and.to.include('registerClass');
  });

  it('tells a transform that is not pure', async () => {
    expect((await misbehave('impure')).code).to.equal('TRANSFORM_NOT_PURE');
  });

  it('replays on executors the actions that a transform awaits', async () => {
    const onThreads = await misbehave('nothing');
    const inProcess = await runJobTest(job('misbehaves'), ['nothing'], { master: 'local' });
    expect(onThreads.shares).to.deep.equal([{ timeMs: 1000, values: [1.5, 2] }]);
    expect(onThreads).to.deep.equal(inProcess);
  });
});

/** Batches with their records in a canonical order: partition counts differ between the masters. */
function sorted(batches: unknown): unknown {
  return (batches as { timeMs: number; values: unknown[] }[]).map(({ timeMs, values }) => ({
    timeMs,
    values: values.map((v) => JSON.stringify(v)).sort(),
  }));
}
