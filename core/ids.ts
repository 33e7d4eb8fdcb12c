/** Position of a node in its stream graph, from 0, in creation order; the same on driver and executors. */
export type NodeId = number & { readonly __unit: 'NodeId' };
/** Number of an RDD within one context, from 0. */
export type RddId = number & { readonly __unit: 'RddId' };
/** Number of a shuffle within one context, from 0. */
export type ShuffleId = number & { readonly __unit: 'ShuffleId' };
/** Number of a stage within one process, from 0. */
export type StageId = number & { readonly __unit: 'StageId' };
/** Number of a job (one action) within one context, from 0. */
export type JobId = number & { readonly __unit: 'JobId' };
/** Number of a task within one context, from 0; a retry has a number of its own. */
export type TaskId = number & { readonly __unit: 'TaskId' };
/** Number of an input stream within one context, from 0: Spark's stream id, also a receiver's. */
export type StreamId = number & { readonly __unit: 'StreamId' };
/** Number of a broadcast value within one context, from 0. */
export type BroadcastId = number & { readonly __unit: 'BroadcastId' };
/** Number of an executor (worker thread) in its pool, from 0; a replacement keeps the number. */
export type ExecutorId = number & { readonly __unit: 'ExecutorId' };
/** Position of an output operation among those of its graph, from 0. */
export type OutputId = number & { readonly __unit: 'OutputId' };
/** Names a node across changes of the program: given by `.uid("…")`, else derived. */
export type Uid = string & { readonly __unit: 'Uid' };
/** Names a block in a block store. */
export type BlockId = string & { readonly __unit: 'BlockId' };

/** Returns a function that counts up from `first`. One per owner, never global: two contexts count alike. */
export function createCounter<Id extends number = number>(first = 0): () => Id {
  let next = first;
  return () => next++ as Id;
}
