import { SeededRandom } from '../../../core/internal.ts';
import { JSON_CODEC, MSGPACK_CODEC } from '../../protocol/codec.ts';
import { GoodClient } from './good-client.ts';
import { Life } from './life.ts';
import { turn, World } from './world.ts';

/** Connections at a time. */
const WIDTH = 16;
/** Frames of one world: a failing seed is one world again. */
export const FRAMES_PER_WORLD = 5000;
/** Steps that the good client may need to get its last records acknowledged. */
const LAST_STEPS = 2000;

export interface FuzzResult {
  readonly frames: number;
  readonly connections: number;
  /** Records of hostile clients that had to be in the job, or not, by what was answered. */
  readonly followed: number;
  /** Records of the good client. */
  readonly good: number;
  /** How many connections were closed by each code. */
  readonly codes: ReadonlyMap<number | string, number>;
}

/** One world by its seed. Throws where the gateway does what it never should. */
export async function fuzzWorld(seed: number, framesMax = FRAMES_PER_WORLD): Promise<FuzzResult> {
  const random = new SeededRandom(seed);
  const world = new World({
    isDurable: random.int(3) === 0,
    hasTokens: random.int(3) === 0,
    isStepped: seed % 2 === 1,
  });
  await world.start();
  let frames = 0;
  const lives: Life[] = [];
  let running: Life[] = [];
  try {
    const good = new GoodClient(world, random.fork(), random.int(2) === 0 ? JSON_CODEC : MSGPACK_CODEC);
    const pass = async () => {
      await turn();
      world.t.clock.advance(random.int(30));
      if (random.int(40) === 0) await world.t.run(1);
      world.check();
    };
    while (frames < framesMax || running.some((life) => !life.isOver)) {
      while (running.length < WIDTH && frames < framesMax) {
        const life = new Life(world, random, `${lives.length}-${random.int(2 ** 31)}`);
        lives.push(life);
        running.push(life);
      }
      for (const life of running) frames += life.step();
      good.step();
      await pass();
      running = running.filter((life) => {
        life.check();
        if (!life.connection.isClosed && !(life.isOver && life.isTired)) return true;
        life.connection.leave();
        world.connections.delete(life.connection);
        return false;
      });
    }
    for (let n = 0; !good.isDone; n++) {
      if (n > LAST_STEPS) throw new Error('a good client waits for its acknowledgement');
      good.step(false);
      await pass();
    }
    await world.t.run(2);
    for (let i = 0; i < 4; i++) await turn();
    const published = good.finish();
    await world.finish();
    const followed = lives.reduce((sum, life) => sum + life.checkSeen(), 0);
    return { frames, connections: lives.length, followed, good: published, codes: world.codes() };
  } finally {
    await world.end();
  }
}

/** Worlds from this seed on until so many frames were sent. */
export async function fuzz(
  seed: number,
  frames: number,
  run: (seed: number, once: (seed: number) => Promise<number>) => Promise<number>,
): Promise<FuzzResult> {
  const codes = new Map<number | string, number>();
  const sum = { frames: 0, connections: 0, followed: 0, good: 0, codes };
  for (let at = seed; sum.frames < frames; at++) {
    await run(at, async () => {
      const one = await fuzzWorld(at);
      for (const key of ['frames', 'connections', 'followed', 'good'] as const) sum[key] += one[key];
      for (const [code, n] of one.codes) codes.set(code, (codes.get(code) ?? 0) + n);
      return one.frames;
    });
  }
  return sum;
}
