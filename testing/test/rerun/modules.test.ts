import { expect } from 'chai';
import { StreamingContext } from 'dstreams';
import { JavaStreamingContext } from 'dstreams/java';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';
import { codeFrom, Machine, manifestOf } from '../../../core/checkpoint/test/open.ts';
import {
  commandLineConf,
  currentProgram,
  getLogLevel,
  isDStreamsError,
  newestManifest,
  type RecordedProgram,
  setLogLevel,
} from '../../../core/internal.ts';
import { NodeDisk } from '../../../core/storage/disk-node.ts';

const BATCH_MS = 200;

/** A context over the directory in the first argument, with an output. */
const CONTEXT = `import { defineJob, Milliseconds, SparkConf, StreamingContext } from 'dstreams';
const make = (dir, { batchMs = 200, master = 'local' } = {}) => {
  const ssc = new StreamingContext(new SparkConf().setIfMissing('spark.master', master).setAppName('rerun'), Milliseconds(batchMs));
  if (dir !== undefined) ssc.checkpoint(dir);
  ssc.textFileStream(dir + '-in').foreachRDD(() => {});
  return ssc;
};
`;

/** What modules do that make the context of their checkpoint, and how that context is then. */
const taken: { name: string; code: string; file?: string; master?: string; record?: Partial<RecordedProgram> }[] = [
  { name: 'ends after its start', code: 'export default defineJob(([dir]) => void make(dir).start());' },
  {
    name: 'waits for its end',
    code: 'export default defineJob(async ([dir]) => { const c = make(dir); await c.start(); await c.awaitTermination(); });',
  },
  {
    name: 'says getOrCreate',
    code: `export default defineJob(async ([dir]) => {
      const ssc = StreamingContext.getOrCreate(dir, ({ recovered, driver }) => {
        if (!recovered || !driver) throw new Error('it is the driver, and there is a checkpoint');
        return make(dir);
      });
      await ssc.start();
    });`,
  },
  {
    name: 'falls back to a new context where it cannot recover',
    code: `export default defineJob(([dir]) => {
      let ssc;
      try { ssc = new StreamingContext(dir); } catch { ssc = make(dir); }
      ssc.start();
    });`,
  },
  {
    name: 'starts later, from a timer',
    code: 'export default defineJob(([dir]) => new Promise((resolve) => setTimeout(() => resolve(make(dir).start()), 20)));',
  },
  {
    name: 'makes a context first that it does not start',
    code: "export default defineJob(([dir]) => { make('elsewhere'); make(dir).start(); });",
  },
  {
    name: 'has another master than it had',
    code: "export default defineJob(([dir]) => void make(dir, { master: 'local[3]' }).start());",
    master: 'local[3]',
  },
  {
    name: 'had its master from the command line',
    code: 'export default defineJob(([dir]) => void make(dir).start());',
    record: { conf: { 'spark.master': 'local[2]' } },
    master: 'local[2]',
  },
  {
    name: 'is one of several programs of its file',
    code: 'export class Other { static main() {} }\nexport class Mine { static main([dir]) { make(dir).start(); } }',
    record: { className: 'org.example.Mine' },
  },
  {
    name: 'is CommonJS, in Java style',
    file: 'job.cjs',
    code: `const { JavaStreamingContext, Durations } = require('dstreams/java');
      exports.main = ([dir]) => {
        const jssc = new JavaStreamingContext('local', 'rerun', Durations.milliseconds(200));
        jssc.checkpoint(dir);
        jssc.textFileStream(dir + '-in').foreachRDD(() => {});
        jssc.start();
      };`,
  },
];

