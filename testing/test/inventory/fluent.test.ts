import { expect } from 'chai';
import * as fluent from '../../../api-fluent/index.ts';
import { createTestContext } from '../../index.ts';
import { FLUENT_DIFFERENT, FLUENT_WITHOUT_NAMES } from './different.ts';
import { fluentWishes } from './fluent-rows.ts';
import { problemsOf } from './problems.ts';
import { inventoryRows, type Row } from './rows.ts';
import { Surface } from './surface.ts';
import type { Wish } from './java-rows.ts';

describe('the fluent surface and the list of the API', function () {
  this.timeout(120_000);
  let wishes: Map<Row, Wish[]>;
  let problems: Map<string, string>;

  before(async () => {
    const t = createTestContext({ batchMs: 1000 });
    const pairs = t.input([[['a', 1]]]).map((x) => x as [string, number]);
    const rdd = t.ssc.sparkContext.parallelize([['a', 1]]);
    const surface = new Surface('api-fluent/index.ts', fluent, {
      StreamingContext: t.ssc,
      SparkContext: t.ssc.sparkContext,
      DStream: pairs,
      PairDStream: pairs,
      RDD: rdd,
      PairRDD: rdd,
    });
    wishes = fluentWishes(inventoryRows());
    problems = problemsOf(surface, wishes);
    await t.stop();
  });

  it('has every row, but for what is other for a reason', () => {
    const missing = [...problems].filter(([where]) => !FLUENT_DIFFERENT.some(([rows]) => rows.test(where)));
    expect(missing.map(([where, problem]) => `${where} ${problem}`).join('\n')).to.equal('');
  });

  it('has no reason for a difference that is none', () => {
    const idle = FLUENT_DIFFERENT.filter(([rows]) => ![...problems.keys()].some((where) => rows.test(where)));
    expect(idle.map(([rows, reason]) => `${rows}: ${reason}`)).to.deep.equal([]);
  });

  it('is asked something by every row that names a thing to call', () => {
    const silent = [...wishes].filter(([, list]) => list.length === 0).map(([row]) => row.title);
    expect(silent.filter((title) => !FLUENT_WITHOUT_NAMES.some(([rows]) => rows.test(title)))).to.deep.equal([]);
  });
});
