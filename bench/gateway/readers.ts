import type { Server } from '../processes.ts';
import { Connection } from './connection.ts';
import { type Holds, watchHolds } from './holds.ts';

export interface ReadersOptions {
  readonly port: number;
  readonly stream: string;
  readonly count: number;
}

/** `stick`: one more that reads nothing; `holds`: what held them up; a number: of batches that each of the others is to receive. */
export type ReadersRequest = 'stick' | 'holds' | number;

/** A batch's frames as the subprotocol of text writes them: what a frame that is one begins with. */
const HEAD = /^\{"t":"batch","sub":\d+,"batchTime":(\d+)/;
const HEAD_BYTES = 64;
/** Who does not read fills the buffers of the operating system first: it gets everything so many times. */
const STUCK_SUBSCRIPTIONS = 60;
const AT_ONCE = 50;

/** Subscribers of one stream. Answers a number with how long after its batch time each frame came, ms. */
export const readersChild: Server = async ({ port, stream, count }: ReadersOptions) => {
  const holds = await watchHolds();
  let seen: (lateMs: number) => void = () => {};
  const open = async () => {
    const connection = await Connection.open(port, 'json');
    await connection.hello();
    await connection.subscribe(stream);
    connection.onFrame = (data) => {
      const batchTime = HEAD.exec(data.toString('latin1', 0, HEAD_BYTES))?.[1];
      if (batchTime !== undefined) seen(Date.now() - Number(batchTime));
    };
    connection.onClose = (code, reason) => {
      throw new Error(`closed ${code} ${reason}`);
    };
  };
  for (let i = 0; i < count; i += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, open));
  }
  return async (request: ReadersRequest): Promise<number[] | Holds> => {
    if (request === 'holds') return holds();
    if (request === 'stick') {
      await stick(port, stream);
      return [];
    }
    const lateMs: number[] = [];
    return new Promise((resolve) => {
      seen = (ms) => {
        lateMs.push(ms);
        if (lateMs.length < request * count) return;
        seen = () => {};
        resolve(lateMs);
      };
    });
  };
};

async function stick(port: number, stream: string): Promise<void> {
  const connection = await Connection.open(port, 'json');
  await connection.hello();
  for (let i = 0; i < STUCK_SUBSCRIPTIONS; i++) await connection.subscribe(stream);
  connection.stopReading();
}