/** What is refused: by its code, with a part of the message. */
const refused: {
  name: string;
  code?: string;
  file?: string;
  record?: Partial<RecordedProgram> | null | 'nothing';
  error: string;
  says: string;
}[] = [
  { name: 'an inline script wrote it', record: null, error: 'PROGRAM_UNRECOVERABLE', says: 'inline script' },
  { name: 'an earlier version wrote it', record: 'nothing', error: 'PROGRAM_UNRECOVERABLE', says: 'earlier version' },
  {
    name: 'the module comes back to the same call',
    code: 'export default defineJob(async ([dir]) => { await new StreamingContext(dir).start(); });',
    error: 'PROGRAM_UNRECOVERABLE',
    says: 'comes back',
  },
  {
    name: 'the module comes back to it for another directory',
    code: "export default defineJob(async ([dir]) => { await new StreamingContext(dir + '-other').start(); });",
    error: 'PROGRAM_UNRECOVERABLE',
    says: 'comes back',
  },
  {
    name: 'the module starts nothing',
    code: 'export default defineJob(([dir]) => void make(dir));',
    error: 'PROGRAM_UNRECOVERABLE',
    says: 'without starting',
  },
  {
    name: 'its context has no checkpoint directory',
    code: 'export default defineJob(() => void make().start());',
    error: 'PROGRAM_UNRECOVERABLE',
    says: 'no checkpoint directory',
  },
  {
    name: 'its context has another one',
    code: "export default defineJob(([dir]) => void make(dir + '-2').start());",
    error: 'PROGRAM_UNRECOVERABLE',
    says: '-2',
  },
  {
    name: 'it swallows that, and never ends',
    code: "export default defineJob(([dir]) => { try { make(dir + '-2').start(); } catch {} return new Promise(() => {}); });",
    error: 'PROGRAM_UNRECOVERABLE',
    says: '-2',
  },
  {
    name: 'its context has other batches',
    code: 'export default defineJob(([dir]) => void make(dir, { batchMs: 100 }).start());',
    error: 'CHECKPOINT_DIFFERS',
    says: '100 ms',
  },
  {
    name: 'its context has no output',
    code: "export default defineJob(([dir]) => { const c = new StreamingContext('local', 'a', Milliseconds(200)); c.checkpoint(dir); c.start(); });",
    error: 'NO_OUTPUT_OPERATIONS',
    says: 'output',
  },
  {
    name: 'the module throws',
    code: "export default defineJob(() => { throw new Error('no such luck'); });",
    error: 'PROGRAM_FAILED',
    says: 'no such luck',
  },
  {
    name: 'the module throws while it is loaded',
    code: "throw new Error('no such luck');",
    error: 'PROGRAM_FAILED',
    says: 'no such luck',
  },
  { name: 'the module does not parse', code: 'export default (', error: 'PROGRAM_FAILED', says: 'job.mjs' },
  { name: 'the module has no program', code: 'export const a = 1;', error: 'PROGRAM_NO_ENTRY', says: 'a' },
  {
    name: 'the module is gone',
    record: { file: '/nowhere/job.mjs' },
    error: 'PROGRAM_NOT_FOUND',
    says: '/nowhere/job.mjs',
  },
];

describe('a context made of a checkpoint directory', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  let dir: string;
  beforeEach(() => {
    workspace = createWorkspace();
    dir = workspace.path('checkpoint');
  });
  afterEach(async () => {
    await StreamingContext.getActive()?.stop();
    workspace.remove();
  });
  const level = getLogLevel();
  before(() => setLogLevel('OFF'));
  after(() => setLogLevel(level));

  /** A checkpoint of the batch before this one, as a program of this file would have written it. */
  async function write(code: string, file = 'job.mjs', record: Partial<RecordedProgram> | null | 'nothing' = {}) {
    workspace.write({ [file]: file.endsWith('.cjs') ? code : `${CONTEXT}${code}\n` });
    const machine = new Machine(new NodeDisk());
    const room = await machine.room({ dir, lowBytes: 0 });
    const program: RecordedProgram = {
      file: workspace.path(file),
      className: null,
      args: [dir],
      hash: 'another',
      workingDirectory: process.cwd(),
      conf: {},
    };
    const batchTimeMs = Math.floor(Date.now() / BATCH_MS) * BATCH_MS;
    const store = await machine.store({ dir, room });
    const manifest = manifestOf(batchTimeMs, {
      batchMs: BATCH_MS,
      ...(record === 'nothing' ? {} : { program: record === null ? null : { ...program, ...record } }),
    });
    await store.write(manifest);
    await room.close();
    return manifest;
  }

  for (const { name, code, file, record, master } of taken) {
    it(`takes the context of a module that ${name}`, async () => {
      await write(code, file, record);
      const before = [...commandLineConf];
      const ssc = new StreamingContext(dir);
      const seen = new Promise<number>((resolve) => {
        ssc.on('batchCompleted', ({ batchInfo }) => resolve(batchInfo.batchTime().milliseconds()));
      });
      const ended = ssc.awaitTermination();
      expect(ssc.getState()).to.equal('INITIALIZED');
      await ssc.start();
      expect([ssc.getState(), ssc.batchDuration.milliseconds()]).to.deep.equal(['ACTIVE', BATCH_MS]);
      expect(ssc.sparkContext.master).to.equal(master ?? 'local');
      expect((await seen) % BATCH_MS).to.equal(0);
      await ssc.stop();
      await ended;
      expect(ssc.getState()).to.equal('STOPPED');
      expect([currentProgram(), [...commandLineConf]]).to.deep.equal([undefined, before]);
      expect(() => ssc.start())
        .to.throw()
        .with.property('code', 'CONTEXT_ALREADY_STOPPED');
    });
  }

  for (const { name, code = '', file, record, error, says } of refused) {
    it(`is refused where ${name}, and nothing is changed`, async () => {
      const manifest = await write(code, file, record);
      const jssc = new JavaStreamingContext(dir);
      const ended = jssc.awaitTermination();
      ended.catch(() => {});
      const failure: unknown = await jssc.start().then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(isDStreamsError(failure) ? failure.code : failure).to.equal(error);
      expect((failure as Error).message).to.include(says);
      if (error === 'PROGRAM_UNRECOVERABLE') expect((failure as Error).message).to.include('getOrCreate');
      expect(await codeFrom(ended)).to.equal(error);
      expect(jssc.getState()).to.equal('STOPPED');
      expect(currentProgram()).to.equal(undefined);
      expect(await newestManifest(new NodeDisk(), dir)).to.deep.equal(manifest);
    });
  }
});
