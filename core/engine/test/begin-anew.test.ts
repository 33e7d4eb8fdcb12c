import { expect } from 'chai';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { writeFile } from '../../storage/disk.ts';
import { beginAnew } from '../begin-anew.ts';

const text = new TextEncoder().encode('mine');

async function disk(...paths: string[]): Promise<MemoryDisk> {
  const made = new MemoryDisk({ now: () => 0 });
  await made.makeDirectory('/dir');
  for (const path of paths) {
    await made.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    await writeFile(made, path, text);
  }
  return made;
}

describe('a program that begins anew in its checkpoint directory', () => {
  it('removes what an older run left, and nothing else', async () => {
    const old = [
      '/dir/graph',
      '/dir/checkpoints/checkpoint-0000000001',
      '/dir/segments/totals-0.0123456789abcdef',
      '/dir/log/segment-0000000001.log',
      '/dir/log-gateway/segment-0000000001.log',
    ];
    const d = await disk(...old, '/dir/data.txt', '/dir/log-files/mine.log');
    expect(await beginAnew(d, '/dir'), 'there was a checkpoint').to.equal(true);
    expect(await d.list('/dir')).to.deep.equal(['data.txt', 'log-files']);
    expect(await beginAnew(d, '/dir'), 'there was a checkpoint').to.equal(false);
  });

  for (const path of ['/dir/log/app.log', '/dir/log', '/dir/segments/a.bin', '/dir/checkpoints/model', '/dir/graph']) {
    it(`touches nothing where ${path} is somebody else's`, async () => {
      const d = await disk('/dir/checkpoints/checkpoint-0000000001', path);
      if (path === '/dir/graph') await d.remove('/dir/checkpoints/checkpoint-0000000001');
      const error = await beginAnew(d, '/dir').then(
        () => undefined,
        (reason: { code: string; message: string }) => reason,
      );
      expect(error?.code).to.equal('OPTIONS_INVALID');
      expect(error?.message).to.include(path);
      expect((await d.stat(path))?.kind).to.equal('file');
    });
  }
});
