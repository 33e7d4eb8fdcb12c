import { isDStreamsError } from '../../../errors.ts';
import type { SegmentRef } from '../../../options/manifest-schema.ts';
import type { Disk } from '../../../storage/disk.ts';
import type { SeededRandom } from '../../../time/random.ts';
import type { CheckpointStore } from '../../checkpoint-store.ts';
import { Machine, manifestOf } from '../open.ts';
import { must, type RunOptions, World } from './world.ts';

/** What an engine knows of its checkpoints. */
class StoreLedger {
  /** Every manifest handed to the store, in order, as JSON. */
  tried: string[] = [];
  /** How many of the first `tried` the newest completed one makes. */
  completed = 0;
  completedCount = 0;
  /** Frames of segments, by name. */
  segments = new Map<string, readonly Uint8Array[]>();

  snapshot(): StoreLedger {
    const copy = new StoreLedger();
    copy.tried = [...this.tried];
    copy.completed = this.completed;
    copy.completedCount = this.completedCount;
    copy.segments = new Map(this.segments);
    return copy;
  }

  async verify(store: CheckpointStore, disk: Disk): Promise<void> {
    const read = new Set<string>();
    let before = -1;
    for (const { manifest } of store.checkpoints) {
      const index = this.tried.indexOf(JSON.stringify(manifest));
      must(index >= 0, 'a checkpoint was never taken');
      // After a full disk the same one may be there twice.
      must(index >= before, 'checkpoints are out of order');
      before = index;
      for (const ref of manifest.segments) {
        // Checkpoints share segments: it is the same file.
        const identity = JSON.stringify(ref);
        if (read.has(identity)) continue;
        read.add(identity);
        const frames = this.segments.get(ref.name) ?? [];
        let count = 0;
        for await (const frame of store.read(ref)) {
          const isSame = count < frames.length && Buffer.compare(frame, frames[count]!) === 0;
          must(isSame, `frame ${count} of segment ${ref.name} was changed`);
          count++;
        }
        must(count === frames.length, `segment ${ref.name} has ${count} of ${frames.length} frames`);
      }
    }
    must(before + 1 >= this.completed, `checkpoint ${this.completed} is lost, the newest is ${before + 1}`);
    must(store.latest === store.checkpoints.at(-1), 'the newest is not the newest');
    must(store.checkpoints.length >= Math.min(3, this.completedCount), 'fewer than three are kept');
    if (store.checkpoints.length > 0) {
      const from = Math.min(...store.checkpoints.map(({ manifest }) => manifest.log!.from));
      must(store.logNeededFrom === from, 'the log would be pruned too early');
    }
    const named = new Set(store.checkpoints.flatMap(({ manifest }) => manifest.segments.map(({ name }) => name)));
    for (const name of disk.listNow('/ck/segments')) must(named.has(name), `${name} was left`);
    // What was found complete stays.
    this.completed = Math.max(this.completed, before + 1);
    this.completedCount = store.checkpoints.length;
  }
}

interface Life {
  readonly store: CheckpointStore;
  isOver: boolean;
}

async function open(disk: Disk, random: SeededRandom, ledger: StoreLedger): Promise<Life> {
  const machine = new Machine(disk, random.uint32());
  const store = await machine.store({
    room: await machine.room({ lowBytes: 0 }),
    onFallback: ({ error }) => {
      throw error;
    },
  });
  await ledger.verify(store, disk);
  return { store, isOver: false };
}

async function segment(life: Life, random: SeededRandom, ledger: StoreLedger): Promise<SegmentRef> {
  const writer = await life.store.segment('count-0');
  const frames: Uint8Array[] = [];
  for (let count = random.int(3); count >= 0; count--) {
    const frame = new Uint8Array(random.int(60));
    for (let i = 0; i < frame.length; i++) frame[i] = random.int(256);
    await writer.write(frame);
    frames.push(frame);
  }
  const ref = await writer.finish();
  ledger.segments.set(ref.name, frames);
  return ref;
}

async function live(life: Life, random: SeededRandom, ledger: StoreLedger, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    try {
      const before = life.store.latest?.manifest.segments ?? [];
      const segments = before.filter(() => random.int(3) > 0);
      for (let count = random.int(3); count > 0; count--) segments.push(await segment(life, random, ledger));
      const from = ledger.tried.length * 2;
      const names = segments.map(({ name }) => name);
      const manifest = manifestOf(ledger.tried.length, {
        segments,
        state: { 'count-0': { version: 0, segments: names } },
        inputs: { 'socket-0': { seen: random.int(1000) } },
        log: { from, to: from + 1 },
      });
      ledger.tried.push(JSON.stringify(manifest));
      await life.store.write(manifest);
      must(!life.isOver, 'a life goes on after its end');
      ledger.completed = ledger.tried.length;
      ledger.completedCount++;
    } catch (error) {
      const isExpected = ['IO_FAILED', 'CHECKPOINT_FAILED', 'CHECKPOINT_DAMAGED'].some(
        (code) => isDStreamsError(error) && error.code === code,
      );
      if (!isExpected) throw error;
      // An engine may go on after a failed checkpoint; it is not told that anything was kept.
      if (isDStreamsError(error, 'IO_FAILED')) return;
    }
  }
}

/** Checkpoints through several lives. Returns how many states of a disk were examined; throws where a promise was broken. */
export async function runStore(options: RunOptions): Promise<{ states: number; calls: number }> {
  const ledger = new StoreLedger();
  const world = new World(options, () => ledger.snapshot());
  const { random } = world;
  for (let n = 0; n < (options.lives ?? 3); n++) {
    let life: Life | undefined;
    try {
      life = await open(world.disk, random, ledger);
    } catch (error) {
      if (!isDStreamsError(error, 'IO_FAILED')) throw error;
    }
    if (life !== undefined) {
      await live(life, random, ledger, 1 + random.int(6));
      life.isOver = true;
    }
    world.end(n);
    for (const { disk, ledger: then } of world.crashes()) {
      const again = await open(disk, random.fork(), then);
      world.states++;
      if (random.int(4) > 0) continue;
      await live(again, random.fork(), then, 2);
      await open(disk.crashed(random.fork()), random.fork(), then);
      world.states++;
    }
  }
  world.calm();
  await open(world.disk, random, ledger);
  return { states: world.states + 1, calls: world.calls };
}
