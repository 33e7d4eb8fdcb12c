import { defineJob, isDriver, Seconds, StorageLevels } from 'dstreams';
import { type JList, Durations, Optional, Receiver, Tuple2 } from 'dstreams/java';
import { createTestContext, type TestContext } from 'dstreams/testing';

const WORDS = ['a', 'lost', 'c', 'd', 'e', 'f'];
const WINDOW_BATCHES = 3;
/** One of them does not fit into the memory for blocks: it is gone as soon as it is stored. */
const recordOf = (word: string): string => (word === 'lost' ? word.padEnd(100_000) : word);
const wordOf = (record: string): string => record.trimEnd();
const joined = (a: string, b: string): string => a + b;

type Store = (record: string) => void | Promise<void>;
type Give = (store: Store) => void;
type Outputs = Readonly<Record<string, () => { readonly batches: readonly { timeMs: number; values: unknown[] }[] }>>;

class JavaHand extends Receiver<string> {
  constructor(private readonly give: Give) {
    super(StorageLevels.MEMORY_ONLY_SER);
  }
  onStart(): void {
    this.give((record) => this.store(record));
  }
  onStop(): void {}
}

function fluent(t: TestContext, give: Give): Outputs {
  const onStart = (supervisor: { store: Store }) => give((record) => supervisor.store(record));
  const lines = t.ssc.receiverStream<string>({ onStart, onStop() {} }, { storageLevel: StorageLevels.MEMORY_ONLY_SER });
  const words = lines.map(wordOf);
  const pairs = words.map((word) => ['all', word]);
  const window = Seconds(WINDOW_BATCHES);
  return {
    plain: () => t.record(words),
    window: () => t.record(lines.window(window).map(wordOf)),
    reduced: () => t.record(pairs.reduceByKeyAndWindow(joined, window).map(([, value]) => value)),
    state: () =>
      t.record(pairs.updateStateByKey<string>((now, before = '') => before + now.join('')).map(([, value]) => value)),
  };
}

function java(t: TestContext, give: Give): Outputs {
  const lines = t.jssc.receiverStream<string>(new JavaHand(give));
  const words = lines.map(wordOf);
  const pairs = words.mapToPair((word) => new Tuple2('all', word));
  const window = Durations.seconds(WINDOW_BATCHES);
  const update = (now: JList<string>, before: Optional<string>) => Optional.of(before.orElse('') + [...now].join(''));
  return {
    plain: () => t.record(words),
    window: () => t.record(lines.window(window).map(wordOf)),
    reduced: () => t.record(pairs.reduceByKeyAndWindow(joined, window).map((pair) => pair._2())),
    state: () => t.record(pairs.updateStateByKey(update).map((pair) => pair._2())),
  };
}

/** What the batches of a stream gave, and which failed with what, where the second block of its receiver is lost. */
export default defineJob(async ([surface, output, isLogged]) => {
  const t = createTestContext({
    batchMs: 1000,
    checkpointDir: 'checkpoints',
    conf: {
      'dstreams.memory.blockBytesMax': '64k',
      'spark.streaming.receiver.writeAheadLog.enable': isLogged === 'true',
    },
    onFailure: 'keep',
  });
  let store: Store = () => {};
  const give: Give = (given) => {
    store = given;
  };
  const recording = (surface === 'java' ? java : fluent)(t, give)[output!]!();
  await t.start();
  for (const word of isDriver() ? WORDS : []) {
    await store(recordOf(word));
    await t.run(1);
  }
  await t.stop();
  return {
    batches: recording.batches.map(({ timeMs, values }) => `${timeMs / 1000} ${values.join(' ')}`),
    failures: t.failures.map(({ at, timeMs, error }) => {
      const { code, message } = error as { code?: string; message: string };
      return { at, batch: timeMs / 1000, code, message };
    }),
  };
});
