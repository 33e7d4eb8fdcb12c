import { StorageLevels } from '../data/index.ts';
import type { Action, Rdd, RddOp, StateUpdate, Step } from '../rdd/index.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import type { Availability, PhysicalJob, Pipe, Stage, StatePipe, Task, TaskOutput } from './physical.ts';

type StateOp = Extract<RddOp, { kind: 'state' }>;
type SlidingWindow = Extract<StateUpdate, { kind: 'slidingWindow' }>;

const slideOf = ({ op }: Rdd): number => ((op as StateOp).step.update as SlidingWindow).slide;

/**
 * Cuts a lineage at its shuffles into stages and fuses what lies between (Zaharia et al., NSDI 2012, §5.1).
 * Cached partitions and shuffle outputs that are there end the walk, so that a job does only what is missing.
 */
export function planJob(
  rdd: Rdd,
  action: Action,
  partitions: readonly number[],
  available: Availability,
  nextStageId: () => number,
): PhysicalJob {
  const stages: Stage[] = [];
  const planned = new Set<number>();
  const { timeMs } = rdd;

  const stageOf = (target: Rdd, indices: readonly number[], output: TaskOutput): Stage => {
    const tasks = indices.map((partition) => taskOf(target, partition, output));
    return { id: nextStageId(), tasks };
  };

  const taskOf = (target: Rdd, partition: number, output: TaskOutput): Task => {
    const sources: (readonly SourceBlock[])[] = [];
    let placement: number | undefined;

    const pipeOf = (r: Rdd, p: number): Pipe => {
      if (r.storageLevel === StorageLevels.NONE) return computeOf(r, p);
      placement ??= p;
      const label = `persist of ${r.label ?? `data set ${r.id}`}`;
      const cached = { kind: 'cache', label, rddId: r.id, partition: p, level: r.storageLevel } as const;
      return { ...cached, input: available.hasBlock(r.id, p) ? undefined : computeOf(r, p) };
    };

    const computeOf = (r: Rdd, p: number): Pipe => {
      const { op } = r;
      switch (op.kind) {
        case 'source':
          return { kind: 'source', slot: sources.push(op.partitions[p]!) - 1 };
        case 'step':
          return stepsOf(r, p);
        case 'union': {
          let index = p;
          for (const parent of op.parents) {
            if (index < parent.partitionCount) return pipeOf(parent, index);
            index -= parent.partitionCount;
          }
          throw new RangeError(`partition ${p} of a union of ${r.partitionCount}`);
        }
        case 'alignedUnion':
          return { kind: 'concat', inputs: op.parents.map((parent) => pipeOf(parent, p)) };
        case 'coalesce':
          return { kind: 'concat', inputs: op.groups[p]!.map((q) => pipeOf(op.parent, q)) };
        case 'zip':
          return { kind: 'zip', inputs: op.parents.map((parent) => pipeOf(parent, p)), step: op.step };
        case 'cogroup': {
          const { emit, dialect, label } = op;
          return { kind: 'cogroup', inputs: op.parents.map((parent) => pipeOf(parent, p)), emit, dialect, label };
        }
        case 'state':
          return stateOf(r, p, 'pairs');
        case 'stateOutput':
          return stateOf(op.parent, p, 'emitted');
        case 'combined':
          return { kind: 'combine', input: pipeOf(op.parent, p), mode: op.mode, dialect: op.dialect, label: op.label };
        case 'shuffled': {
          planShuffle(r);
          placement ??= p;
          const { shuffleId, mode, dialect, label } = op;
          return {
            kind: 'shuffle',
            read: { shuffleId, reduce: p, maps: op.parent.partitionCount, mode, dialect, label },
          };
        }
      }
    };

    const stateOf = (r: Rdd, p: number, view: StatePipe['view']): StatePipe => {
      const { op } = r;
      if (op.kind !== 'state') throw new TypeError('a state');
      // Its versions before are there; a cached partition that is made of it may have another index, behind a union.
      placement = p;
      const { step, prev, initial, inputs, isMarked, isCut } = op;
      const known = { kind: 'state', view, rddId: r.id, partition: p, dialect: step.dialect } as const;
      if (isCut || available.hasBlock(r.id, p)) return { ...known, make: undefined };
      if (step.update.kind === 'slidingWindow') {
        const { base, inputs: news, panes } = sincePane(r, p, step.update);
        const make = {
          step: { ...step, update: { ...step.update, panes } },
          prev: base === undefined ? undefined : stateOf(base, p, 'pairs'),
          initial: undefined,
          inputs: news.map((input) => pipeOf(input, p)),
          isMarked,
        };
        return { ...known, make };
      }
      const make = {
        step,
        prev: prev === undefined ? undefined : stateOf(prev, p, 'pairs'),
        initial: initial === undefined ? undefined : pipeOf(initial, p),
        inputs: inputs.map((input) => pipeOf(input, p)),
        isMarked,
      };
      return { ...known, make };
    };

    /**
     * A window goes on from the latest version before it that is held, with the batches since then; where none is, it is
     * made of all its batches.
     */
    const sincePane = (r: Rdd, p: number, update: SlidingWindow) => {
      const { inputs } = r.op as StateOp;
      const { slide, slidePanes, windowPanes, panes } = update;
      let base = (r.op as StateOp).prev;
      for (; base !== undefined && !available.hasBlock(base.id, p); base = (base.op as StateOp).prev);
      const from = base === undefined ? 0 : slideOf(base) * slidePanes;
      if (from <= slide * slidePanes - windowPanes) return { base: undefined, inputs, panes };
      return { base, inputs: inputs.filter((_, i) => panes[i]! > from), panes: panes.filter((pane) => pane > from) };
    };

    const stepsOf = (r: Rdd, p: number): Pipe => {
      const steps: Step[] = [];
      let at = r;
      while (at.op.kind === 'step' && (at === r || at.storageLevel === StorageLevels.NONE)) {
        steps.push(at.op.step);
        at = at.op.parent;
      }
      return { kind: 'steps', input: pipeOf(at, p), steps: steps.reverse(), partition: p };
    };

    const pipe = pipeOf(target, partition);
    return { stageId: stages.length, timeMs, partition, pipe, sources, output, placement };
  };

  const planShuffle = (r: Rdd): void => {
    const { op } = r;
    if (op.kind !== 'shuffled' || planned.has(op.shuffleId)) return;
    planned.add(op.shuffleId);
    const missing: number[] = [];
    for (let p = 0; p < op.parent.partitionCount; p++) if (!available.hasMapOutput(op.shuffleId, p)) missing.push(p);
    if (missing.length === 0) return;
    const { shuffleId, mode, partitioning, dialect, label } = op;
    const stage = stageOf(op.parent, missing, { kind: 'shuffle', shuffleId, mode, partitioning, dialect, label });
    stages.push(stage);
  };

  const last = stageOf(rdd, partitions, { kind: 'action', action });
  stages.push(last);
  return { stages, timeMs };
}
