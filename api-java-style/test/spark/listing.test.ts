import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { needs } from '../../../bin/test/needs.ts';
import { sparkApi } from '../../../bin/test-tools/spark-api.mjs';
import { toolFolder } from '../../../bin/test-tools/tools.mjs';
import { Surface } from '../../../testing/test/inventory/surface.ts';
import * as java from '../../index.ts';
import { LEFT_OUT, PLUMBING, WITHOUT_TAGS } from './left-out.ts';

const listing = readFileSync(new URL('./listing.txt', import.meta.url), 'utf8');

/** `JavaDStream static fromDStream 2` and so on, a line for each method of Spark's classes. */
function* methods(): Generator<{ owner: string; name: string; isStatic: boolean; count: number; line: string }> {
  let owner = '';
  for (const line of listing.trimEnd().split('\n')) {
    const match = /^ {2}(static )?(\w+) (\d+)$/.exec(line);
    if (match === null) owner = line;
    else {
      const [, isStatic, name, count] = match;
      yield {
        owner,
        name: name!,
        isStatic: isStatic !== undefined,
        count: Number(count),
        line: `${owner}${line.slice(1)}`,
      };
    }
  }
}

/** The classes that have here what one class or interface has in Spark. */
const HERE: Readonly<Record<string, readonly string[]>> = {
  JavaDStreamLike: ['JavaDStream', 'JavaPairDStream'],
  JavaRDDLike: ['JavaRDD', 'JavaPairRDD'],
};

describe("the list of what Spark's Java API has", () => {
  it('is that of Spark itself', function () {
    needs(this, 'java', 'spark');
    this.timeout(60_000);
    expect(sparkApi(`${toolFolder('spark')}/lib`)).to.equal(listing);
  });
});

describe("Spark's Java API", function () {
  this.timeout(120_000);
  let problems: Map<string, string>;

  before(() => {
    const surface = new Surface('api-java-style/index.ts', java);
    problems = new Map();
    for (const { owner, name, isStatic, count, line } of methods()) {
      if (PLUMBING.test(name)) continue;
      for (const here of HERE[owner] ?? [owner]) {
        const problem = surface.has(here)
          ? surface.problem({ owner: here, name, isStatic, count: WITHOUT_TAGS[line] ?? count })
          : 'is missing';
        if (problem !== undefined) problems.set(line, `${here}.${name} ${problem}`);
      }
    }
  });

  it('is there, method by method, but for what is left out for a reason', () => {
    const missing = [...problems].filter(([line]) => !isLeftOut(line));
    expect(missing.map(([line, problem]) => `${line}: ${problem}`).join('\n')).to.equal('');
  });

  it('has no reason for leaving something out that leaves out nothing', () => {
    const idle = LEFT_OUT.filter(([lines]) => ![...problems.keys()].some((line) => lines.test(line)));
    expect(idle.map(([, reason]) => reason)).to.deep.equal([]);
  });
});

const isLeftOut = (line: string): boolean => LEFT_OUT.some(([lines]) => lines.test(line));
