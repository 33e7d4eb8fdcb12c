import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { type CliProcess, startCli } from '../../../bin/cli/test/run-cli.ts';
import { samplesOf } from '../../../bin/test/docs/samples.ts';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';

const PAGE = 'docs/fault-tolerance.md';

/** Totals of words in files: each batch that has any prints all of them. */
const TOTALS = `import { isMainThread } from 'node:worker_threads';
import { defineJob, Milliseconds, SparkConf, StreamingContext } from 'dstreams';
export default defineJob(async ([root, greeting]: string[]) => {
  console.log('module says ' + greeting);
  const ssc = new StreamingContext(new SparkConf().setAppName('totals'), Milliseconds(200));
  ssc.checkpoint(root + '/checkpoint');
  const words = ssc.textFileStream(root + '/in').map((word): [string, number] => [word, 1]);
  const totals = words.updateStateByKey<number>((values, sum = 0) => values.reduce((a, b) => a + b, sum)).checkpoint(200);
  totals.map(([word, n]): string => word + '=' + n + (isMainThread ? ' in the driver' : ' on a thread')).foreachRDD(async (rdd) => {
    for (const line of await rdd.collect()) console.log(line);
  });
  await ssc.start();
  console.log('module has started');
  await ssc.awaitTermination();
  console.log('module ends');
});
`;

const RECOVERS: Readonly<Record<string, string>> = {
  /** As the documentation has it. */
  'fluent.ts': samplesOf(PAGE, readFileSync(PAGE, 'utf8')).find(({ code }) => code.includes('([directory])'))!.code,
  'Java.ts': `import { JavaStreamingContext } from 'dstreams/java';
    export class Java {
      static async main(args: string[]) {
        const jssc = new JavaStreamingContext(args[0]! + '/graph');
        jssc.start();
        await jssc.awaitTermination();
      }
    }`,
};

describe('a killed program, brought back by new StreamingContext(directory)', function () {
  this.timeout(120_000);
  let workspace: Workspace;
  let app: CliProcess | undefined;
  let files = 0;
  beforeEach(() => {
    workspace = createWorkspace({ 'totals.ts': TOTALS, ...RECOVERS });
    for (const name of ['in', 'making']) mkdirSync(workspace.path(name));
  });
  afterEach(async () => {
    app?.kill('SIGKILL');
    await app?.result;
    workspace.remove();
  });

  /** A file that appears whole. */
  const put = (word: string): void => {
    const name = `f${files++}`;
    workspace.write({ [`making/${name}`]: `${word}\n` });
    renameSync(workspace.path(`making/${name}`), workspace.path(`in/${name}`));
  };
  const submit = (...args: string[]) => startCli(['submit', '--log-level', 'WARN', ...args], { cwd: workspace.folder });
  const killed = async (process: CliProcess) => {
    process.kill('SIGKILL');
    expect((await process.result).signal).to.equal('SIGKILL');
  };

  it('goes on, on either surface, on threads as the command line of then said, with the master of that of today', async () => {
    app = submit('--master', 'local[2]', 'totals.ts', workspace.folder, 'hello');
    await app.waitFor('module has started');
    put('a');
    await app.waitFor('a=1 on a thread');
    await killed(app);
    put('a');
    app = submit('fluent.ts', workspace.path('checkpoint'));
    await app.waitFor('a=2 on a thread');
    await app.waitFor('module says hello');
    await killed(app);
    const shown = await startCli(['inspect', workspace.path('checkpoint')]).result;
    expect(shown.stdout).to.include(`program          ${workspace.path('totals.ts')}`);
    put('a');
    app = submit('--master', 'local', 'Java.ts', 'checkpoint');
    await app.waitFor('a=3 in the driver');
    app.kill('SIGINT');
    const { exitCode, stdout, stderr } = await app.result;
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include('module ends');
  });

  it('is refused, at once and for good, where the module comes back to the same call', async () => {
    workspace.write({
      'guide.ts': `import { existsSync } from 'node:fs';
        import { defineJob, Seconds, StreamingContext } from 'dstreams';
        const create = (dir: string) => {
          const ssc = new StreamingContext('local', 'guide', Seconds(1));
          ssc.checkpoint(dir);
          ssc.textFileStream(dir + '/../in').print();
          return ssc;
        };
        export default defineJob(async ([dir]: string[]) => {
          console.log('main');
          const ssc = existsSync(dir! + '/graph') ? new StreamingContext(dir!) : create(dir!);
          await ssc.start();
          console.log('started');
        });`,
    });
    app = submit('guide.ts', workspace.path('checkpoint'));
    await app.waitFor('started');
    await killed(app);
    app = submit('guide.ts', workspace.path('checkpoint'));
    const { exitCode, stdout, stderr } = await app.result;
    expect([exitCode, stdout]).to.deep.equal([1, 'main\nmain\n']);
    expect(stderr).to.include('PROGRAM_UNRECOVERABLE').and.include('getOrCreate');
  });

  it('runs an example again', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.write('to be or not to be\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    try {
      const args = ['local[2]', '127.0.0.1', String(port), workspace.path('checkpoint'), workspace.path('out')];
      app = startCli(['run-example', '--log-level', 'WARN', 'RecoverableNetworkWordCount', ...args]);
      await app.waitFor('(be,2)');
      await killed(app);
      app = submit('fluent.ts', workspace.path('checkpoint'));
      await app.waitFor('(be,2)');
      await killed(app);
      expect((await app.result).stdout).not.to.include('Creating new context');
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
