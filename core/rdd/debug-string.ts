import { StorageLevels } from '../data/index.ts';
import { labelOf, parentsOf, type Rdd } from './rdd.ts';

function lineOf(rdd: Rdd): string {
  const { op, id, name, storageLevel } = rdd;
  const level = storageLevel === StorageLevels.NONE ? '' : ` [${storageLevel}]`;
  const file = rdd.checkpointing?.file === undefined ? '' : ' [checkpointed]';
  return `${name === undefined ? '' : `${name} `}${labelOf(op)} RDD[${id}]${level}${file}`;
}

/** What a data set is made of, itself first; ` +-` begins the other side of a shuffle, the number in brackets counts partitions. */
export function debugString(rdd: Rdd): string {
  const lines: string[] = [];
  const visit = (one: Rdd, head: string, indent: string): void => {
    lines.push(`${head}${lineOf(one)}`);
    const isShuffle = one.op.kind === 'shuffled';
    for (const parent of parentsOf(one.op)) {
      if (isShuffle) {
        const count = `(${parent.partitionCount}) `;
        visit(parent, `${indent} +-${count}`, `${indent} ${' '.repeat(count.length + 2)}`);
      } else visit(parent, `${indent} |  `, indent);
    }
  };
  const count = `(${rdd.partitionCount}) `;
  visit(rdd, count, ' '.repeat(count.length - 2));
  return lines.join('\n');
}
