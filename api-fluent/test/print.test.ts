import { expect } from 'chai';
import type { DStream } from '../index.ts';
import { add } from '../index.ts';
import { manualContext } from './context.ts';

const RULE = '-'.repeat(43);

describe('print', () => {
  it("writes the guide's form, empty batches too", async () => {
    const t = manualContext();
    t.ssc
      .queueStream([['hello world'], []])
      .flatMap((l) => l.split(' '))
      .map((w) => [w, 1])
      .reduceByKey(add)
      .print();
    await t.run(2);
    await t.ssc.stop();
    expect(t.stdout()).to.equal(
      `${RULE}\nTime: 1000 ms\n${RULE}\n(hello,1)\n(world,1)\n\n${RULE}\nTime: 2000 ms\n${RULE}\n\n`,
    );
  });

  const limits = [
    { n: undefined, lines: [...'0123456789', '...'] },
    { n: 2, lines: ['0', '1', '...'] },
    { n: 11, lines: [...'0123456789', '10'] },
    { n: 0, lines: ['...'] },
  ];
  for (const { n, lines } of limits) {
    it(`stops after ${n ?? 10} records`, async () => {
      const t = manualContext();
      t.ssc.queueStream([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]).print(n);
      await t.run(1);
      await t.ssc.stop();
      expect(t.stdout()).to.equal(`${RULE}\nTime: 1000 ms\n${RULE}\n${lines.join('\n')}\n\n`);
    });
  }

  type Build = (s: DStream<string>) => DStream<unknown>;
  const texts: { name: string; build: Build; spark: string; python: string }[] = [
    { name: 'a string', build: (s) => s, spark: 'a', python: 'a' },
    { name: 'a pair', build: (s) => s.map((x) => [x, 1]), spark: '(a,1)', python: "('a', 1)" },
    {
      name: 'a list of two after glom',
      build: (s) => s.union(s).repartition(1).glom(),
      spark: '[a, a]',
      python: "['a', 'a']",
    },
    {
      name: 'a list of two among grouped values',
      build: (s) =>
        s
          .union(s)
          .map((x) => [x, 1])
          .groupByKey(),
      spark: '(a,[1, 1])',
      python: "('a', [1, 1])",
    },
    {
      name: 'a list of two, reduced',
      build: (s) =>
        s
          .union(s)
          .map((x) => [x, 1])
          .groupByKey()
          .filter(() => true)
          .reduceByKey((a) => a),
      spark: '(a,[1, 1])',
      python: "('a', [1, 1])",
    },
    {
      name: 'grouped values by themselves',
      build: (s) =>
        s
          .union(s)
          .map((x) => [x, 1])
          .groupByKey()
          .cache()
          .values(),
      spark: '[1, 1]',
      python: '[1, 1]',
    },
    {
      name: 'counted pairs',
      build: (s) => s.map((x) => [x, 1]).countByValue(),
      spark: '((a,1),1)',
      python: "(('a', 1), 1)",
    },
    { name: 'an object', build: (s) => s.map((word) => ({ word })), spark: '{"word":"a"}', python: "{'word': 'a'}" },
    { name: 'nothing', build: (s) => s.map(() => null), spark: 'null', python: 'None' },
  ];
  for (const { name, build, spark, python } of texts) {
    it(`shows ${name} as ${spark}, and as ${python} by pprint`, async () => {
      const t = manualContext();
      const stream = build(t.ssc.queueStream([['a']]));
      stream.print();
      stream.pprint();
      await t.run(1);
      await t.ssc.stop();
      const lines = t.stdout().split('\n');
      expect(lines[3]).to.equal(spark);
      expect(lines[8]).to.equal(python);
    });
  }

  it("writes the time as Python does in pprint's header", async () => {
    const t = manualContext({ batchMs: 500 });
    t.ssc.queueStream([[1], [1]]).pprint(1);
    await t.run(2);
    await t.ssc.stop();
    const times = t
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('Time: '));
    expect(times[0]).to.match(/^Time: \d{4}-\d\d-\d\d \d\d:\d\d:00\.500000$/);
    expect(times[1]).to.match(/^Time: \d{4}-\d\d-\d\d \d\d:\d\d:01$/);
  });
});
