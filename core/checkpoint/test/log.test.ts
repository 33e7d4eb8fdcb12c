import { expect } from 'chai';
import { isDStreamsError } from '../../errors.ts';
import { readFile, writeFile } from '../../storage/disk.ts';
import { SEGMENT_HEADER_BYTES } from '../log-format.ts';
import type { LogRecord } from '../log-scan.ts';
import type { LogOptions, WriteAheadLog } from '../write-ahead-log.ts';
import { bytesOf, codeFrom, Machine, textOf } from './open.ts';

const SEGMENT = '/ck/log/segment-0000000001.log';

describe('the write-ahead log', () => {
  let machine: Machine;
  let log: WriteAheadLog;
  beforeEach(async () => {
    machine = new Machine();
    log = await machine.log();
  });
  const appendAll = async (...texts: string[]): Promise<void> => {
    for (const text of texts) await log.append(1, bytesOf(text));
  };
  const texts = async (from: number, to: number): Promise<string[]> => {
    const found: string[] = [];
    for await (const { payload } of log.read(from, to)) found.push(textOf(payload));
    return found;
  };
  const reopen = async (options: Partial<LogOptions> = {}): Promise<string[]> => {
    const found: LogRecord[] = [];
    log = await machine.log({
      onRecovered: (record) => void found.push({ ...record, payload: record.payload.slice() }),
      ...options,
    });
    return found.map(({ payload }) => textOf(payload));
  };
  const edit = async (change: (bytes: Uint8Array) => Uint8Array | void, path = SEGMENT): Promise<void> => {
    const bytes = await readFile(machine.disk, path, 1e6);
    await writeFile(machine.disk, path, change(bytes) ?? bytes);
  };

  it('gives back what was appended, in order, by sequence and by position', async () => {
    const appended = await Promise.all([
      log.append(1, bytesOf('one')),
      log.append(2, [bytesOf('t'), bytesOf('wo')]),
      log.append(127, new Uint8Array(0)),
    ]);
    expect(appended.map(({ sequence }) => sequence)).to.deep.equal([0, 1, 2]);
    expect(await texts(0, 3)).to.deep.equal(['one', 'two', '']);
    expect(await texts(1, 2)).to.deep.equal(['two']);
    expect(textOf(await log.readAt(appended[1]!.position))).to.equal('two');
    await log.close();
    await log.close();
    expect(await codeFrom(log.append(1, bytesOf('late')))).to.equal('LOG_CLOSED');
    expect(await reopen()).to.deep.equal(['one', 'two', '']);
    expect(textOf(await log.readAt(appended[1]!.position))).to.equal('two');
  });

  it('reads records across pieces of the file, and large ones', async () => {
    const sizes = [0, 1, 700_000, 700_000, 1024 * 1024 - 21, 3_000_000, 16 * 1024 * 1024, 5];
    const memory = (size: number, i: number) => (i % 2 === 0 ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    const payloads = sizes.map((size, i) => new Uint8Array(memory(size, i)).fill(i + 1));
    await Promise.all(payloads.map((payload) => log.append(1, [payload.subarray(0, 9), payload.subarray(9)])));
    let index = 0;
    for await (const { payload } of log.read(0, sizes.length)) {
      expect(Buffer.compare(payload, payloads[index++]!)).to.equal(0);
    }
    expect(index).to.equal(sizes.length);
    const tooLarge = new Uint8Array(16 * 1024 * 1024 + 1);
    expect(await codeFrom(log.append(1, tooLarge))).to.equal('RECORD_TOO_LARGE');
  });

  it('goes on in new segments by size and by age, and prunes whole ones', async () => {
    log = await machine.log({ segmentBytesMax: 100, rollingMs: 1000 });
    await appendAll('a'.repeat(80), 'b', 'c');
    machine.clock.advance(1000);
    await appendAll('d');
    expect(await machine.disk.list('/ck/log')).to.have.length(3);
    await log.prune(1);
    expect(log.firstSequence).to.equal(1);
    expect(await texts(1, 4)).to.deep.equal(['b', 'c', 'd']);
    expect(await codeFrom(texts(0, 2))).to.equal('LOG_RANGE_MISSING');
    expect(await codeFrom(texts(3, 5))).to.equal('LOG_RANGE_MISSING');
    await log.prune(100);
    expect(await machine.disk.list('/ck/log')).to.have.length(1);
    expect(await reopen()).to.deep.equal(['d']);
    expect(log.nextSequence).to.equal(4);
  });

  it('refuses to be shorter than a checkpoint says', async () => {
    await appendAll('a', 'b');
    expect(await reopen({ expect: { from: 0, to: 2 } })).to.have.length(2);
    expect(await codeFrom(reopen({ expect: { from: 0, to: 3 } }))).to.equal('LOG_DAMAGED');
  });

  it('cuts off a torn last record, and goes on', async () => {
    await appendAll('a', 'b');
    await edit((bytes) => bytes.subarray(0, bytes.length - 1));
    expect(await reopen()).to.deep.equal(['a']);
    expect(log.tornBytes).to.equal(21);
    await appendAll('c');
    expect(await reopen()).to.deep.equal(['a', 'c']);
  });

  it('stops at a bad record that valid ones follow, changing nothing', async () => {
    await appendAll('a', 'b', 'c');
    await edit((bytes) => {
      bytes[SEGMENT_HEADER_BYTES + 30] ^= 1;
    });
    const before = await readFile(machine.disk, SEGMENT, 1e6);
    try {
      await reopen();
      expect.fail('it should have stopped');
    } catch (error) {
      if (!isDStreamsError(error, 'LOG_DAMAGED')) throw error;
      expect(error.details).to.deep.equal({ path: SEGMENT, offset: SEGMENT_HEADER_BYTES + 22 });
    }
    expect(Buffer.compare(before, await readFile(machine.disk, SEGMENT, 1e6))).to.equal(0);
  });

  it('stops where anything is wrong in an older segment, or one is missing', async () => {
    log = await machine.log({ segmentBytesMax: 1 });
    await appendAll('a', 'b', 'c');
    const second = SEGMENT.replace('1.log', '2.log');
    await edit((bytes) => bytes.subarray(0, bytes.length - 1), second);
    expect(await codeFrom(reopen())).to.equal('LOG_DAMAGED');
    await machine.disk.remove(second);
    expect(await codeFrom(reopen())).to.equal('LOG_DAMAGED');
  });

  it('does not take what a group that was never synced has left for damage', async () => {
    await appendAll('a');
    await Promise.all(['b', 'c', 'd'].map((text) => log.append(1, bytesOf(text))));
    // As if the disk had kept the end of the write and not its beginning.
    await edit((bytes) => {
      bytes[SEGMENT_HEADER_BYTES + 22] ^= 1;
    });
    expect(await reopen()).to.deep.equal(['a']);
  });

  it('takes a bad last record for damage where the log was closed after it', async () => {
    await appendAll('a', 'b');
    await log.close();
    await edit((bytes) => {
      bytes[SEGMENT_HEADER_BYTES + 22 + 21] ^= 1;
    });
    expect(await codeFrom(reopen())).to.equal('LOG_DAMAGED');
  });

  it('allocates nothing for an absurd length', async () => {
    await appendAll('a');
    await edit((bytes) => {
      const longer = new Uint8Array(bytes.length + 21).fill(255);
      longer.set(bytes);
      return longer;
    });
    expect(await reopen()).to.deep.equal(['a']);
  });

  it('refuses a newer version, leaving it as it is', async () => {
    await appendAll('a');
    const { crc32 } = await import('node:zlib');
    await edit((bytes) => {
      bytes[8] = 2;
      new DataView(bytes.buffer).setUint32(30, crc32(bytes.subarray(0, 30)), true);
    });
    expect(await codeFrom(reopen())).to.equal('FORMAT_TOO_NEW');
  });
});
