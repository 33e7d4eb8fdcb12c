// Hadoop's classes as ports name them: what has to compile, and what must not.
import {
  DefaultCodec,
  FileOutputFormat,
  GzipCodec,
  IntWritable,
  JavaDStream,
  type JavaPairDStream,
  type JavaPairRDD,
  type JavaSparkContext,
  type JavaStreamingContext,
  JobConf,
  LongWritable,
  NullWritable,
  SequenceFileInputFormat,
  SequenceFileOutputFormat,
  Text,
  TextInputFormat,
  TextOutputFormat,
  Tuple2,
} from 'dstreams/java';

export function outputs(ssc: JavaStreamingContext, counts: JavaPairDStream<string, number>): void {
  const writables = counts.mapToPair((pair) => new Tuple2(new Text(pair._1()), new IntWritable(pair._2())));
  writables.saveAsHadoopFiles('out', 'seq', Text.class, IntWritable.class, SequenceFileOutputFormat.class);
  writables.saveAsHadoopFiles(
    'out',
    'seq',
    Text.class,
    IntWritable.class,
    SequenceFileOutputFormat.class,
    new JobConf(),
  );
  writables.saveAsNewAPIHadoopFiles('out', '', Text.class, NullWritable.class, TextOutputFormat.class);
  counts.saveAsHadoopFiles(null);
  // @ts-expect-error: streams of values have no keys
  JavaDStream.fromDStream<string>(counts).saveAsHadoopFiles('out');
  // @ts-expect-error: no format
  writables.saveAsHadoopFiles('out', 'seq', Text.class, IntWritable.class, new Date());
  ssc.fileStream<LongWritable, Text>('/in', LongWritable.class, Text.class, TextInputFormat.class);
  ssc.fileStream<Text, NullWritable>('/in', Text.class, NullWritable.class, SequenceFileInputFormat.class);
}

export async function dataSets(sc: JavaSparkContext, pairs: JavaPairRDD<Text, IntWritable>): Promise<number> {
  await pairs.saveAsTextFile('file:///tmp/out', GzipCodec.class);
  await pairs.saveAsHadoopFile('out', Text.class, IntWritable.class, TextOutputFormat.class, DefaultCodec.class);
  const conf = new JobConf(sc.hadoopConfiguration());
  conf.setOutputFormat(SequenceFileOutputFormat.class);
  FileOutputFormat.setOutputPath(conf, 'out');
  await pairs.saveAsHadoopDataset(conf);
  const read = sc.hadoopFile<Text, IntWritable>('out', SequenceFileInputFormat.class, Text.class, IntWritable.class);
  const total: number = await read.map((pair) => pair._2().get()).reduce((a, b) => a + b);
  return total;
}
