import type { Server } from '../processes.ts';
import { ticks } from '../ticks.ts';
import { Connection } from './connection.ts';
import type { Encoding } from './frames.ts';

/** Frames without an acknowledgement: below what the gateway lets a client have. */
const WINDOW = 32;

/**
 * Publishes `perSecond` records, one a frame as long as they are acknowledged, and subscribes to them. Answers a number with how
 * long that many took, ms: from when a record was due to when the batch with it was there.
 */
export const echoTimesChild: Server = async (port: number, encoding: Encoding, perSecond: number) => {
  const reader = await Connection.open(port, encoding);
  await reader.hello();
  await reader.subscribe('copies');
  const writer = await Connection.open(port, encoding);
  const welcome = await writer.hello(`echo-${process.pid}`);
  const pe = (welcome.producer as { readonly epoch: number }).epoch;
  const startedMs = performance.now();
  let due: { v: number }[] = [];
  let unacked = 0;
  let seq = 1;
  const send = () => {
    if (due.length === 0 || unacked >= WINDOW) return;
    unacked++;
    writer.send({ t: 'pub', id: seq, stream: 'values', pe, seq, records: due });
    seq += due.length;
    due = [];
  };
  writer.onMessage = ({ t, message, batchTime }) => {
    if (t === 'puberr' || t === 'err') throw new Error(String(message));
    if (t !== 'puback' || batchTime !== undefined) return;
    unacked--;
    send();
  };
  ticks(perSecond, new AbortController().signal, () => {
    due.push({ v: performance.now() - startedMs });
    send();
  });
  return (count: number): Promise<number[]> => {
    const tookMs: number[] = [];
    return new Promise((resolve) => {
      reader.onMessage = ({ t, records }) => {
        if (t !== 'batch') return;
        const nowMs = performance.now() - startedMs;
        for (const sentMs of records as readonly number[]) tookMs.push(nowMs - sentMs);
        if (tookMs.length < count) return;
        reader.onMessage = () => {};
        resolve(tookMs);
      };
    });
  };
};
