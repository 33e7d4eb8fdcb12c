import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';
import { bytesOf, Machine, manifestOf } from '../../../core/checkpoint/test/open.ts';
import { NodeDisk } from '../../../core/storage/disk-node.ts';
import { runCli } from './run-cli.ts';

describe('inspect and repair, as commands', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  let dir: string;
  before(async () => {
    workspace = createWorkspace({});
    dir = join(workspace.folder, 'ck');
    const machine = new Machine(new NodeDisk());
    const room = await machine.room({ dir, lowBytes: 0 });
    const log = await machine.log({ dir: `${dir}/log`, room });
    for (let i = 0; i < 5; i++) await log.append(1, [bytesOf(`record ${i}`)]);
    const store = await machine.store({ dir, room });
    for (const batchTimeMs of [1000, 2000]) {
      await store.write(manifestOf(batchTimeMs, { pending: [3000], log: { from: 0, to: 4 } }));
    }
    await log.close();
    await room.close();
    writeFileSync(join(dir, 'file'), '');
  });
  after(() => workspace.remove());

  const refused: { args: string[]; says: string; exitCode: number }[] = [
    { args: ['inspect'], says: 'inspect needs one DIR', exitCode: 2 },
    { args: ['inspect', 'a', 'b'], says: 'inspect needs one DIR', exitCode: 2 },
    { args: ['inspect', 'nowhere'], says: 'CHECKPOINT_NOT_FOUND', exitCode: 1 },
    { args: ['inspect', 'ck/file'], says: 'ck/file is a file', exitCode: 2 },
    { args: ['repair', 'ck'], says: '--accept-loss', exitCode: 2 },
    { args: ['repair', '--accept-loss', 'ck/file'], says: 'ck/file is a file', exitCode: 2 },
    { args: ['repair', '--accept-loss', 'nowhere'], says: 'CHECKPOINT_NOT_FOUND', exitCode: 1 },
  ];
  for (const { args, says, exitCode } of refused) {
    it(`refuses ${args.join(' ')}`, async () => {
      const result = await runCli(args, { cwd: workspace.folder });
      expect([result.exitCode, result.stdout]).to.deep.equal([exitCode, '']);
      expect(result.stderr).to.contain(says);
    });
  }

  it('show a directory, give up what is damaged in it, and show it again', async () => {
    const run = (...args: string[]) => runCli(args, { cwd: workspace.folder });
    const good = await run('inspect', 'ck');
    expect([good.exitCode, good.stderr]).to.deep.equal([0, '']);
    expect(good.stdout)
      .to.contain('program          none is named')
      .and.contain('batch time       2000 (1970-01-01T00:00:02.000Z)')
      .and.contain('pending batches  3000')
      .and.contain('needs of the log records 0 to before 4')
      .and.contain('damage           none');
    expect((await run('inspect', 'ck/graph')).stdout, 'by the file in it').to.equal(good.stdout);
    const log = join(dir, 'log', readdirSync(join(dir, 'log'))[0]!);
    const bytes = readFileSync(log);
    bytes[34 + 21 + 8 + 21 + 2]! ^= 1; // In the second record.
    writeFileSync(log, bytes);
    const bad = await run('inspect', '--json', `file://${dir}`);
    expect(bad.exitCode).to.equal(1);
    expect(JSON.parse(bad.stdout).damage).to.have.length(1);
    expect(JSON.parse(bad.stdout).damage[0]).to.include({ path: log, problem: 'its checksum is wrong' });
    const repaired = await run('repair', '--accept-loss', 'ck');
    expect([repaired.exitCode, repaired.stderr]).to.deep.equal([0, '']);
    expect(repaired.stdout)
      .to.contain('lost records     of the log, from 1 on, at least to before 4')
      .and.contain(`moved to         ${dir}/damaged-`)
      .and.contain('goes on after the batch 2000');
    const after = await run('inspect', 'ck');
    expect([after.exitCode, after.stdout]).to.satisfy(([code, text]: [number, string]) => {
      return code === 0 && text.includes('damage           none');
    });
    const again = await run('repair', '--accept-loss', 'ck');
    expect(again.stdout).to.contain('nothing was changed');
  });
});
