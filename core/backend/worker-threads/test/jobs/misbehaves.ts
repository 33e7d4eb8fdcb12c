import { defineJob, isDriver, registerClass } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get norm(): number {
    return Math.hypot(this.x, this.y);
  }
}

/** Never registered: threads outlive programs, and so does what these register. */
class Loose {
  constructor(readonly x: number) {}
}

let runs = 0;

/** One program for what can go wrong between driver and executors; the argument says what. */
export default defineJob(async ([what]) => {
  const t = createTestContext({ batchMs: 1000 });
  const numbers = t.input([[3, 4]], { partitions: 2 });
  if (what === 'graph' && !isDriver()) numbers.map((x) => x);
  if (what === 'throws-on-executor' && !isDriver()) throw new Error('no luck on an executor');
  if (what === 'registered') registerClass(Point, { name: 'test.Point' });
  const mapped = numbers.map((x) => {
    if (what === 'throws') throw new RangeError(`no luck with ${x}`);
    if (what === 'prints') console.log(`saw ${x}`);
    return x;
  });
  const points = mapped.map((x) =>
    what === 'registered' ? new Point(x, 0) : what === 'unregistered' ? new Loose(x) : x,
  );
  const grouped = points.map((p) => ['all', p] as [string, unknown]).groupByKey();
  const norms = grouped.mapValues((ps) => [...ps].map((p) => (p instanceof Point ? p.norm : p)));
  const impure = norms.transform((rdd) => {
    if (what !== 'impure') return rdd;
    return runs++ % 2 === 0 && isDriver() ? rdd.map((x) => x) : rdd.map((x) => x).map((x) => x);
  });
  const divided = numbers.transform(async (rdd) => {
    const n = await rdd.count();
    return rdd.map((x) => x / n);
  });
  const seen = t.record(impure);
  const shares = t.record(divided);
  try {
    await t.run(1);
    return { batches: seen.batches, shares: shares.batches };
  } catch (error) {
    return {
      code: (error as { code?: string }).code,
      message: (error as Error).message,
      cause: String((error as Error).cause),
      stack: ((error as Error).cause as Error)?.stack,
    };
  } finally {
    await t.stop();
  }
});
