import { expect } from 'chai';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';
import { runCli, startCli } from './run-cli.ts';

/** What an engine would register: a context that says on stderr how it was stopped. */
const contextSource = `
  import { setTimeout as sleep } from 'node:timers/promises';
  export function startContext({ failed, stopMs = 0 } = {}) {
    const keepAlive = setInterval(() => {}, 1000);
    const { active } = (globalThis[Symbol.for('dstreams.active')] ??= { active: new Set(), watchers: new Set(), unseen: [] });
    let end;
    const context = {
      failed,
      terminated: new Promise((resolve) => { end = resolve; }),
      async stop({ graceful }) {
        console.error('stopping, graceful: ' + graceful);
        await sleep(stopMs);
        clearInterval(keepAlive);
        active.delete(context);
        end();
      },
    };
    active.add(context);
    return context;
  }
  export const watchers = () => globalThis[Symbol.for('dstreams.active')].watchers;
`;

describe('the command line', function () {
  this.timeout(20_000);
  let workspace: Workspace;
  before(() => {
    workspace = createWorkspace({ 'context.mjs': contextSource });
  });
  after(() => workspace.remove());

  const submit = (text: string, args: string[] = [], options: string[] = []) => {
    workspace.write({ 'job.ts': text });
    return startCli(['submit', ...options, 'job.ts', ...args], { cwd: workspace.folder });
  };

  it('says how it is used', async () => {
    const [none, help, submitHelp, version] = await Promise.all([
      runCli([]),
      runCli(['--help']),
      runCli(['submit', '--help']),
      runCli(['--version']),
    ]);
    expect([none.exitCode, none.stdout]).to.deep.equal([2, '']);
    expect(none.stderr).to.contain('Usage: dstreams');
    expect([help.exitCode, help.stderr]).to.deep.equal([0, '']);
    expect(help.stdout).to.contain('submit').and.contain('run-example');
    expect(submitHelp.stdout).to.contain('--properties-file');
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends after main though the context of its data sets goes on, which it lets finish what it does', async function () {
    this.timeout(120_000);
    const job = `
      import { defineJob, Milliseconds, SparkContext, StreamingContext } from 'dstreams';
      export default defineJob(async () => {
        const sc = new SparkContext('local[2]', 'kept');
        const ssc = new StreamingContext(sc, Milliseconds(100));
        ssc.queueStream([[1]]).foreachRDD(() => {});
        await ssc.start();
        await ssc.stop(false);
        void sc.parallelize([1, 2, 3], 2).map((n) => n + 1).collect().then((list) => console.log('later', String(list)));
        console.log('main ends');
      });
    `;
    const { exitCode, stdout, stderr } = await submit(job, [], ['--log-level', 'ERROR']).result;
    expect([exitCode, stdout], stderr).to.deep.equal([0, 'main ends\nlater 2,3,4\n']);
  });

  const refused: { args: string[]; says: string }[] = [
    { args: ['sumbit', 'x'], says: 'did you mean submit?' },
    { args: ['constructor'], says: 'unknown command constructor' },
    { args: ['submit'], says: 'submit needs the FILE' },
    { args: ['submit', '--mastr', 'local', 'x.ts'], says: 'did you mean --master?' },
    { args: ['submit', '--log-level', 'LOUD', 'x.ts'], says: 'LOUD' },
    { args: ['submit', '--mastr', 'local', 'x.ts'], says: 'See dstreams submit --help.' },
    { args: ['run-example', 'NetworkWordCuont'], says: 'did you mean NetworkWordCount?' },
    {
      args: ['run-example', 'NetworkWordCuont'],
      says: 'See ./run-example --help; ./run-example alone lists the examples.',
    },
    { args: ['run-example', '--mastr', 'local', 'QueueStream'], says: 'See ./run-example --help QueueStream.' },
  ];
  for (const { args, says } of refused) {
    it(`refuses "${args.join(' ')}" with exit code 2`, async () => {
      const { exitCode, stdout, stderr } = await runCli(args);
      expect(stderr).to.contain('COMMAND_INVALID').and.contain(says);
      expect([exitCode, stdout]).to.deep.equal([2, '']);
    });
  }

  it('lists the examples', async () => {
    const { exitCode, stdout, stderr } = await runCli(['run-example']);
    expect([exitCode, stderr]).to.deep.equal([0, '']);
    expect(stdout)
      .to.match(/^NetworkWordCount +\S/m)
      .and.match(/^JavaNetworkWordCount +\S/m);
  });

  it('runs a program with its arguments, and nothing but its output is on stdout', async () => {
    const { exitCode, stdout, stderr } = await submit(
      'export default async (args: string[]): Promise<void> => { await null; console.log(args.join("|")); };',
      ['--', '--master', 'x y'],
    ).result;
    expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 0, stdout: '--master|x y\n', stderr: '' });
  });

  it('prints instances of classes that name themselves by their names', async () => {
    const { stdout } = await submit(
      'class Point { static origin = new Point(3); constructor(readonly x: number) {} }\n' +
        'export default () => { console.log(Point.origin); console.log(Point); };',
    ).result;
    expect(stdout).to.equal('Point { x: 3 }\n[class Point] { origin: Point { x: 3 } }\n');
  });

  it('waits for what the program has open, and keeps an exit code of its own', async () => {
    const { exitCode, stdout } = await submit(
      'export const main = () => { setImmediate(() => console.log("later")); process.exitCode = 3; };',
    ).result;
    expect([exitCode, stdout]).to.deep.equal([3, 'later\n']);
  });

  it('stops gracefully when nobody reads what it prints any more', async () => {
    const text = `import { startContext } from './context.mjs';
      export default () => {
        startContext();
        setInterval(() => console.log('more'), 5);
      };`;
    const program = submit(text);
    await program.waitFor('more');
    program.closeStdout();
    const { exitCode, stderr } = await program.result;
    expect(stderr).to.contain('stopping, graceful: true').and.not.contain('EPIPE');
    expect(exitCode).to.equal(0);
  });

  it('shows where a program threw, in the user’s files only, with its causes', async () => {
    const { exitCode, stderr } = await submit(
      'type A = 1;\nexport default () => {\n  const cause = new RangeError("inner");\n  throw new Error("outer", { cause });\n};',
    ).result;
    expect(exitCode).to.equal(1);
    expect(stderr.split('\n').map((line) => line.replace(/ \(.*job\.ts/, ' (job.ts').trim())).to.satisfy(
      (lines: string[]) => {
        return lines[0] === 'Error: outer' && lines[2] === 'Caused by: RangeError: inner' && lines.length === 5;
      },
      stderr,
    );
    expect(stderr)
      .to.contain(`${workspace.path('job.ts')}:4:9`)
      .and.contain(`${workspace.path('job.ts')}:3:17`);
  });

  const unloadable: { name: string; text: string; says: string[] }[] = [
    { name: 'does not parse', text: 'export default () => {\n  let = ;\n};', says: ['PROGRAM_FAILED', 'job.ts:2:'] },
    { name: 'has no entry', text: 'export const limit = 1;', says: ['PROGRAM_NO_ENTRY', 'limit'] },
    {
      name: 'has several',
      text: 'export class A { static main() {} }\nexport class B { static main() {} }',
      says: ['PROGRAM_AMBIGUOUS', 'A, B'],
    },
    {
      name: 'starts its context while it loads, and threads have to',
      text:
        "import { StreamingContext } from 'dstreams';\nconst ssc = new StreamingContext('local[2]', 'top', 1000);\n" +
        'ssc.queueStream([[1]]).print();\nawait ssc.start();',
      says: ['PROGRAM_NO_ENTRY', 'job.ts', 'export default defineJob'],
    },
    { name: 'throws while it loads', text: '\nthrow new Error("on load");', says: ['Error: on load', 'job.ts:2:7'] },
  ];
  for (const { name, text, says } of unloadable) {
    it(`ends with 1 when the module ${name}`, async () => {
      const { exitCode, stdout, stderr } = await submit(text).result;
      for (const part of says) expect(stderr).to.contain(part);
      expect([exitCode, stdout]).to.deep.equal([1, '']);
    });
  }

  const thrown = [
    {
      name: 'the engine',
      text: `import { StreamingContext } from 'dstreams';\nexport default () => new StreamingContext('nowhere');`,
      says: /^CHECKPOINT_NOT_FOUND: .*\n(?: +at .*job\.ts:2:\d+\)?\n)+$/,
    },
    {
      name: 'the client of a gateway',
      text: `import { connect } from 'dstreams/client';\nexport default () => connect('nowhere').ready();`,
      says: /^INVALID: nowhere: .*Invalid URL.*\n(?: +at .*job\.ts:2:\d+\)?\n)+$/,
    },
  ];
  for (const { name, text, says } of thrown) {
    it(`shows the program’s own frames of what ${name} refuses`, async () => {
      const { exitCode, stdout, stderr } = await submit(text).result;
      expect(stderr).to.match(says);
      expect([exitCode, stdout]).to.deep.equal([1, '']);
    });
  }

  it('ends with 1 when there is no such file', async () => {
    const { exitCode, stderr } = await runCli(['submit', 'nowhere.ts'], { cwd: workspace.folder });
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain('PROGRAM_NOT_FOUND').and.contain(workspace.path('nowhere.ts')).and.not.contain('    at ');
  });

  it('warns about keys that are not ours to read', async () => {
    const { exitCode, stderr } = await submit('export default () => {};', [], ['--conf', 'color=red']).result;
    expect(exitCode).to.equal(0);
    expect(stderr).to.match(/ WARN Submit: color is ignored/);
  });

  it('takes the class that --class names', async () => {
    const source = ['A', 'B'].map((c) => `export class ${c} { static main() { console.log(this.name); } }`).join('\n');
    expect((await submit(source, [], ['--class', 'org.example.B']).result).stdout).to.equal('B\n');
  });

  it('ends with 1 when main awaits what cannot come', async () => {
    const { exitCode, stderr } = await submit('export default () => new Promise(() => {});').result;
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain('main awaits');
  });

  describe('with a context', () => {
    const withContext = (body: string): string =>
      `// @ts-nocheck\nimport { startContext, watchers } from './context.mjs';\n${body}`;

    it('ends with 0 when the last context has ended', async () => {
      const { exitCode, stderr } = await submit(
        withContext(
          `export default () => { const c = startContext(); setTimeout(() => c.stop({ graceful: false }), 20); };`,
        ),
      ).result;
      expect([exitCode, stderr]).to.deep.equal([0, 'stopping, graceful: false\n']);
    });

    it('stops it and ends with 1 when main rejects', async () => {
      const { exitCode, stderr } = await submit(
        withContext('export default async () => { startContext(); throw new Error("main failed"); };'),
      ).result;
      expect(exitCode).to.equal(1);
      expect(stderr).to.contain('Error: main failed').and.contain('stopping, graceful: false');
    });

    it('stops it and ends with 1 when a batch fails and nobody awaits', async () => {
      const { exitCode, stderr } = await submit(
        withContext(`export default () => { startContext();
          setTimeout(() => { for (const watcher of watchers()) watcher(new Error("batch failed")); }, 20); };`),
      ).result;
      expect(exitCode).to.equal(1);
      expect(stderr).to.contain('batch failed').and.contain('stopping, graceful: false');
    });

    it('ends with 1 when a context has ended with a failure', async () => {
      const { exitCode } = await submit(
        withContext(`export default () => { const c = startContext({ failed: new Error("x") });
          setTimeout(() => c.stop({ graceful: true }), 20); };`),
      ).result;
      expect(exitCode).to.equal(1);
    });

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      it(`stops gracefully at the first ${signal} and ends with 0, after what main still does`, async () => {
        const process = submit(
          withContext(`export default async () => { const c = startContext(); console.log('up'); await c.terminated;
            console.log('down'); };`),
        );
        await process.waitFor('up');
        process.kill(signal);
        const { exitCode, stdout, stderr } = await process.result;
        expect([exitCode, stdout]).to.deep.equal([0, 'up\ndown\n']);
        expect(stderr).to.contain('stopping, graceful: true');
      });

      it(`ends at once at the second ${signal}`, async () => {
        const process = submit(
          withContext(`export default () => { startContext({ stopMs: 1e6 }); console.log('up'); };`),
        );
        await process.waitFor('up');
        process.kill(signal);
        await process.waitFor('graceful: true');
        process.kill(signal);
        expect((await process.result).exitCode).to.equal(signal === 'SIGINT' ? 130 : 143);
      });
    }

    it('takes the echo that npm sends of a Ctrl-C for the same one', async () => {
      workspace.write({
        'job.ts': withContext(`export default async () => { const c = startContext({ stopMs: 50 }); console.log('up');
          await c.terminated; };`),
      });
      const process = startCli(['submit', 'job.ts'], { cwd: workspace.folder, env: { npm_lifecycle_event: 'start' } });
      await process.waitFor('up');
      process.kill('SIGINT');
      await process.waitFor('graceful: true');
      process.kill('SIGINT');
      expect((await process.result).exitCode).to.equal(0);
    });

    it('ends with 0 at a signal when only something of the user’s own is open', async () => {
      const process = submit('export default () => { setInterval(() => {}, 1000); console.log("up"); };');
      await process.waitFor('up');
      process.kill('SIGINT');
      expect((await process.result).exitCode).to.equal(0);
    });
  });
});
