import { expect } from 'chai';
import { bytesOf, codeFrom, Machine, textOf } from '../../checkpoint/test/open.ts';
import { SimulatedDisk } from '../../testing/simulated-disk.ts';
import { serviceLog } from '../service-log.ts';

describe('the log of a service', () => {
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) await undefined;
  };

  async function open() {
    const disk = new SimulatedDisk();
    const machine = new Machine(disk);
    const room = await machine.room();
    const log = await machine.log({ room });
    let isFull = false;
    disk.onCall = ({ operation }) => (isFull && operation === 'write' ? { errno: 'ENOSPC' } : undefined);
    const append = (text: string) => serviceLog(log, room).append([bytesOf(text)]);
    return { machine, room, log, append, fill: (value: boolean) => void (isFull = value) };
  }

  it('waits for room on a full disk, and goes on in order', async () => {
    const { machine, log, append, fill } = await open();
    expect(await append('a')).to.equal(0);
    fill(true);
    const waiting = [append('b'), append('c')];
    await turns();
    fill(false);
    machine.clock.advance(1000);
    expect(await Promise.all(waiting)).to.deep.equal([1, 2]);
    const texts: string[] = [];
    for await (const { payload } of log.read(0, 3)) texts.push(textOf(payload));
    expect(texts).to.deep.equal(['a', 'b', 'c']);
  });

  it('waits no more when the directory is let go', async () => {
    const { room, append, fill } = await open();
    fill(true);
    const code = codeFrom(append('a'));
    await turns();
    await room.close();
    expect(await code).to.equal('LOG_DISK_FULL');
  });
});
