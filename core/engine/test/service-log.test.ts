import { expect } from 'chai';
import { bytesOf, codeFrom, Machine, textOf } from '../../checkpoint/test/open.ts';
import { SimulatedDisk } from '../../testing/simulated-disk.ts';
import { FullDisk } from '../full-disk.ts';
import { serviceLog } from '../service-log.ts';

describe('the log of a service', () => {
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) await undefined;
  };

  async function open() {
    const disk = new SimulatedDisk();
    const machine = new Machine(disk);
    const room = await machine.room();
    const fullDisk = new FullDisk(room);
    const log = await machine.log({ room, untilRoom: () => fullDisk.untilRoom() });
    let isFull = false;
    disk.onCall = ({ operation }) => (isFull && operation === 'write' ? { errno: 'ENOSPC' } : undefined);
    const append = (text: string) => serviceLog(log).append([bytesOf(text)]);
    return { machine, fullDisk, log, append, fill: (value: boolean) => void (isFull = value) };
  }

  it('waits for room on a full disk, and goes on in order', async () => {
    const { machine, log, append, fill } = await open();
    expect(await append('a')).to.equal(0);
    fill(true);
    const waiting = [append('b'), append('c')];
    await turns();
    // Still full when it is looked at; what comes then waits behind the others.
    machine.clock.advance(1000);
    await turns();
    waiting.push(append('d'));
    await turns();
    fill(false);
    machine.clock.advance(1000);
    expect(await Promise.all(waiting)).to.deep.equal([1, 2, 3]);
    const texts: string[] = [];
    for await (const { payload } of log.read(0, 4)) texts.push(textOf(payload));
    expect(texts).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('waits no more in a stop', async () => {
    const { fullDisk, append, fill } = await open();
    fill(true);
    const code = codeFrom(append('a'));
    await turns();
    fullDisk.waitNoMore();
    expect(await code).to.equal('LOG_DISK_FULL');
  });
});
