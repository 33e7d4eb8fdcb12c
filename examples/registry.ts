/** An example program of this folder. */
export interface Example {
  /** The class name of Spark's example, without its package. */
  readonly name: string;
  /** Spark 0.9's program takes the master as its first argument; the later one takes it from `--master`; some take none. */
  readonly version: '0.9' | 'later' | 'both';
  /** The job module, relative to this folder. */
  readonly file: string;
  /** What it does, in one line. */
  readonly line: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'NetworkWordCount',
    version: '0.9',
    file: 'NetworkWordCount.ts',
    line: 'counts the words that a TCP server sends, every second',
  },
  {
    name: 'NetworkWordCount',
    version: 'later',
    file: 'later/NetworkWordCount.ts',
    line: "the same as Spark 3.5's Scala program has it",
  },
  {
    name: 'JavaNetworkWordCount',
    version: '0.9',
    file: 'JavaNetworkWordCount.ts',
    line: 'the same in Java style, line by line as the guide has it',
  },
  {
    name: 'JavaNetworkWordCount',
    version: 'later',
    file: 'later/JavaNetworkWordCount.ts',
    line: "the same as Spark 3.5's Java program has it, with lambdas",
  },
  {
    name: 'StatefulNetworkWordCount',
    version: '0.9',
    file: 'StatefulNetworkWordCount.ts',
    line: 'counts the words that a TCP server sends since the start, with updateStateByKey',
  },
  {
    name: 'StatefulNetworkWordCount',
    version: 'later',
    file: 'later/StatefulNetworkWordCount.ts',
    line: 'counts since the start and from initial counts on, with mapWithState',
  },
  {
    name: 'JavaStatefulNetworkWordCount',
    version: 'later',
    file: 'later/JavaStatefulNetworkWordCount.ts',
    line: 'the same in Java style',
  },
  {
    name: 'RecoverableNetworkWordCount',
    version: '0.9',
    file: 'RecoverableNetworkWordCount.ts',
    line: 'appends counts to a file, and goes on when it is killed and started again',
  },
  {
    name: 'RecoverableNetworkWordCount',
    version: 'later',
    file: 'later/RecoverableNetworkWordCount.ts',
    line: 'the same with a broadcast variable and an accumulator',
  },
  {
    name: 'JavaRecoverableNetworkWordCount',
    version: 'later',
    file: 'later/JavaRecoverableNetworkWordCount.ts',
    line: 'the same in Java style',
  },
  {
    name: 'QueueStream',
    version: '0.9',
    file: 'QueueStream.ts',
    line: 'counts by last digit; the program adds to the queue while the stream runs',
  },
  {
    name: 'QueueStream',
    version: 'later',
    file: 'later/QueueStream.ts',
    line: "the same as Spark 3.5's Scala program has it",
  },
  {
    name: 'JavaQueueStream',
    version: '0.9',
    file: 'JavaQueueStream.ts',
    line: 'counts by last digit, from a queue of 30 data sets, in Java style',
  },
  {
    name: 'JavaQueueStream',
    version: 'later',
    file: 'later/JavaQueueStream.ts',
    line: "the same as Spark 3.5's Java program has it, with lambdas",
  },
  {
    name: 'clickstream.PageViewGenerator',
    version: 'both',
    file: 'clickstream/PageViewGenerator.ts',
    line: 'sends made-up page views to whoever connects',
  },
  {
    name: 'clickstream.PageViewStream',
    version: 'both',
    file: 'clickstream/PageViewStream.ts',
    line: 'page views counted, windowed, joined: five metrics of the generator above',
  },
  {
    name: 'SqlNetworkWordCount',
    version: 'later',
    file: 'later/SqlNetworkWordCount.ts',
    line: 'counts the words that a TCP server sends with SQL: each batch is a table',
  },
  {
    name: 'JavaSqlNetworkWordCount',
    version: 'later',
    file: 'later/JavaSqlNetworkWordCount.ts',
    line: 'the same in Java style, with beans',
  },
  {
    name: 'network_wordcount',
    version: 'later',
    file: 'python-style/network_wordcount.ts',
    line: 'NetworkWordCount as PySpark has it',
  },
  {
    name: 'queue_stream',
    version: 'later',
    file: 'python-style/queue_stream.ts',
    line: 'QueueStream as PySpark has it',
  },
  {
    name: 'stateful_network_wordcount',
    version: 'later',
    file: 'python-style/stateful_network_wordcount.ts',
    line: 'StatefulNetworkWordCount as PySpark has it, from initial counts on',
  },
  {
    name: 'recoverable_network_wordcount',
    version: 'later',
    file: 'python-style/recoverable_network_wordcount.ts',
    line: 'RecoverableNetworkWordCount as PySpark has it, with a broadcast variable and an accumulator',
  },
  {
    name: 'sql_network_wordcount',
    version: 'later',
    file: 'python-style/sql_network_wordcount.ts',
    line: 'SqlNetworkWordCount as PySpark has it',
  },
  {
    name: 'network_wordjoinsentiments',
    version: 'later',
    file: 'python-style/network_wordjoinsentiments.ts',
    line: 'the happiest words that a TCP server sends: each batch joined with a list, as PySpark has it',
  },
  {
    name: 'CustomReceiver',
    version: '0.9',
    file: 'CustomReceiver.ts',
    line: 'counts the words that a receiver of its own brings in',
  },
  {
    name: 'CustomReceiver',
    version: 'later',
    file: 'later/CustomReceiver.ts',
    line: "the same as Spark 3.5's Scala program has it",
  },
  {
    name: 'JavaCustomReceiver',
    version: 'later',
    file: 'later/JavaCustomReceiver.ts',
    line: 'the same in Java style',
  },
  {
    name: 'ActorWordCount',
    version: '0.9',
    file: 'ActorWordCount.ts',
    line: 'counts the words that an actor gets from the feeder below',
  },
  {
    name: 'FeederActor',
    version: '0.9',
    file: 'FeederActor.ts',
    line: 'sends random words to the actors that subscribe',
  },
  {
    name: 'JavaActorWordCount',
    version: 'later',
    file: 'later/JavaActorWordCount.ts',
    line: "ActorWordCount as Spark 1.6's Java program has it",
  },
  {
    name: 'RawNetworkGrep',
    version: '0.9',
    file: 'RawNetworkGrep.ts',
    line: 'counts lines with "the" of raw sockets, as fast as it goes',
  },
  {
    name: 'RawNetworkGrep',
    version: 'later',
    file: 'later/RawNetworkGrep.ts',
    line: "the same as Spark 3.5's Scala program has it",
  },
  {
    name: 'RawTextSender',
    version: '0.9',
    file: 'RawTextSender.ts',
    line: 'sends a file over and over, as blocks for the programs above',
  },
  {
    name: 'HdfsWordCount',
    version: '0.9',
    file: 'HdfsWordCount.ts',
    line: 'counts the words of the text files that appear in a directory',
  },
  {
    name: 'HdfsWordCount',
    version: 'later',
    file: 'later/HdfsWordCount.ts',
    line: 'the same, with the master from the command line',
  },
  {
    name: 'hdfs_wordcount',
    version: 'later',
    file: 'python-style/hdfs_wordcount.ts',
    line: 'the same as PySpark has it',
  },
  {
    name: 'TwitterPopularTags',
    version: '0.9',
    file: 'TwitterPopularTags.ts',
    line: 'the most popular hashtags of the last minute and the last ten seconds, of a recording',
  },
  {
    name: 'TwitterAlgebirdCMS',
    version: '0.9',
    file: 'TwitterAlgebirdCMS.ts',
    line: 'who tweets most, by a count-min sketch and exactly',
  },
  {
    name: 'TwitterAlgebirdHLL',
    version: '0.9',
    file: 'TwitterAlgebirdHLL.ts',
    line: 'how many different users tweet, by a HyperLogLog and exactly',
  },
  {
    name: 'JavaTwitterHashTagJoinSentiments',
    version: 'later',
    file: 'later/JavaTwitterHashTagJoinSentiments.ts',
    line: 'the happiest hashtags: a window joined with a list of words, in Java style',
  },
  {
    name: 'KafkaWordCount',
    version: '0.9',
    file: 'KafkaWordCount.ts',
    line: 'counts the words of messages from Kafka of the last ten minutes, up to the connector, which there is not',
  },
  {
    name: 'KafkaWordCountProducer',
    version: '0.9',
    file: 'KafkaWordCountProducer.ts',
    line: 'sends random words to Kafka, up to the client, which there is not',
  },
  {
    name: 'JavaKafkaWordCount',
    version: '0.9',
    file: 'JavaKafkaWordCount.ts',
    line: 'counts the words of messages from Kafka, up to the connector, which there is not',
  },
  {
    name: 'JavaKafkaWordCount',
    version: 'later',
    file: 'later/JavaKafkaWordCount.ts',
    line: "the same as Spark 1.x's Java program has it",
  },
  {
    name: 'DirectKafkaWordCount',
    version: 'later',
    file: 'later/DirectKafkaWordCount.ts',
    line: 'the same as a direct stream',
  },
  {
    name: 'DirectKerberizedKafkaWordCount',
    version: 'later',
    file: 'later/DirectKerberizedKafkaWordCount.ts',
    line: 'the same with Kerberos',
  },
  {
    name: 'JavaDirectKafkaWordCount',
    version: 'later',
    file: 'later/JavaDirectKafkaWordCount.ts',
    line: 'the same as a direct stream, in Java style',
  },
  {
    name: 'JavaDirectKerberizedKafkaWordCount',
    version: 'later',
    file: 'later/JavaDirectKerberizedKafkaWordCount.ts',
    line: 'the same with Kerberos, in Java style',
  },
  {
    name: 'FlumeEventCount',
    version: '0.9',
    file: 'FlumeEventCount.ts',
    line: 'counts events from Flume, up to the connector, which there is not',
  },
  {
    name: 'JavaFlumeEventCount',
    version: '0.9',
    file: 'JavaFlumeEventCount.ts',
    line: 'the same in Java style',
  },
  {
    name: 'JavaFlumeEventCount',
    version: 'later',
    file: 'later/JavaFlumeEventCount.ts',
    line: "the same as Spark 1.x's Java program has it",
  },
  {
    name: 'MQTTWordCount',
    version: '0.9',
    file: 'MQTTWordCount.ts',
    line: 'counts the words of messages from MQTT, up to the connector, which there is not',
  },
  {
    name: 'MQTTPublisher',
    version: '0.9',
    file: 'MQTTPublisher.ts',
    line: 'publishes a message over and over by MQTT, up to the client, which there is not',
  },
  {
    name: 'ZeroMQWordCount',
    version: '0.9',
    file: 'ZeroMQWordCount.ts',
    line: 'counts the words of messages from ZeroMQ, up to the connector, which there is not',
  },
  {
    name: 'SimpleZeroMQPublisher',
    version: '0.9',
    file: 'SimpleZeroMQPublisher.ts',
    line: 'publishes three words a second by ZeroMQ, up to the client, which there is not',
  },
  {
    name: 'JavaKinesisWordCountASL',
    version: 'later',
    file: 'later/JavaKinesisWordCountASL.ts',
    line: 'counts the words of records from Kinesis, up to the connector, which there is not',
  },
  {
    name: 'GatewayWordCount',
    version: 'later',
    file: 'GatewayWordCount.ts',
    line: 'counts the words that pages and programs publish over a WebSocket, and shows the counts live',
  },
];

const packages: readonly { readonly prefix: string; readonly version: Example['version'] }[] = [
  { prefix: 'org.apache.spark.streaming.examples.', version: '0.9' },
  { prefix: 'org.apache.spark.examples.streaming.', version: 'later' },
];

/**
 * The example of a name: short (then Spark 0.9's program, where there is one), or the full class name, whose package says
 * which version is meant. A name inside a package (`clickstream.PageViewStream`) may be given by its last part.
 */
export function findExample(name: string, examples: readonly Example[] = EXAMPLES): Example | undefined {
  const home = packages.find(({ prefix }) => name.startsWith(prefix));
  const short = home === undefined ? name : name.slice(home.prefix.length);
  const versions = home === undefined ? (['0.9', 'later'] as const) : [home.version];
  for (const version of versions) {
    const found = examples.find(
      (example) =>
        (example.version === version || example.version === 'both') &&
        (example.name === short || example.name.endsWith(`.${short}`)),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
