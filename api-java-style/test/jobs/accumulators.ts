import {
  AccumulableParam,
  AccumulatorParam,
  AccumulatorV2,
  defineJob,
  JavaSparkContext,
  type LongAccumulator,
} from 'dstreams/java';
import { createTestContext } from 'dstreams/testing';

class Longest extends AccumulatorParam<string> {
  zero(): string {
    return '';
  }
  addInPlace(a: string, b: string): string {
    return b.length > a.length ? b : a;
  }
}

class Letters extends AccumulableParam<Map<string, number>, string> {
  zero(): Map<string, number> {
    return new Map();
  }
  addAccumulator(counts: Map<string, number>, word: string): Map<string, number> {
    for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    return counts;
  }
  addInPlace(a: Map<string, number>, b: Map<string, number>): Map<string, number> {
    for (const [letter, n] of b) a.set(letter, (a.get(letter) ?? 0) + n);
    return a;
  }
}

class Range extends AccumulatorV2<number, string> {
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  isZero(): boolean {
    return this.max < this.min;
  }
  copy(): Range {
    return Object.assign(new Range(), this);
  }
  reset(): void {
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
  }
  add(n: number): void {
    this.min = Math.min(this.min, n);
    this.max = Math.max(this.max, n);
  }
  merge(other: Range): void {
    if (!other.isZero()) {
      this.add(other.min);
      this.add(other.max);
    }
  }
  value(): string {
    return `${this.min}..${this.max}`;
  }
}

/** All kinds of accumulators, added to in tasks. */
export default defineJob(async () => {
  const t = createTestContext({ batchMs: 1000 });
  const words = t.javaInput(
    [
      ['to', 'be', 'or'],
      ['not', 'tonight'],
    ],
    { partitions: 2 },
  );
  const jsc = new JavaSparkContext(words.context().engine.sc);
  const sc = jsc.sc();
  const long = sc.longAccumulator('words');
  const double = sc.doubleAccumulator();
  const list = sc.collectionAccumulator<string>();
  const range = new Range();
  sc.register(range, 'range');
  const int = jsc.intAccumulator(5);
  const old = jsc.accumulator(0.5);
  const longest = jsc.accumulator('', 'longest', new Longest());
  const letters = jsc.accumulable(new Map<string, number>(), new Letters());
  const inTasks: unknown[] = [];
  const mapped = words.map((word) => {
    const before = [long.count(), range.isZero() && range.value(), int.localValue()];
    long.add(1);
    double.add(word.length / 2);
    list.add(word);
    range.add(word.length);
    int.add(1);
    old.add(0.25);
    longest.add(word);
    letters.add(word);
    return before;
  });
  mapped.foreachRDD(async (rdd) => {
    inTasks.push(...(await rdd.collect()).map((x) => [...x]));
  });
  await t.run(2);
  const show = (a: LongAccumulator) => [a.value(), a.sum(), a.count(), a.avg(), a.isZero(), a.name()];
  const result = {
    long: show(long),
    double: double.value(),
    list: [...list.value()].sort(),
    range: [range.value(), range.isZero(), range.isRegistered(), range.name(), range.min],
    int: int.value(),
    old: old.value(),
    longest: [longest.value(), longest.name()],
    letters: letters.value().get('t'),
    inTasks,
  };
  long.reset();
  const afterReset = long.isZero();
  await t.stop();
  return { ...result, afterReset };
});
