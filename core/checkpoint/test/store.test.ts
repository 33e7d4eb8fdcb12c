import { expect } from 'chai';
import { readFile, writeFile } from '../../storage/disk.ts';
import { FRAME_BYTES_MAX } from '../frame-file.ts';
import { bytesOf, codeFrom, Machine, manifestOf, textOf } from './open.ts';

describe('the checkpoint store', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = new Machine();
  });
  const names = async (path: string): Promise<string[]> =>
    (await machine.disk.stat(path)) === undefined ? [] : machine.disk.list(path);
  const flip = async (path: string, offset: number): Promise<void> => {
    const bytes = await readFile(machine.disk, path, 1e7);
    bytes[offset < 0 ? bytes.length + offset : offset] ^= 1;
    await writeFile(machine.disk, path, bytes);
  };
  const manifestPath = (number: number) => `/ck/checkpoints/checkpoint-000000000${number}`;

  it('gives back the newest, and keeps three', async () => {
    let store = await machine.store();
    expect(store.latest).to.equal(undefined);
    const inputs = { 'socket-0': { offsets: [1, 2] }, __proto__x: null };
    for (let t = 1; t <= 5; t++) await store.write(manifestOf(t * 1000, { inputs, log: { from: t, to: 2 * t } }));
    expect(store.logNeededFrom).to.equal(3);
    store = await machine.store();
    expect(store.latest?.number).to.equal(5);
    expect(store.latest?.manifest).to.deep.equal(manifestOf(5000, { inputs, log: { from: 5, to: 10 } }));
    expect(store.checkpoints.map(({ number }) => number)).to.deep.equal([3, 4, 5]);
    expect(await names('/ck/checkpoints')).to.have.length(3);
  });

  it('shares segments, and removes them when no kept checkpoint names them', async () => {
    const store = await machine.store();
    const writer = await store.segment('count/by key');
    await writer.write(bytesOf('one'));
    await writer.write(new Uint8Array(0));
    await writer.write(new Uint8Array(FRAME_BYTES_MAX));
    const ref = await writer.finish();
    expect(ref.name).to.match(/^count_by_key\.[0-9a-f]{16}$/);
    const state = { 'count/by key': { version: 0, segments: [ref.name] } };
    for (let t = 1; t <= 2; t++) await store.write(manifestOf(t, { segments: [ref], state }));
    const reopened = await machine.store();
    const frames: Uint8Array[] = [];
    for await (const frame of reopened.read(reopened.latest!.manifest.segments[0]!)) frames.push(frame);
    expect(frames.map(({ length }) => length)).to.deep.equal([3, 0, FRAME_BYTES_MAX]);
    expect(textOf(frames[0]!)).to.equal('one');
    for (let t = 3; t <= 4; t++) await reopened.write(manifestOf(t));
    expect(await names('/ck/segments')).to.deep.equal([ref.name]);
    await reopened.write(manifestOf(5));
    expect(await names('/ck/segments')).to.deep.equal([]);
  });

  it('removes what a crash has left of segments and manifests', async () => {
    const store = await machine.store();
    await store.write(manifestOf(1));
    const finished = await store.segment('a');
    await finished.finish();
    const unfinished = await store.segment('b');
    await unfinished.write(bytesOf('x'));
    const given = await store.segment('c');
    await given.abort();
    await writeFile(machine.disk, `${manifestPath(2)}.tmp`, bytesOf('half'));
    expect(await names('/ck/segments')).to.have.length(2);
    await machine.store();
    expect(await names('/ck/segments')).to.deep.equal([]);
    expect(await names('/ck/checkpoints')).to.have.length(1);
  });

  it('uses the one before a bad one, and says so', async () => {
    const store = await machine.store();
    for (let t = 1; t <= 3; t++) await store.write(manifestOf(t));
    await flip(manifestPath(3), 40);
    await flip(manifestPath(1), 40);
    const said: number[] = [];
    const again = await machine.store({ onFallback: ({ checkpoint }) => void said.push(checkpoint) });
    expect(again.latest?.manifest.batchTimeMs).to.equal(2);
    expect(said).to.deep.equal([3]);
    await again.write(manifestOf(4));
    expect(await names('/ck/checkpoints'), 'nothing is overwritten').to.have.length(4);
    for (let t = 5; t <= 7; t++) await again.write(manifestOf(t));
    expect(await names('/ck/checkpoints')).to.have.length(3);
  });

  it('stops where none is whole, or a file is missing', async () => {
    const store = await machine.store();
    await store.write(manifestOf(1));
    await flip(manifestPath(1), -1);
    expect(await codeFrom(machine.store())).to.equal('CHECKPOINT_DAMAGED');
    await machine.disk.remove(manifestPath(1));
    expect(await codeFrom(machine.store())).to.equal('CHECKPOINT_MISSING');
  });

  it('stops where a segment is missing, and passes over one that is bad', async () => {
    const store = await machine.store();
    await store.write(manifestOf(1));
    const writer = await store.segment('a');
    await writer.write(bytesOf('state'));
    const ref = await writer.finish();
    await store.write(manifestOf(2, { segments: [ref] }));
    await flip(`/ck/segments/${ref.name}`, 30);
    expect((await machine.store()).latest?.number).to.equal(1);
    await machine.disk.remove(`/ck/segments/${ref.name}`);
    expect(await codeFrom(machine.store())).to.equal('CHECKPOINT_MISSING');
  });

  it('goes by the names of the manifests where the file graph is bad, and stops where it is gone', async () => {
    const store = await machine.store();
    for (let t = 1; t <= 4; t++) await store.write(manifestOf(t));
    await flip('/ck/graph', 20);
    expect((await machine.store({ onFallback: () => {} })).latest?.number).to.equal(4);
    await machine.disk.remove('/ck/graph');
    expect(await codeFrom(machine.store())).to.equal('CHECKPOINT_MISSING');
  });

  it('refuses a newer version, changing nothing', async () => {
    const store = await machine.store();
    await store.write(manifestOf(1));
    const { crc32 } = await import('node:zlib');
    const bytes = await readFile(machine.disk, manifestPath(1), 1e6);
    bytes[8] = 2;
    new DataView(bytes.buffer).setUint32(10, crc32(bytes.subarray(0, 10)), true);
    await writeFile(machine.disk, manifestPath(1), bytes);
    await writeFile(machine.disk, `${manifestPath(2)}.tmp`, bytesOf('half'));
    expect(await codeFrom(machine.store())).to.equal('FORMAT_TOO_NEW');
    expect(await names('/ck/checkpoints')).to.have.length(2);
  });
});
