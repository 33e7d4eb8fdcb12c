import { isDStreamsError } from '../../../errors.ts';
import type { Disk } from '../../../storage/disk.ts';
import type { SeededRandom } from '../../../time/random.ts';
import type { Appended } from '../../log-group.ts';
import type { LogRecord } from '../../log-scan.ts';
import type { LogOptions, WriteAheadLog } from '../../write-ahead-log.ts';
import { Machine } from '../open.ts';
import { must, type RunOptions, settle, World } from './world.ts';

/** What those who appended know of a log: the slow model that the log is held against. */
class LogLedger {
  /** Payloads handed to the log, numbered from 0. */
  submitted = 0;
  /** What the log has promised: payload by sequence. */
  promised = new Map<number, { id: number; appended: Appended | undefined }>();
  /** Payloads that the log has said, or shown, not to have. */
  gone = new Set<number>();
  prunedTo = 0;

  snapshot(): LogLedger {
    const copy = new LogLedger();
    copy.submitted = this.submitted;
    copy.promised = new Map(this.promised);
    copy.gone = new Set(this.gone);
    copy.prunedTo = this.prunedTo;
    return copy;
  }

  /** Holds a log that was opened against what was promised; from now on, all that it showed is. */
  async verify(log: WriteAheadLog, records: readonly LogRecord[]): Promise<void> {
    const bySequence = new Map<number, number>();
    let lastSequence = log.firstSequence - 1;
    let lastId = -1;
    for (const { sequence, payload } of records) {
      const id = idOf(payload);
      must(Buffer.compare(payload, payloadOf(id)) === 0, `record ${sequence} was changed`);
      must(sequence > lastSequence, `record ${sequence} after ${lastSequence}`);
      must(id > lastId, `payload ${id} after ${lastId}: doubled, or out of order`);
      must(id < this.submitted, `payload ${id} was never appended`);
      must(!this.gone.has(id), `payload ${id} came back`);
      bySequence.set(sequence, id);
      lastSequence = sequence;
      lastId = id;
    }
    must(lastSequence < log.nextSequence, 'the next sequence is taken');
    must(log.firstSequence <= this.prunedTo, `pruned to ${this.prunedTo}, begins at ${log.firstSequence}`);
    for (const [sequence, { id, appended }] of this.promised) {
      must(sequence < log.nextSequence, `record ${sequence} is lost: the log ends at ${log.nextSequence}`);
      if (sequence < this.prunedTo && !bySequence.has(sequence)) continue;
      must(bySequence.get(sequence) === id, `record ${sequence} was promised as ${id}, is ${bySequence.get(sequence)}`);
      if (appended === undefined) continue;
      const again = await log.readAt(appended.position);
      must(Buffer.compare(again, payloadOf(id)) === 0, `record ${sequence} reads otherwise by position`);
    }
    const read: number[] = [];
    for await (const { sequence } of log.read(log.firstSequence, log.nextSequence)) read.push(sequence);
    must(read.join() === [...bySequence.keys()].join(), 'reading gives other records than opening');
    for (let id = 0; id < this.submitted; id++) if (id > lastId) this.gone.add(id);
    const shown = new Set(bySequence.values());
    const pruned = new Set([...this.promised.values()].map((promise) => promise.id));
    for (let id = 0; id < lastId; id++) if (!shown.has(id) && !pruned.has(id)) this.gone.add(id);
    for (const [sequence, id] of bySequence) {
      if (!this.promised.has(sequence)) this.promised.set(sequence, { id, appended: undefined });
    }
  }
}

const payloads: Uint8Array[] = [];

/** The payload that has this number: always the same bytes. */
function payloadOf(id: number): Uint8Array {
  return (payloads[id] ??= makePayload(id));
}

function makePayload(id: number): Uint8Array {
  const length = 4 + ((id * 37) % 90);
  // Every other one in memory that the log does not copy.
  const bytes = new Uint8Array(id % 2 === 0 ? new ArrayBuffer(length) : new SharedArrayBuffer(length));
  new DataView(bytes.buffer).setUint32(0, id);
  for (let i = 4; i < bytes.length; i++) bytes[i] = id * 31 + i;
  return bytes;
}

const idOf = (payload: Uint8Array): number =>
  payload.length < 4 ? -1 : ((payload[0]! << 24) | (payload[1]! << 16) | (payload[2]! << 8) | payload[3]!) >>> 0;

interface Life {
  readonly log: WriteAheadLog;
  readonly machine: Machine;
  isOver: boolean;
  hasFailed: boolean;
}

