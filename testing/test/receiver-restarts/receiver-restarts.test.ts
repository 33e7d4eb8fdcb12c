import { expect } from 'chai';
import { MemoryDisk } from '../../index.ts';
import { Files, Life } from './life.ts';
import { MORE_PROGRAMS } from './spark-more.ts';
import { PROGRAMS, type RestartedProgram } from './spark.ts';

const timeOf = (line: string): string => line.split(':')[0]!;
const infoOf = (line: string): string | undefined => / \| (info .*)/.exec(line)?.[1];

/**
 * What Spark gave, but for what docs/differences.md has: batches that had ended do not run again, and the information on
 * those that do has their records.
 */
function expected({ lives, has }: RestartedProgram): string[][] {
  const ended = new Set<string>();
  return lives.map(({ spark, fromMs }) => {
    const own = spark.filter((line) => line.startsWith('slice') || !ended.has(timeOf(line)));
    for (const line of own) if (infoOf(line) !== undefined) ended.add(timeOf(line));
    return own.map((line) => {
      if (line.startsWith('slice') || has.includes('noLog') || Number(timeOf(line)) >= fromMs) return line;
      const counts = [...line.matchAll(/records\d (\[.*?\])(?= \||$)/g)].map(
        ([, parts]) => parts!.replaceAll(/[^a-z]/g, '').length,
      );
      // A stream of files says 0.
      if (has.includes('files')) counts.push(0);
      const all = counts.reduce((a, b) => a + b, 0);
      return line.replace('info 0 []', `info ${all} [${counts.map((n, id) => `${id}:${n}`).join(', ')}]`);
    });
  });
}

describe('receivers over a restart, as Spark 3.5.7 has them', () => {
  for (const program of [...PROGRAMS, ...MORE_PROGRAMS]) {
    it(program.name, async () => {
      const disk = new MemoryDisk({ now: () => 0 });
      const files = new Files();
      const seen: string[][] = [];
      for (const [i, { fromMs, does }] of program.lives.entries()) {
        seen.push(await new Life(disk, files, fromMs, program.has.split(' '), i > 0).run(does));
      }
      expect(seen).to.deep.equal(expected(program));
    });
  }
});
