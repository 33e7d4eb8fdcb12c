import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { parentOf, writeFile } from '../../../storage/disk.ts';
import { MemoryDisk } from '../../../storage/disk-memory.ts';
import { filesOf, goOn, make } from './program.ts';

const FOLDER = resolve('core/engine/test/golden/kept');

function world() {
  let now = 0;
  const disk = new MemoryDisk({ now: () => now });
  const setNow = (ms: number): void => {
    now = ms;
  };
  return { disk, setNow };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** A copy in memory of what lies in the repository. */
async function load(name: string) {
  const w = world();
  const root = join(FOLDER, name, 'files');
  for (const path of filesBelow(root)) {
    const to = path.slice(root.length);
    await w.disk.makeDirectory(parentOf(to));
    await writeFile(w.disk, to, readFileSync(path));
  }
  return w;
}

const expectedOf = (name: string) =>
  JSON.parse(readFileSync(join(FOLDER, name, 'expected.json'), 'utf8')) as Record<string, unknown>;

/**
 * Checkpoint directories, logs and object files as versions wrote them: every later one goes on from each.
 * `DSTREAMS_GOLDEN=<name> npm test -- golden` adds today's; none that is there is ever changed.
 */
describe('what earlier versions wrote', () => {
  const name = process.env.DSTREAMS_GOLDEN;
  if (name !== undefined) {
    before(async () => {
      const w = world();
      await make(w.disk, w.setNow);
      for (const [path, bytes] of await filesOf(w.disk)) {
        const to = join(FOLDER, name, 'files', path);
        mkdirSync(dirname(to), { recursive: true });
        writeFileSync(to, bytes, { flag: 'wx' });
      }
      const copy = await load(name);
      const found = await goOn(copy.disk, copy.setNow);
      writeFileSync(join(FOLDER, name, 'expected.json'), `${JSON.stringify(found, undefined, 2)}\n`, { flag: 'wx' });
    });
  }

  it('is gone on from', async () => {
    const names = readdirSync(FOLDER);
    expect(names).to.include('format-1');
    for (const kept of names) {
      const { disk, setNow } = await load(kept);
      expect(await goOn(disk, setNow), kept).to.deep.equal(expectedOf(kept));
    }
  });

  it('gives what it would have given without an end', async () => {
    const w = world();
    const all = await make(w.disk, w.setNow, 19);
    const batches = Object.entries(expectedOf('format-1')).filter(([key]) => key.includes('@'));
    expect(batches).to.have.length.above(15);
    for (const [key, records] of batches) expect(records, key).to.deep.equal(all.get(key));
  });

  it('holds whole states, changes of them, several logs and checkpoints', () => {
    const paths = filesBelow(join(FOLDER, 'format-1', 'files'));
    const count = (part: string) => paths.filter((path) => path.includes(part)).length;
    expect(count('/checkpoint/segments/totals')).to.be.above(2);
    expect(count('/checkpoint/log/')).to.be.above(1);
    expect(count('/checkpoint/checkpoints/')).to.equal(3);
    expect(count('/checkpoint/graph')).to.equal(1);
    expect(count('/out/objects-14000/part-')).to.be.above(0);
  });
});
