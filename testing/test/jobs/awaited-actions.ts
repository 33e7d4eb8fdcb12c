import { add, defineJob, type RDD } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

const steps = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await null;
};

/** What code with an error does next depends on the error, so it has to be the same one everywhere. */
const kindOf = (error: unknown): string => {
  const { code, message, cause } = error as { code?: string; message: string; cause?: { message?: string } };
  return `${code} ${message.slice(0, 12)} ${cause?.message}`;
};

const failing = (rdd: RDD<number>): Promise<number> =>
  rdd
    .map((x) => {
      // Without the number: which of two partitions fails first is open.
      if (x > 0) throw new RangeError('no luck');
      return x;
    })
    .fold(0, add);

/** Actions that are awaited where the program is the same everywhere: before `start()` and inside transform. */
export default defineJob(async ([what]) => {
  const t = createTestContext({ batchMs: 1000 });
  const { sparkContext: sc } = t.ssc;
  const numbers = t.input([[1, 2, 3], [4, 5], [6]], { partitions: 2 });
  const fixed = sc.parallelize([10, 20, 30, 40], 2);
  const transforms: Record<string, () => Promise<(rdd: RDD<number>) => Promise<RDD<unknown>>>> = {
    // An action of a data set that was made before start().
    fixed: async () => async (rdd) => {
      const n = await fixed.count();
      return rdd.map((x) => x * n);
    },
    // The same at once with one of the batch.
    both: async () => async (rdd) => {
      const part = async (of: RDD<number>, name: string) => {
        const total = await of.fold(0, add);
        return rdd.map((x) => `${x} ${name} ${total}`);
      };
      const [a, b] = await Promise.all([part(fixed, 'fixed'), part(rdd, 'batch')]);
      return a.union(b);
    },
    // Nobody waits for it before start().
    dangling: async () => {
      void fixed.count().then((n) => n + 1);
      return async (rdd) => rdd.map((x) => x + 1);
    },
    // Operations that no action comes before, and others that one does.
    steps: async () => async (rdd) => {
      const slowly = async () => {
        await steps(40);
        return rdd.map((x) => `${x} steps`);
      };
      const counted = async () => {
        const n = await rdd.count();
        return rdd.map((x) => `${x} of ${n}`);
      };
      const [a, b] = await Promise.all([counted(), slowly()]);
      return a.union(b);
    },
    // An action that fails, and what is done instead.
    failed: async () => async (rdd) => {
      const text = await failing(rdd).then(String, kindOf);
      return text.startsWith('USER_FUNCTION_FAILED') ? rdd.map((x) => `${x} ${text}`) : rdd.filter(() => false);
    },
    failedBefore: async () => {
      const text = await failing(fixed).then(String, kindOf);
      if (!text.startsWith('USER_FUNCTION_FAILED')) throw new Error(text);
      return async (rdd) => rdd.map((x) => `${x} ${text}`);
    },
    // Several at once before start(), each followed by operations.
    atOnceBefore: async () => {
      const part = async (name: string, of: RDD<number>) => {
        const total = await of.fold(0, add);
        return fixed.map((x) => `${x} ${name} ${total}`);
      };
      const [a, b] = await Promise.all([part('slow', fixed.repartition(3).repartition(2)), part('quick', fixed)]);
      return async (rdd) => rdd.map(String).union(a).union(b);
    },
  };
  const seen = t.record(numbers.transform(await transforms[what!]!()));
  try {
    await t.run(3);
    return seen.batches.map(({ values }) => values);
  } finally {
    await t.stop();
  }
});
