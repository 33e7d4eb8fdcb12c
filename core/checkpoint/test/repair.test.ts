import { expect } from 'chai';
import { isDStreamsError } from '../../errors.ts';
import type { Manifest } from '../../options/manifest-schema.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { type Disk, ioError, readFile, removeAll, writeFile } from '../../storage/disk.ts';
import { DirectoryLock } from '../directory-lock.ts';
import { type Inspection, inspect, serviceLogDir } from '../inspect.ts';
import { repair } from '../repair.ts';
import { bytesOf, codeFrom, Machine, manifestOf, textOf } from './open.ts';

const SELF = { pid: 7, bootId: 'b', started: '1' };

class Directory extends Machine {
  override readonly disk = new MemoryDisk(this.clock);
  readonly processes = { self: async () => SELF, isAlive: async () => true };

  /** Three checkpoints, of batches 1000 to 3000; ten records, in segments of two or three; the newest needs 4 to 8. */
  async make(): Promise<this> {
    const store = await this.store();
    const log = await this.log({ segmentBytesMax: 100 });
    for (let i = 0; i < 10; i++) await log.append(1, [bytesOf(`record ${i} ${'x'.repeat(20)}`)]);
    for (const batchTimeMs of [1000, 2000, 3000]) {
      const segment = await store.segment('totals-0');
      await segment.write(bytesOf(`state at ${batchTimeMs}`));
      const ref = await segment.finish();
      const entry = { version: 1, kind: 'updateStateByKey', timeMs: batchTimeMs, segments: [ref.name] };
      const more: Partial<Manifest> = {
        pending: [batchTimeMs + 1000],
        inputs: { lines: { planned: [[batchTimeMs, 'file']] } },
        state: { totals: entry },
        services: { gateway: {} },
        segments: [ref],
        log: { from: 4, to: 8 },
      };
      await store.write(manifestOf(batchTimeMs, more));
    }
    await log.close();
    return this;
  }

  /** Three records of a service's own log. */
  async makeServiceLog(): Promise<void> {
    const log = await this.log({ dir: serviceLogDir('/ck', 'gateway') });
    for (let i = 0; i < 3; i++) await log.append(1, [bytesOf(`published ${i}`)]);
    await log.close();
  }

  inspect(): Promise<Inspection> {
    return inspect('/ck', this);
  }

  repair(acceptLoss = true) {
    return repair('/ck', { acceptLoss }, this);
  }

  async flip(path: string, offset: number): Promise<void> {
    const bytes = await readFile(this.disk, path, 1 << 20);
    bytes[offset < 0 ? bytes.length + offset : offset]! ^= 1;
    await writeFile(this.disk, path, bytes);
  }

  async cut(path: string, bytes: number): Promise<void> {
    const content = await readFile(this.disk, path, 1 << 20);
    await writeFile(this.disk, path, content.subarray(0, content.length - bytes));
  }

  /** What a start would find: the batch, and the records. */
  async start(): Promise<{ batchTimeMs: number | undefined; records: string[] }> {
    const store = await this.store();
    const expected = store.latest?.manifest.log;
    const records: string[] = [];
    const log = await this.log({
      ...(expected ? { expect: expected } : {}),
      onRecovered: ({ sequence, payload }) => {
        records.push(`${sequence} ${textOf(payload).slice(0, 8)}`);
      },
    });
    // As a receiver reads the block of a batch that is to be run again.
    if (expected) for await (const { sequence } of log.read(expected.from, expected.to)) void sequence;
    const { sequence } = await log.append(1, [bytesOf('new')]);
    await log.close();
    expect(sequence).to.be.at.least(expected?.to ?? 0);
    return { batchTimeMs: store.latest?.manifest.batchTimeMs, records };
  }

  /** The n-th segment of the log. */
  async segment(n: number): Promise<string> {
    return `/ck/log/${(await this.disk.list('/ck/log'))[n]}`;
  }
}

/** A disk that changes nothing any more after so many changes. */
function failingAfter(disk: Disk, steps: number): Disk {
  let left = steps;
  const changes = ['open', 'rename', 'remove', 'makeDirectory', 'syncDirectory'];
  return new Proxy(disk, {
    get(target, name: keyof Disk) {
      const method = target[name] as (...args: unknown[]) => unknown;
      return async (...args: unknown[]) => {
        const isChange = changes.includes(name) && !(name === 'open' && args[1] === 'read');
        if (isChange && left-- <= 0) throw ioError(name, String(args[0]), 'EIO');
        return method.apply(target, args);
      };
    },
  });
}

