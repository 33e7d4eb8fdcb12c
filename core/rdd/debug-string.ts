import { StorageLevels } from '../data/index.ts';
import { labelOf, parentsOf, type Rdd } from './rdd.ts';

function lineOf(rdd: Rdd): string {
  const { op, id, name, storageLevel } = rdd;
  const level = storageLevel === StorageLevels.NONE ? '' : ` [${storageLevel}]`;
  const file = rdd.checkpointFile === undefined ? '' : ' [checkpointed]';
  return `${name === undefined ? '' : `${name} `}${labelOf(op)} RDD[${id}]${level}${file}`;
}

/** What a data set is made of, itself first; ` +-` begins the other side of a shuffle, the number in brackets counts partitions. */
export function debugString(rdd: Rdd): string {
  const count = `(${rdd.partitionCount}) `;
  const indent = ' '.repeat(count.length - 2);
  return [`${count}${lineOf(rdd)}`, ...linesBelow(rdd).map((line) => `${indent}${line}`)].join('\n');
}

/** Executors are told of what a transform function was given only what it asks for: a window's lineage is as long as the window. */
function linesBelow(rdd: Rdd): readonly string[] {
  const { lineage } = rdd;
  if (lineage === undefined) return linesOfParents(rdd);
  lineage.below ??= linesOfParents(rdd);
  return lineage.below;
}

function linesOfParents({ op }: Rdd): readonly string[] {
  const lines: string[] = [];
  for (const parent of parentsOf(op)) {
    const count = `(${parent.partitionCount}) `;
    const [head, indent] = op.kind === 'shuffled' ? [` +-${count}`, ` ${' '.repeat(count.length + 2)}`] : [' |  ', ''];
    lines.push(`${head}${lineOf(parent)}`);
    for (const line of linesBelow(parent)) lines.push(`${indent}${line}`);
  }
  return lines;
}
