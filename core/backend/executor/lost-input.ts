/**
 * A cached partition or a map output that the plan counted on is not here: the job is planned anew without it. `isElsewhere`: its owner
 * has it, and cannot give it away.
 */
export class LostInput extends Error {
  constructor(
    readonly lost:
      | { readonly kind: 'block'; readonly rddId: number; readonly partition: number; readonly isElsewhere?: true }
      | { readonly kind: 'mapOutput'; readonly shuffleId: number; readonly mapPartition: number }
      | { readonly kind: 'executor'; readonly reason: string },
  ) {
    super(
      lost.kind === 'block' ? `block ${cacheId(lost.rddId, lost.partition)} is not here` : `${lost.kind} is not here`,
    );
  }
}

export const cacheId = (rddId: number, partition: number): string => `rdd-${rddId}-${partition}`;