const recordsTo = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i} record ${i}`);

describe('inspect', () => {
  it('shows what is in a directory', async () => {
    const directory = await new Directory().make();
    const { checkpoints, log, damage, holder } = await directory.inspect();
    expect([damage, holder]).to.deep.equal([[], undefined]);
    expect(checkpoints.map(({ number }) => number)).to.deep.equal([3, 2, 1]);
    const { state, ...newest } = checkpoints[0]!;
    expect(newest).to.deep.equal({
      number: 3,
      format: 1,
      batchTimeMs: 3000,
      zeroMs: 0,
      batchDurationMs: 1000,
      program: null,
      pendingMs: [4000],
      inputs: [{ uid: 'lines', plannedMs: [3000] }],
      services: ['gateway'],
      log: { from: 4, to: 8 },
    });
    expect(state).to.have.length(1);
    expect(state[0]).to.include({ uid: 'totals', kind: 'updateStateByKey', timeMs: 3000, segmentCount: 1 });
    expect(state[0]!.bytes).to.be.above(0);
    // The end of the log takes a number as well.
    expect(log).to.include({ firstSequence: 0, nextSequence: 11, tornBytes: 0 });
    expect(log.segmentCount).to.be.above(2);
  });

  it('shows a torn tail, which is no damage', async () => {
    const directory = await new Directory().make();
    const last = (await directory.disk.list('/ck/log')).length - 1;
    await directory.cut(await directory.segment(last), 5);
    const { log, damage } = await directory.inspect();
    expect(damage).to.deep.equal([]);
    expect(log.tornBytes).to.be.above(0);
    expect((await directory.repair()).aside).to.equal(undefined);
  });

  it('shows who works there, and repair leaves it alone', async () => {
    const directory = await new Directory().make();
    await directory.flip('/ck/graph', 20);
    const lock = await DirectoryLock.take({ ...directory, disk: directory.disk, dir: '/ck' });
    expect((await directory.inspect()).holder).to.deep.equal({ pid: 7 });
    expect(await codeFrom(directory.repair())).to.equal('CHECKPOINT_IN_USE');
    await lock.release();
    expect((await directory.inspect()).holder).to.equal(undefined);
  });

  it('changes nothing, and neither does repair, where there is nothing', async () => {
    const directory = new Directory();
    expect(await codeFrom(directory.inspect())).to.equal('CHECKPOINT_NOT_FOUND');
    expect(await codeFrom(directory.repair())).to.equal('CHECKPOINT_NOT_FOUND');
    expect(await directory.disk.stat('/ck')).to.equal(undefined);
  });
});

describe('repair', () => {
  interface Case {
    readonly name: string;
    readonly damage: (directory: Directory) => Promise<void>;
    readonly batchTimeMs: number | undefined;
    readonly records: string[];
    readonly lostCheckpoints?: number[];
    readonly lostRecords?: { from: number; to: number | undefined };
  }
  const manifest = (number: number): string => `/ck/checkpoints/checkpoint-000000000${number}`;
  const cases: Case[] = [
    {
      name: 'a checkpoint with a flipped byte',
      damage: (directory) => directory.flip(manifest(3), 40),
      batchTimeMs: 2000,
      records: recordsTo(10),
      lostCheckpoints: [3],
    },
    {
      name: 'state that is missing',
      damage: async ({ disk }) => {
        for (const name of await disk.list('/ck/segments')) {
          if (textOf(await readFile(disk, `/ck/segments/${name}`, 4096)).includes('at 3000')) {
            await disk.remove(`/ck/segments/${name}`);
          }
        }
      },
      batchTimeMs: 2000,
      records: recordsTo(10),
      lostCheckpoints: [3],
    },
    {
      name: 'a checkpoint that is missing',
      damage: ({ disk }) => disk.remove(manifest(3)),
      batchTimeMs: 2000,
      records: recordsTo(10),
    },
    {
      name: 'the file graph with a flipped byte',
      damage: (directory) => directory.flip('/ck/graph', 20),
      batchTimeMs: 3000,
      records: recordsTo(10),
    },
    {
      name: 'the file graph missing',
      damage: ({ disk }) => disk.remove('/ck/graph'),
      batchTimeMs: 3000,
      records: recordsTo(10),
    },
    {
      name: 'no checkpoint that is whole',
      damage: async (directory) => {
        for (const number of [1, 2, 3]) await directory.flip(manifest(number), 40);
      },
      batchTimeMs: undefined,
      records: [],
      lostCheckpoints: [3, 2, 1],
      lostRecords: { from: 0, to: undefined },
    },
    {
      name: 'a log with a flipped byte in an older segment',
      damage: async (directory) => directory.flip(await directory.segment(0), 34 + 49 + 30),
      batchTimeMs: 3000,
      records: recordsTo(1),
      lostRecords: { from: 1, to: 8 },
    },
    {
      name: 'a log whose first header has a flipped byte',
      damage: async (directory) => directory.flip(await directory.segment(0), 12),
      batchTimeMs: 3000,
      records: [],
      lostRecords: { from: 4, to: 8 },
    },
    {
      name: 'a log without a segment in the middle',
      damage: async (directory) => directory.disk.remove(await directory.segment(1)),
      batchTimeMs: 3000,
      records: recordsTo(2),
      lostRecords: { from: 2, to: 8 },
    },
    {
      name: 'a log whose beginning is missing',
      damage: async (directory) => {
        for (let i = 0; i < 3; i++) await directory.disk.remove(await directory.segment(0));
      },
      batchTimeMs: 3000,
      records: [],
      lostRecords: { from: 4, to: 8 },
    },
    {
      name: 'a log that is missing',
      damage: ({ disk }) => removeAll(disk, '/ck/log'),
      batchTimeMs: 3000,
      records: [],
      lostRecords: { from: 4, to: 8 },
    },
  ];
  for (const { name, damage, batchTimeMs, records, lostCheckpoints = [], lostRecords } of cases) {
    it(`goes on from ${name}`, async () => {
      const directory = await new Directory().make();
      await damage(directory);
      const seen = await directory.inspect();
      expect(seen.damage).to.not.deep.equal([]);
      expect(await codeFrom(directory.repair(false))).to.equal('OPTIONS_INVALID');
      const done = await directory.repair();
      expect(done).to.deep.include({ damage: seen.damage, lostCheckpoints, lostRecords, batchTimeMs });
      expect(done.aside).to.match(/^\/ck\/damaged-\d{8}T\d{6}Z$/);
      if (batchTimeMs !== undefined) expect((await directory.inspect()).damage).to.deep.equal([]);
      expect(await directory.start()).to.deep.equal({ batchTimeMs, records });
    });
  }

  it('can be called again wherever it was interrupted', async () => {
    for (let steps = 0, isDone = false; !isDone; steps++) {
      const directory = await new Directory().make();
      await directory.flip(manifest(3), 40);
      await directory.flip(await directory.segment(1), 34 + 30);
      const disk = failingAfter(directory.disk, steps);
      const processes = { self: directory.processes.self, isAlive: async () => false };
      const tools = { ...directory, clock: directory.clock, random: directory.random, processes };
      isDone = await repair('/ck', { acceptLoss: true }, { ...tools, disk }).then(
        () => true,
        (error: unknown) => {
          if (isDStreamsError(error, 'IO_FAILED')) return false;
          throw error;
        },
      );
      expect(await directory.disk.stat('/ck/graph')).to.not.equal(undefined);
      await repair('/ck', { acceptLoss: true }, { ...tools, disk: directory.disk });
      expect(await directory.start()).to.deep.equal({ batchTimeMs: 2000, records: recordsTo(2) });
      if (isDone) expect(steps).to.be.above(10);
    }
  });

  it('moves aside what it removes, byte by byte', async () => {
    const directory = await new Directory().make();
    const { disk } = directory;
    const [first, second] = await disk.list('/ck/log');
    await directory.flip(`/ck/log/${first}`, 34 + 49 + 30);
    const files = [`log/${first}`, `log/${second}`];
    const before = await Promise.all(files.map((name) => readFile(disk, `/ck/${name}`, 4096)));
    const { aside } = await directory.repair();
    const after = await Promise.all(files.map((name) => readFile(disk, `${aside}/${name}`, 4096)));
    expect(after).to.deep.equal(before);
  });

  it('moves the log of a service aside where it is damaged, and leaves everything else', async () => {
    const directory = await new Directory().make();
    await directory.makeServiceLog();
    const path = '/ck/log-gateway/segment-0000000001.log';
    expect((await directory.inspect()).damage).to.deep.equal([]);
    await directory.flip(path, 60);
    const before = await directory.inspect();
    expect(before.damage.map((bad) => bad.path)).to.deep.equal([path]);
    const { aside, lostCheckpoints, lostRecords, batchTimeMs } = await directory.repair();
    expect({ lostCheckpoints, lostRecords, batchTimeMs }).to.deep.equal({
      lostCheckpoints: [],
      lostRecords: undefined,
      batchTimeMs: 3000,
    });
    expect(await directory.disk.list(`${aside}/log-gateway`)).to.deep.equal(['segment-0000000001.log']);
    expect(await directory.inspect()).to.deep.equal({ ...before, damage: [] });
  });

  it('leaves a directory alone that is in order', async () => {
    const directory = await new Directory().make();
    const before = await directory.inspect();
    expect(await directory.repair()).to.deep.include({ damage: [], aside: undefined, batchTimeMs: 3000 });
    expect(await directory.inspect()).to.deep.equal(before);
  });
});
