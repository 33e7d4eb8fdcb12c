type Reasons = readonly (readonly [rows: RegExp, reason: string])[];

/** Where the Java surface is other than the list, and why. */
export const JAVA_DIFFERENT: Reasons = [
  [/^§2 `dstream\(\)`/, 'the stream itself, as there is one class for both'],
  [/^§5.1 `mapPartitions.*preservesPartitioning$/, 'the name of an argument'],
  [/^§5.1 `zipWithIndex.*Java(Pair|Double)RDD\.sortBy$/, 'Spark has it on JavaRDD only'],
  [/^§5.3 `sc\(\)/, 'methods of what sc() gives, which are asked for there'],
  [/^§7 `Pattern.*: String\.split$/, 'an instance method in Java: javaSplit(s, re)'],
  [
    /^§10.1 inner .*: NetworkReceiver\.BlockGenerator$/,
    'a class that is a property: RecordBlockGenerator is asked for',
  ],
  [/^§10.3 (trait|`Props)/, 'of Akka: the stand-in is asked for'],
  [/^§11 .*\.JavaBatchInfo$/, 'optional, and private to its package in Spark'],
  [/^§11 .*: \.(OutputOperation|Receiver)Info$/, 'made by the engine only'],
];

/** Rows that ask for nothing that has a name. */
export const JAVA_WITHOUT_NAMES: Reasons = [
  [/^§6 methods/, 'plumbing, which the list says to leave out'],
  [/^§8 `< {2}<=/, 'operators: the named forms stand in the next row'],
  [/^§10.2 calling/, 'a message'],
  [/^§11 all methods/, 'defaults of the methods above'],
  [/^§14 lazily/, 'a pattern'],
  [
    /^§18 (`new Function|captured|class|`char`|`return null|`throws|`synchronized`|`main|Scala|static)/,
    'syntax: docs/porting.md has each before and after, and its samples are run',
  ],
];

/** Where the fluent surface is other than the list, and why. */
export const FLUENT_DIFFERENT: Reasons = [
  [
    /\.(dstream|wrapRDD|rdd|toJavaDStream|fromJavaDStream|fromPairDStream|fromJavaRDD|fromRDD|toRDD|scalaToJavaLong)$/,
    'turns Scala objects into Java ones',
  ],
  [/\.\w+To(Pair|Double)$/, 'pairs and numbers are told by their types'],
  [/^§2 `static JavaDStream.*\.fromDStream$/, 'of DStream itself, where it is: the list has Java classes'],
  [
    /\.(compute|dependencies|slideDuration|register)$/,
    "of Spark's core streams: slice, explain() and foreachRDD do it here",
  ],
  [/\.(splits|partitions|collectPartitions)$/, 'getNumPartitions() and glom(): partitions are numbers, not objects'],
  [/\.preservesPartitioning$/, 'the name of an argument'],
];

/** Rows of §20 that ask for nothing that has a name. */
export const FLUENT_WITHOUT_NAMES: Reasons = [[/^§20 RDDs/, 'the rows of §5, which are asked for one by one']];
