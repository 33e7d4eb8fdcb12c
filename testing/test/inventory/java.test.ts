import { expect } from 'chai';
import * as java from '../../../api-java-style/index.ts';
import { javaWishes, type Wish } from './java-rows.ts';
import { JAVA_DIFFERENT, JAVA_WITHOUT_NAMES } from './different.ts';
import { problemsOf } from './problems.ts';
import { inventoryRows, type Row } from './rows.ts';
import { Surface } from './surface.ts';

const rows = inventoryRows();

describe('the Java surface and the list of the API', function () {
  this.timeout(120_000);
  let wishes: Map<Row, Wish[]>;
  let problems: Map<string, string>;

  before(() => {
    const surface = new Surface('api-java-style/index.ts', java);
    wishes = javaWishes(rows, (name) => surface.has(name));
    problems = problemsOf(surface, wishes);
  });

  it('has every row, but for what is other for a reason', () => {
    const missing = [...problems].filter(([where]) => !JAVA_DIFFERENT.some(([rows]) => rows.test(where)));
    expect(missing.map(([where, problem]) => `${where} ${problem}`).join('\n')).to.equal('');
  });

  it('has no reason for a difference that is none', () => {
    const idle = JAVA_DIFFERENT.filter(([rows]) => ![...problems.keys()].some((where) => rows.test(where)));
    expect(idle.map(([rows, reason]) => `${rows}: ${reason}`)).to.deep.equal([]);
  });

  it('is asked something by every row that names a thing to call', () => {
    const silent = [...wishes].filter(([, list]) => list.length === 0).map(([row]) => row.title);
    expect(silent.filter((title) => !JAVA_WITHOUT_NAMES.some(([rows]) => rows.test(title)))).to.deep.equal([]);
  });
});
