import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { JavaDoubleRDD, JavaPairRDD, JavaRDD } from '../../api-java-style/index.ts';
import { createTestContext, runJobTest } from '../index.ts';
import { fluentMembers } from './jobs/rdd-members-fluent.ts';
import { javaMembers, javaNumberMembers } from './jobs/rdd-members-java.ts';

/** Members that only the surfaces themselves may use. */
const OURS = {
  fluent:
    'aggregated byKey cogrouped combined defaultPartitions inKeyOrder joined narrow ofRecords partitionerFor partitionerOfBoth partitionerOfThis save saveDataset slots sortedBy statistic withIndex wrap',
  java: 'aggregated byKey cogrouped ordered save statistic toDoubles toKind toPairs toValues',
};

function membersOf(prototypes: readonly object[], ours: string): string[] {
  const names = new Set<string>();
  for (let prototype of prototypes) {
    for (; prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype) as object)
      for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
  }
  for (const name of ['constructor', ...ours.split(' ')]) names.delete(name);
  return [...names].sort();
}

interface Texts {
  readonly driver: Readonly<Record<string, string>>;
  readonly executors: Readonly<Record<string, string>>;
}

describe('what a transform function can ask of data sets', function () {
  this.timeout(120_000);
  const job = join(process.cwd(), 'testing', 'test', 'jobs', 'rdd-members.ts');

  it('is all that they have', async () => {
    await using t = createTestContext({ batchMs: 1000 });
    const fluent = Object.getPrototypeOf(t.ssc.sparkContext.parallelize([1])) as object;
    expect(Object.keys(fluentMembers('')).sort()).to.deep.equal(membersOf([fluent], OURS.fluent));
    const java = [JavaRDD, JavaPairRDD, JavaDoubleRDD].map(({ prototype }) => prototype);
    const called = [javaMembers(''), javaNumberMembers].flatMap((members) => Object.keys(members));
    expect(called.sort()).to.deep.equal(membersOf(java, OURS.java));
  });

  for (const surface of ['fluent', 'java']) {
    it(`is the same for closures as for the driver, and on threads as in process: ${surface}`, async () => {
      const texts: Record<string, string>[] = [];
      for (const master of ['local', 'local[2]']) {
        const root = await mkdtemp(join(tmpdir(), 'rdd-members-'));
        try {
          const { driver, executors } = (await runJobTest(job, [surface, root], { master })) as Texts;
          expect(executors).to.deep.equal(driver);
          const failed = Object.entries(driver).filter(([, text]) => text.startsWith('failed: '));
          expect(failed).to.deep.equal([]);
          // Directories and numbers of data sets, which count up, are each run's own.
          const plain = Object.entries(driver).map(([name, text]) => [
            name,
            text.replaceAll(root, '').replace(/\/checkpoints\/\S+|RDD\[\d+\]|^\d+( \||$)/gm, '#'),
          ]);
          texts.push(Object.fromEntries(plain));
        } finally {
          await rm(root, { recursive: true, force: true });
        }
      }
      for (const [name, text] of Object.entries(texts[0]!)) expect(texts[1]![name], name).to.equal(text);
    });
  }
});
