import { type Mutant, withBug } from '../../../bin/test/bundle.ts';
import type * as Fuzz from '../hostile/fuzz.ts';
import type * as Simulation from './index.ts';

const INPUT = 'gateway/ingress/input-stream.ts';
const PRODUCERS = 'gateway/ingress/producers.ts';
const PUBLISHING = 'gateway/server/publishing.ts';
const SUBSCRIPTION = 'gateway/egress/subscription.ts';

/** A bug of the gateway, and which of the two has to find it: lives of a server, or sessions of clients that break rules. */
export interface GatewayMutant extends Mutant {
  readonly by: 'simulation' | 'fuzz';
}

/** The first five are caught in every `npm test`. */
export const MUTANTS: readonly GatewayMutant[] = [
  {
    name: 'a frame is acknowledged before it is in the log',
    by: 'simulation',
    file: INPUT,
    find: 'const waits = isDurable || (hasSequence && producers.isAwaited(producer, name));',
    replace: 'const waits = false;',
  },
  {
    name: 'sequences are not checked',
    by: 'simulation',
    file: INPUT,
    find: 'if (seq > taken + 1) {',
    replace: 'if (seq < 0) {',
  },
  {
    name: 'the log does not tell the sequences after a restart',
    by: 'simulation',
    file: INPUT,
    find: 'if (seq > 0) this.parts.producers.makeSafe(producer, this.name, seq + records.length - 1);',
    replace: '',
  },
  {
    name: 'a part of a batch is lost',
    by: 'fuzz',
    file: SUBSCRIPTION,
    find: '    this.nextPart++;\n',
    replace: '    this.nextPart += this.nextPart === 1 ? 2 : 1;\n',
  },
  {
    name: 'rights to publish are not checked',
    by: 'fuzz',
    file: PUBLISHING,
    find: 'if (!allows(this.claims.pub, stream)) {',
    replace: 'if (stream === "") {',
  },
  {
    name: 'what came before is taken again in a frame that was cut anew',
    by: 'simulation',
    file: INPUT,
    find: 'skip = taken + 1 - seq;',
    replace: '',
  },
  {
    name: 'a duplicate is acknowledged before the first of its kind is safe',
    by: 'simulation',
    file: INPUT,
    find: 'const waits = publication.isDurable || producers.isAwaited(producer, name);',
    replace: 'const waits = false;',
  },
  {
    name: 'a checkpoint says that what is not safe yet came',
    by: 'simulation',
    file: PRODUCERS,
    find: '[...streams].map(([stream, { safe }]) => [stream, safe]),\n    ]);',
    replace: '[...streams].map(([stream, { taken }]) => [stream, taken]),\n    ]);',
  },
  {
    name: 'welcome says that what is not safe yet came',
    by: 'simulation',
    file: PRODUCERS,
    find: 'Object.fromEntries([...streams].map(([stream, { safe }]) => [stream, safe]))',
    replace: 'Object.fromEntries([...streams].map(([stream, { taken }]) => [stream, taken]))',
  },
  {
    name: 'credit is not enforced',
    by: 'simulation',
    file: 'gateway/server/publish-credit.ts',
    find: 'if (this.usedRecords + records > granted.records || this.usedBytes + bytes > granted.bytes) {',
    replace: 'if (this.usedBytes + bytes > granted.bytes) {',
  },
  {
    name: 'readers are sent more than their credit',
    by: 'simulation',
    file: SUBSCRIPTION,
    find: 'this.sentRecords >= this.creditRecords || ',
    replace: '',
  },
  {
    name: 'published batches are not found again',
    by: 'simulation',
    file: 'gateway/egress/published-log.ts',
    find: '    stream.restore(RetainedBatch.ofParts(timeMs, parts, limits, batch.sequence, head.missedMs), head.lostMs);\n',
    replace: '',
  },
  {
    name: 'readers are not told of a batch that failed',
    by: 'simulation',
    file: 'gateway/egress/output-stream.ts',
    find: 'return Math.max(this.evictedMs, batch?.missedMs ?? this.evictedMs);',
    replace: 'return this.evictedMs;',
  },
  {
    name: 'a batch is published before those ahead of it are over',
    by: 'simulation',
    file: 'gateway/hub.ts',
    find: '    await output.order.turn(timeMs);\n',
    replace: '',
  },
  {
    name: 'a resume begins one batch too late',
    by: 'simulation',
    file: 'gateway/egress/output-stream.ts',
    find: 'if (batches[middle]!.timeMs > timeMs) high = middle;',
    replace: 'if (batches[middle]!.timeMs > timeMs + 1000) high = middle;',
  },
  {
    name: 'a record between two slices of a large frame is left out',
    by: 'simulation',
    file: 'gateway/server/read-frame.ts',
    find: '    from = to;',
    replace: '    from = to + 1;',
  },
  {
    name: 'a member between two steps of a record is left out',
    by: 'simulation',
    file: 'gateway/protocol/value-reader.ts',
    find: '    i = next;',
    replace: '    i = next + 1;',
  },
  {
    name: 'a large frame that was left off goes on in the one that was read meanwhile',
    by: 'simulation',
    file: 'gateway/protocol/pub-reader.ts',
    find: '    yield;\n    this.open(bytes, at, items);',
    replace: '    yield;\n    this.open(this.bytes, at, items);',
  },
  {
    name: 'rights to subscribe are not checked',
    by: 'fuzz',
    file: 'gateway/server/subscriptions.ts',
    find: "if (!allows(claims.sub, name)) return fail('FORBIDDEN'",
    replace: "if (name === '') return fail('FORBIDDEN'",
  },
  {
    name: 'a frame may have one record too many',
    by: 'fuzz',
    file: PUBLISHING,
    find: 'if (records.length > limits.recordsPerFrame) {',
    replace: 'if (records.length > limits.recordsPerFrame + 1) {',
  },
  {
    name: 'a frame may have one record too few',
    by: 'fuzz',
    file: PUBLISHING,
    find: 'if (records.length > limits.recordsPerFrame) {',
    replace: 'if (records.length >= limits.recordsPerFrame) {',
  },
  {
    name: 'a client that is closed for its rate leaves a frame on the books',
    by: 'fuzz',
    file: PUBLISHING,
    find: '        this.settle(booked);\n        this.speaker.end',
    replace: '        this.speaker.end',
  },
  {
    name: 'a frame overtakes one ahead of it',
    by: 'fuzz',
    file: PRODUCERS,
    find: 'return sequence !== undefined && sequence.awaited > sequence.safe;',
    replace: 'return false;',
  },
  {
    name: 'a session that is over stays',
    by: 'fuzz',
    file: 'gateway/server/session.ts',
    find: 'hub.members.delete(this);',
    replace: '',
  },
  {
    name: 'who has said hello is closed for not having said it',
    by: 'fuzz',
    file: 'gateway/server/session.ts',
    find: '    this.authenticate(token ?? this.link.headerToken);\n    this.helloTimer.cancel();\n',
    replace: '    this.authenticate(token ?? this.link.headerToken);\n',
  },
];

/** Seeds that are tried on a mutant before it counts as missed: worlds of the fuzzer have thousands of frames each. */
const SEEDS = { simulation: 6000, fuzz: 12 };

/** What is said of the bug, and after how many seeds; undefined where nothing is. */
export async function caughtBy(
  mutant: GatewayMutant,
  seed: number,
): Promise<{ seeds: number; what: string } | undefined> {
  const run = await runOf(mutant);
  for (let n = 0; n < SEEDS[mutant.by]; n++) {
    try {
      await run(seed + n);
    } catch (error) {
      return { seeds: n + 1, what: error instanceof Error ? error.message : String(error) };
    }
  }
  return undefined;
}

async function runOf(mutant: GatewayMutant): Promise<(seed: number) => Promise<unknown>> {
  if (mutant.by === 'fuzz') return (await withBug<typeof Fuzz>('gateway/test/hostile/fuzz.ts', mutant)).fuzzWorld;
  return (await withBug<typeof Simulation>('gateway/test/simulation/index.ts', mutant)).simulate;
}
