import { defineJob, isDriver, StorageLevels } from 'dstreams';
import { type JavaPairRDD, StorageLevel, Tuple2 } from 'dstreams/java';
import { createTestContext, type TestContext } from 'dstreams/testing';
import { fluentMembers } from './rdd-members-fluent.ts';
import { javaMembers, javaNumberMembers } from './rdd-members-java.ts';

type Asks = (name: string, member: () => unknown) => Promise<string>;
type Recordings = Record<string, { readonly batches: readonly { values: unknown[] }[] }>;

const PAIRS: [string, number][] = [
  ['b', 2],
  ['a', 1],
  ['c', 3],
  ['a', 5],
];

/** What a member gave, as text: of data sets what can be asked of them, and their records. */
async function textOf(given: any): Promise<string> {
  const value = await given;
  if (typeof value?.toDebugString === 'function') {
    const asked = () =>
      [
        value.id(),
        value,
        value.name(),
        value.getStorageLevel(),
        value.getNumPartitions(),
        value.isCheckpointed(),
        value.getCheckpointFile(),
        partitionerOf(value),
      ].join(' | ');
    const before = `${asked()}\n${value.toDebugString()}`;
    const records = [...(await value.collect())];
    return [before, records.map(String), value.isCheckpointed(), value.getCheckpointFile()].join('\n');
  }
  if (typeof value?.hasNext === 'function') {
    const all: unknown[] = [];
    while (await value.hasNext()) all.push(await value.next());
    return all.join(' ');
  }
  if (typeof value?.[Symbol.asyncIterator] === 'function') {
    const all: unknown[] = [];
    for await (const one of value) all.push(one);
    return all.join(' ');
  }
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    const texts: string[] = [];
    for (const one of value) texts.push(await textOf(one));
    return `[${texts.join(', ')}]`;
  }
  return String(value);
}

function partitionerOf(rdd: any): string {
  const partitioner = typeof rdd.partitioner === 'function' ? rdd.partitioner().orNull() : rdd.partitioner;
  return partitioner === null || partitioner === undefined
    ? 'none'
    : `${partitioner.constructor.name} ${partitioner.numPartitions()}`;
}

function fluent(t: TestContext, root: string, ask: Asks): Recordings {
  const recordings: Recordings = {};
  for (const [name, member] of Object.entries(fluentMembers(root))) {
    const pairs = t
      .input([PAIRS], { partitions: 2 })
      .map((pair) => pair)
      .partitionBy(2)
      .persist(StorageLevels.MEMORY_ONLY);
    recordings[name] = t.record(
      pairs.transform(async (rdd) => {
        const text = await ask(name, () => member(rdd));
        return rdd.coalesce(1).mapPartitions(() => [text]);
      }),
    );
  }
  return recordings;
}

function java(t: TestContext, root: string, ask: Asks): Recordings {
  const recordings: Recordings = {};
  const add = (name: string, member: (rdd: JavaPairRDD<string, number>) => unknown): void => {
    const pairs = t
      .javaInput([PAIRS], { partitions: 2 })
      .mapToPair(([key, value]) => new Tuple2(key, value))
      .persist(StorageLevel.MEMORY_ONLY());
    const parted = pairs.reduceByKey((a, b) => a + b);
    recordings[name] = t.record(
      parted.transform(async (rdd) => {
        const text = await ask(name, () => member(rdd));
        return rdd.coalesce(1).mapPartitions(() => [text]);
      }),
    );
  };
  for (const [name, member] of Object.entries(javaMembers(root))) add(name, member);
  for (const [name, member] of Object.entries(javaNumberMembers)) {
    add(name, (rdd) => member(rdd.mapToDouble((pair) => pair._2())));
  }
  return recordings;
}

/** Every member is asked in a transform of its own: what the driver was told, and what closures on executors hold. */
export default defineJob(async ([surface, root]) => {
  const t = createTestContext({ batchMs: 1000, conf: { 'spark.default.parallelism': '2' } });
  t.ssc.sparkContext.setCheckpointDir(`${root}/checkpoints`);
  const driver: Record<string, string> = {};
  const ask: Asks = async (name, member) => {
    const text = await Promise.resolve()
      .then(() => textOf(member()))
      .catch(({ code, message }) => `failed: ${code} ${message}`);
    if (isDriver()) driver[name] = text;
    return text;
  };
  const recordings = (surface === 'java' ? java : fluent)(t, root!, ask);
  // Writing a data set makes others, in the driver alone.
  const written = t.ssc.sparkContext.parallelize([3, 1, 2], 2).map((x) => x);
  written.checkpoint();
  await written.count();
  const made = String(t.ssc.sparkContext.parallelize([1], 1));
  if (isDriver()) driver['before the start'] = made;
  recordings['before the start'] = t.record(t.input([[1]]).map(() => made));
  await t.run(1);
  await t.stop();
  const texts = Object.entries(recordings).map(([name, { batches }]) => [name, batches[0]!.values[0]]);
  return { driver, executors: Object.fromEntries(texts) };
});
