import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const run = promisify(execFile);

/** What a user types in a fresh clone, with real processes and a real socket. */
describe('the commands of the repository', function () {
  this.timeout(60_000);
  let started: ChildProcess | undefined;

  afterEach(() => {
    if (started?.pid !== undefined && started.exitCode === null && started.signalCode === null) {
      process.kill(-started.pid, 'SIGKILL');
    }
    started = undefined;
  });

  it('npm start counts words, and Ctrl-C ends it with exit code 0', async () => {
    // A process group of its own, since a terminal sends Ctrl-C to npm and to what it runs.
    const child = spawn('npm', ['start', '--silent'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    started = child;
    let stdout = '';
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const closed = new Promise<number | string | null>((done) =>
      child.on('close', (code, signal) => done(signal ?? code)),
    );
    const counted = new Promise<void>((done) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        stdout += text;
        if (/^\(\w+,\d+\)$/m.test(stdout)) done();
      });
    });
    await Promise.race([counted, closed]);
    expect(stdout, stderr).to.match(/^-{43}\nTime: \d+000 ms\n-{43}\n(?:\(.+,\d+\)\n)*\n/);
    process.kill(-(child.pid as number), 'SIGINT');
    expect(await closed, stderr).to.equal(0);
  });

  it('./run-example lists the examples, each with a line', async () => {
    const { stdout } = await run(resolve('run-example'), [], { cwd: '/' });
    expect(stdout)
      .to.match(/NetworkWordCount\s+\S/)
      .and.match(/JavaNetworkWordCount\s+\S/);
  });

  it('./run-example NAME without its parameters names them and fails', async () => {
    const error = await run(resolve('run-example'), ['NetworkWordCount'], { cwd: '/' }).catch((e) => e);
    expect(error.code).to.equal(1);
    expect(error.stdout).to.equal('');
    expect(error.stderr).to.include('NetworkWordCount <master> <hostname> <port>');
  });
});
