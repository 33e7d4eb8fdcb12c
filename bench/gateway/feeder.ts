import type { Server } from '../processes.ts';
import { ticks } from '../ticks.ts';
import { Connection } from './connection.ts';
import { FrameTemplate } from './frames.ts';

export interface FeederOptions {
  readonly port: number;
  readonly framesPerSecond: number;
  readonly recordsPerFrame: number;
  readonly recordBytes: number;
}

/** Publishes at a steady rate from its first answer on until it is ended. */
export const feederChild: Server = async ({ port, framesPerSecond, recordsPerFrame, recordBytes }: FeederOptions) => {
  const connection = await Connection.open(port, 'msgpack');
  const { producer } = (await connection.hello(`feeder-${process.pid}`)) as { producer?: { epoch: number } };
  connection.onMessage = ({ t, message }) => {
    if (t === 'puberr' || t === 'err') throw new Error(String(message));
  };
  const records = Array.from({ length: recordsPerFrame }, (_, i) => String(i).padEnd(recordBytes, 'x'));
  const template = new FrameTemplate('values', records, 'msgpack');
  let sent = 0;
  ticks(framesPerSecond, new AbortController().signal, () => {
    const frame = template.frame(sent + 1, producer!.epoch, sent * recordsPerFrame + 1);
    sent++;
    connection.sendFrame(frame);
  });
  return () => sent;
};
