/** What the Scala compiler adds to every class, or a Scala trait brings along: no part of the API for Java. */
export const PLUMBING =
  /^(canEqual|copy|productArity|productElement|productIterator|productPrefix|unapply|andThen|compose|curried|tupled|classTag|[kv]ClassTag|[kv]Manifest|log\w*|initialize\w+|isTraceEnabled)$/;

/** Class tags, which only Scala passes: their methods take fewer arguments here. */
export const WITHOUT_TAGS: Readonly<Record<string, number>> = {
  'JavaDStream static fromDStream 2': 1,
  'JavaPairDStream new 3': 1,
  'JavaPairDStream static fromPairDStream 3': 1,
  'JavaPairDStream static scalaToJavaLong 2': 1,
  'JavaInputDStream static fromInputDStream 2': 1,
  'JavaReceiverInputDStream static fromReceiverInputDStream 2': 1,
  'JavaPairInputDStream new 3': 1,
  'JavaPairInputDStream static fromInputDStream 3': 1,
  'JavaPairReceiverInputDStream new 3': 1,
  'JavaPairReceiverInputDStream static fromReceiverInputDStream 3': 1,
  'InputDStream new 2': 1,
  'ReceiverInputDStream new 2': 1,
  'ConstantInputDStream new 3': 2,
  'JavaPairRDD new 3': 1,
  'JavaPairRDD static fromRDD 3': 1,
  'JavaRDD new 2': 1,
  'JavaRDD static fromRDD 2': 1,
};

/** What is not here and need not be, with the reason. */
export const LEFT_OUT: readonly (readonly [lines: RegExp, reason: string])[] = [
  [/^(BatchInfo|OutputOperationInfo|ReceiverInfo|StreamInputInfo) (new|static apply) /, 'made by the engine only'],
  [/^(\w+Info|StreamingListener\w+) (equals|hashCode|static apply) /, 'events are looked at, not compared or made'],
  [/^StreamInputInfo static METADATA_KEY_DESCRIPTION 0$/, 'a constant, not a method'],
  [/^Time static ordering 0$/, 'the comparator itself, not a method that gives it'],
  [/^(State|StateSpec) new 0$/, 'made by the engine, and by StateSpec.function'],
  [/^JavaMapWithStateDStream new 1$/, 'made by mapWithState'],
  [/^StatsReportListener /, "it is the engine's own and prints; to do more, extend StreamingListener"],
  [
    /^(Receiver)?InputDStream (baseScope|rateController|createBlockRDD|isTimeValid|lastValidTime|name|start|stop) /,
    'for the scheduler of Spark itself',
  ],
  [/^StorageLevels new 0$/, 'a holder of constants'],
  [/^(Hash|Range)Partitioner hashCode 0$/, 'partitioners are compared by equals'],
  [
    /^SparkConf (\w+AvroSchemas?|getAppId|getSizeAs[GKM]b|getWithSubstitution|getenv|loadFromSystemProperties|set 3|static \w+|validateSettings) ?/,
    "for Spark's own parts",
  ],
  [/^JavaRDDLike iterator 2$/, 'for tasks of Spark itself'],
  [/^JavaRDD (getResourceProfile|withResources) /, 'a resource profile asks a cluster for machines'],
  [
    /^JavaSparkContext (addJobTag|removeJobTag|getJobTags|clearJobTags|cancel\w+|setInterruptOnCancel|statusTracker) /,
    'jobs are neither watched nor cancelled one by one: stop the context, or listen to it',
  ],
  [/^JavaSparkContext (setCallSite|clearCallSite) /, 'labels in the web page of Spark itself'],
  [/^JavaSparkContext (checkpointFile|env|getPersistentRDDs|resources|sparkUser) /, "for Spark's own parts and pages"],
  [/^Partitioner static defaultPartitioner 2$/, 'takes a Seq of Scala'],
  [
    /^RangePartitioner (new [56]|samplePointsPerPartitionHint 0|static (determineBounds|sketch) .*)$/,
    'for Scala: class tags, orderings',
  ],
  [/^Broadcast (assertValid|doDestroy|doUnpersist|isValid) /, 'for subclasses inside of Spark'],
  [/^Receiver (attachSupervisor|setReceiverId|supervisor) /, 'for the supervisor of Spark itself'],
];