async function open(disk: Disk, random: SeededRandom, ledger: LogLedger): Promise<Life> {
  const machine = new Machine(disk, random.uint32());
  const records: LogRecord[] = [];
  const options: Partial<LogOptions> = {
    room: await machine.room({ lowBytes: 0 }),
    segmentBytesMax: 100 + random.int(500),
    groupBytesMax: 50 + random.int(300),
    copiedBytesMax: random.int(60),
    onRecovered: (record) => void records.push({ ...record, payload: record.payload.slice() }),
  };
  const log = await machine.log(options);
  await ledger.verify(log, records);
  return { log, machine, isOver: false, hasFailed: false };
}

/** Appends a payload, and writes into the ledger what the log says of it. */
function append(life: Life, ledger: LogLedger): Promise<void> {
  const id = ledger.submitted++;
  const bytes = payloadOf(id);
  const cut = Math.min(bytes.length, 10);
  const done = life.log.append(1 + (id % 127), [bytes.subarray(0, cut), bytes.subarray(cut)]).then(
    (appended) => {
      if (life.isOver) return;
      must(!life.hasFailed, 'acknowledged after it had failed');
      must(!ledger.promised.has(appended.sequence), `sequence ${appended.sequence} was given twice`);
      ledger.promised.set(appended.sequence, { id, appended });
    },
    (error: unknown) => {
      if (life.isOver) return;
      if (isDStreamsError(error, 'LOG_FAILED')) life.hasFailed = true;
      else if (isDStreamsError(error, 'LOG_DISK_FULL')) ledger.gone.add(id);
      else throw error;
    },
  );
  // Waited for later: until then a broken promise is nobody's.
  done.catch(() => {});
  return done;
}

/** Whether the log says that all is gone that comes before `sequence`. */
async function prune(life: Life, ledger: LogLedger, sequence: number): Promise<boolean> {
  ledger.prunedTo = Math.max(ledger.prunedTo, sequence);
  try {
    await life.log.prune(ledger.prunedTo);
    return true;
  } catch (error) {
    if (isDStreamsError(error, 'IO_FAILED')) return false;
    throw error;
  }
}

async function live(life: Life, random: SeededRandom, ledger: LogLedger, turns: number): Promise<void> {
  const waiting: Promise<void>[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const kind = random.int(10);
    if (kind < 7) {
      const burst = Array.from({ length: 1 + random.int(4) }, () => append(life, ledger));
      waiting.push(...burst);
      if (kind < 5) await Promise.all(burst);
    } else if (kind === 7) {
      let isPruned = await prune(life, ledger, life.log.nextSequence - random.int(6));
      // As an engine does, which asks again at its next checkpoint, for more.
      for (let again = 0; again < 3 && !isPruned; again++) {
        await Promise.all(Array.from({ length: 4 }, () => append(life, ledger)));
        isPruned = await prune(life, ledger, life.log.nextSequence);
      }
    } else {
      life.machine.clock.advance(kind === 8 ? 1000 : 60_000);
      await settle();
    }
  }
  await Promise.all(waiting);
}

/** A log through several lives. Returns how many states of a disk were examined; throws where a promise was broken. */
export async function runLog(options: RunOptions): Promise<{ states: number; calls: number }> {
  const ledger = new LogLedger();
  const world = new World(options, () => ledger.snapshot());
  const { random } = world;
  for (let n = 0; n < (options.lives ?? 3); n++) {
    const life = await openOrFail(world.disk, random, ledger);
    if (life !== undefined) {
      await live(life, random, ledger, 2 + random.int(8));
      if (random.int(3) === 0) {
        await life.log.close();
        await settle();
      }
      life.isOver = true;
    }
    world.end(n);
    for (const { disk, ledger: then } of world.crashes()) {
      world.states += await examine(disk, random.fork(), then);
    }
  }
  world.calm();
  await open(world.disk, random, ledger);
  return { states: world.states + 1, calls: world.calls };
}

/** An injected fault may hit the opening itself: that is a process which ends at once. */
async function openOrFail(disk: Disk, random: SeededRandom, ledger: LogLedger): Promise<Life | undefined> {
  try {
    return await open(disk, random, ledger);
  } catch (error) {
    if (isDStreamsError(error, 'IO_FAILED') || isDStreamsError(error, 'LOG_DISK_FULL')) return undefined;
    throw error;
  }
}

/** A crashed disk must open; and what it showed must survive the next crash, with what is appended then. */
async function examine(
  disk: Parameters<typeof open>[0] & { crashed(random: SeededRandom): Disk; clone(random: SeededRandom): Disk },
  random: SeededRandom,
  ledger: LogLedger,
): Promise<number> {
  const life = await open(disk, random, ledger);
  if (random.int(4) > 0) return 1;
  await Promise.all([append(life, ledger), append(life, ledger)]);
  life.isOver = true;
  await open(random.int(4) > 0 ? disk.crashed(random.fork()) : disk.clone(random.fork()), random, ledger);
  return 2;
}
