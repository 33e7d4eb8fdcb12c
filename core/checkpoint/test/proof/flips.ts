import { isDStreamsError } from '../../../errors.ts';
import { readFile, writeFile } from '../../../storage/disk.ts';
import { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { SeededRandom } from '../../../time/random.ts';
import { SEGMENT_HEADER_BYTES } from '../../log-format.ts';
import { bytesOf, Machine, manifestOf, textOf } from '../open.ts';
import { must } from './world.ts';

export interface FlipOptions {
  readonly seed: number;
  /** One in so many bits and lengths is tried. */
  readonly share: number;
  /** Size of the log and of the checkpoint, about. */
  readonly bytes: number;
}

const CLEAR = ['LOG_DAMAGED', 'CHECKPOINT_DAMAGED', 'CHECKPOINT_MISSING', 'FORMAT_TOO_NEW'];

/** Opens what was spoilt: `true` where that is refused with a code of its own. */
async function isRefused(open: () => Promise<void>): Promise<boolean> {
  try {
    await open();
    return false;
  } catch (error) {
    if (isDStreamsError(error) && CLEAR.includes(error.code)) return true;
    throw error;
  }
}

/** Every spoilt form of the files of a disk. */
async function spoil(
  disk: SimulatedDisk,
  { seed, share }: FlipOptions,
  check: (spoilt: SimulatedDisk, path: string, what: string) => Promise<void>,
): Promise<number> {
  const random = new SeededRandom(seed);
  let trials = 0;
  const files = [...disk.sizes()].filter(([path, size]) => size > 0 && !/lock|reserve/.test(path));
  for (const [path, size] of files) {
    for (let bit = random.int(share); bit < size * 8; bit += share) {
      const spoilt = disk.clone(random.fork());
      spoilt.flipBit(path, bit);
      await check(spoilt, path, `bit ${bit} of ${path}`);
      trials++;
    }
    for (let length = random.int(Math.ceil(share / 8)); length < size; length += Math.ceil(share / 8)) {
      const spoilt = disk.clone(random.fork());
      spoilt.cut(path, length);
      await check(spoilt, path, `${path} cut at ${length}`);
      trials++;
    }
  }
  return trials;
}

async function logDisk(seed: number, bytes: number): Promise<{ disk: SimulatedDisk; texts: string[]; end: number }> {
  const disk = new SimulatedDisk();
  const machine = new Machine(disk, seed);
  const log = await machine.log({ segmentBytesMax: bytes / 3 });
  const texts: string[] = [];
  for (let group = 0; disk.sizes().size < 4 || group < 4; group++) {
    const texted = Array.from({ length: 1 + (group % 3) }, (_, i) => `${seed} ${group} ${i} ${'x'.repeat(bytes / 20)}`);
    await Promise.all(texted.map((text) => log.append(1, bytesOf(text))));
    texts.push(...texted);
  }
  const end = log.nextSequence;
  await log.close();
  return { disk, texts, end };
}

/** Flips bits of a log and cuts its files: no record may be missing or changed without a word. */
export async function flipLog(options: FlipOptions): Promise<number> {
  const { disk, texts, end } = await logDisk(options.seed, options.bytes);
  const open = async (spoilt: SimulatedDisk, what: string, to: number): Promise<boolean> => {
    const found: string[] = [];
    const isClear = await isRefused(async () => {
      const machine = new Machine(spoilt);
      const onRecovered = ({ payload }: { payload: Uint8Array }) => void found.push(textOf(payload));
      await machine.log({ expect: { from: 0, to }, onRecovered });
      must(found.length === texts.length, `${what}: ${found.length} of ${texts.length} records came back`);
    });
    if (!isClear) for (const [i, text] of found.entries()) must(text === texts[i], `${what}: record ${i} was changed`);
    return isClear;
  };
  // A cut between two groups looks like a log that ended there: only the checkpoint knows better. A flip shows by itself.
  const trials = await spoil(disk, options, async (spoilt, _, what) => {
    await open(spoilt, what, what.startsWith('bit') ? 0 : end);
  });
  // A file of another life of the same log, whole and valid in itself.
  const path = '/ck/log/segment-0000000001.log';
  const other = await logDisk(options.seed + 1, options.bytes);
  await writeFile(disk, path, await readFile(other.disk, path, 1e9));
  must(await open(disk, 'the first segment of another life', 0), 'the first segment of another life was taken');
  return trials + 1;
}

/** A disk block that is used again may hold a record of an older segment, good in itself: it must not be taken. */
export async function reuseBlocks(seed: number): Promise<number> {
  const disk = new SimulatedDisk();
  const path = '/ck/log/segment-0000000001.log';
  await (await new Machine(disk, seed).log()).append(1, bytesOf('never acknowledged'));
  const stale = (await readFile(disk, path, 1e6)).slice(SEGMENT_HEADER_BYTES);
  // The loss of power that this record did not survive, then another just after the next one was written.
  disk.cut(path, SEGMENT_HEADER_BYTES);
  await (await new Machine(disk, seed + 1).log()).append(1, bytesOf('another'));
  const header = (await readFile(disk, path, 1e6)).slice(0, SEGMENT_HEADER_BYTES);
  await writeFile(disk, path, Buffer.concat([header, stale]));
  const found: string[] = [];
  await new Machine(disk, seed + 2).log({ onRecovered: ({ payload }) => void found.push(textOf(payload)) });
  must(found.length === 0, `a record of an older life came back: ${found.join()}`);
  return 1;
}

/** Flips bits of two checkpoints and cuts their files: no other than the newest may be taken without a word. */
export async function flipStore(options: FlipOptions): Promise<number> {
  const disk = new SimulatedDisk();
  const store = await new Machine(disk, options.seed).store();
  const random = new SeededRandom(options.seed);
  const segment = async () => {
    const writer = await store.segment('count-0');
    for (let i = 0; i < 3; i++) {
      await writer.write(Uint8Array.from({ length: options.bytes / 12 }, () => random.int(256)));
    }
    return writer.finish();
  };
  const [shared, own] = [await segment(), await segment()];
  await store.write(manifestOf(1, { segments: [shared] }));
  await store.write(manifestOf(2, { segments: [shared, own], inputs: { 'socket-0': 'x'.repeat(options.bytes / 4) } }));
  const newest = JSON.stringify(store.latest);
  const before = JSON.stringify(store.checkpoints[0]);
  const isOld = (path: string) => path.endsWith('checkpoint-0000000001');
  return spoil(disk, options, async (spoilt, path, what) => {
    let isSaid = false;
    const isClear = await isRefused(async () => {
      const onFallback = () => {
        isSaid = true;
      };
      const { latest } = await new Machine(spoilt).store({ onFallback });
      const text = JSON.stringify(latest);
      must(text === newest || (isSaid && text === before), `${what}: another checkpoint was taken`);
    });
    must(isClear || isSaid || isOld(path), `${what}: nothing was said`);
  });
}
