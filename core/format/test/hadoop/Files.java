import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.*;
import org.apache.hadoop.io.compress.DefaultCodec;
import org.apache.hadoop.mapred.FileSplit;
import org.apache.hadoop.mapred.InputSplit;
import org.apache.hadoop.mapred.JobConf;
import org.apache.hadoop.mapred.RecordReader;
import org.apache.hadoop.mapred.Reporter;
import org.apache.hadoop.mapred.SequenceFileInputFormat;
import org.apache.hadoop.mapred.TextInputFormat;

/**
 * What Hadoop itself makes of files: `read FILE…` and `text DIRECTORY…` print records, `splits N FILE…` reads a file in
 * stretches, `write FOLDER` writes sequence files, `hashes` says what writables say of themselves.
 */
public class Files {
  static final Configuration CONF = new Configuration();
  static PrintStream out;

  public static void main(String[] args) throws Exception {
    out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    String[] rest = java.util.Arrays.copyOfRange(args, 1, args.length);
    switch (args[0]) {
      case "read": for (String file : rest) read(file); break;
      case "text": for (String directory : rest) text(directory); break;
      case "splits": for (int i = 1; i < rest.length; i++) splits(rest[i], Integer.parseInt(rest[0])); break;
      case "write": write(rest[0]); break;
      case "hashes": hashes(); break;
      default: throw new IllegalArgumentException(args[0]);
    }
    out.flush();
  }

  static void read(String file) throws Exception {
    try (SequenceFile.Reader reader = new SequenceFile.Reader(CONF, SequenceFile.Reader.file(new Path(file)))) {
      out.println(reader.getKeyClassName() + " " + reader.getValueClassName() + " " + reader.getCompressionType());
      Writable key = WritableName.getClass(reader.getKeyClassName(), CONF).asSubclass(Writable.class) == NullWritable.class
          ? NullWritable.get() : (Writable) org.apache.hadoop.util.ReflectionUtils.newInstance(reader.getKeyClass(), CONF);
      Writable value = reader.getValueClass() == NullWritable.class
          ? NullWritable.get() : (Writable) org.apache.hadoop.util.ReflectionUtils.newInstance(reader.getValueClass(), CONF);
      while (reader.next(key, value)) out.println(key + "\t" + value);
    }
  }

  static void text(String directory) throws Exception {
    JobConf job = new JobConf(CONF);
    org.apache.hadoop.mapred.FileInputFormat.setInputPaths(job, new Path(directory));
    TextInputFormat format = new TextInputFormat();
    format.configure(job);
    InputSplit[] splits = format.getSplits(job, 3);
    java.util.Arrays.sort(splits, java.util.Comparator.comparing(Object::toString));
    for (InputSplit split : splits) {
      RecordReader<LongWritable, Text> reader = format.getRecordReader(split, job, Reporter.NULL);
      LongWritable key = reader.createKey();
      Text value = reader.createValue();
      while (reader.next(key, value)) out.println(key + "\t" + value);
    }
  }

  /** How many records, and how many different keys, all stretches give together. */
  static void splits(String file, int n) throws Exception {
    JobConf job = new JobConf(CONF);
    org.apache.hadoop.mapred.FileInputFormat.setInputPaths(job, new Path(file));
    SequenceFileInputFormat<Writable, Writable> format = new SequenceFileInputFormat<>();
    int count = 0;
    java.util.Set<String> keys = new java.util.HashSet<>();
    InputSplit[] splits = format.getSplits(job, n);
    for (InputSplit split : splits) {
      RecordReader<Writable, Writable> reader = format.getRecordReader(split, job, Reporter.NULL);
      Writable key = reader.createKey();
      Writable value = reader.createValue();
      while (reader.next(key, value)) {
        count++;
        keys.add(key.toString());
      }
    }
    out.println((splits.length > 1) + " " + count + " " + keys.size());
  }

  static void write(String folder) throws Exception {
    for (SequenceFile.CompressionType type : SequenceFile.CompressionType.values()) {
      for (Writable sample : new Writable[] {
          new Text(), new IntWritable(), new LongWritable(), new DoubleWritable(), new FloatWritable(),
          new BooleanWritable(), new BytesWritable(), NullWritable.get(), new VIntWritable(), new VLongWritable() }) {
        String name = type.name().toLowerCase() + "-" + sample.getClass().getSimpleName();
        try (SequenceFile.Writer writer = writer(folder + "/" + name, Text.class, sample.getClass(), type)) {
          for (int i = 0; i < 5; i++) writer.append(new Text("key é " + i), value(sample, i));
        }
      }
      try (SequenceFile.Writer writer = writer(folder + "/large-" + type.name().toLowerCase(), IntWritable.class, Text.class, type)) {
        for (int i = 0; i < 20000; i++) writer.append(new IntWritable(i), new Text("value ".repeat(i % 40) + i));
      }
    }
  }

  static SequenceFile.Writer writer(String path, Class<?> key, Class<?> value, SequenceFile.CompressionType type) throws Exception {
    SequenceFile.Metadata metadata = new SequenceFile.Metadata();
    metadata.set(new Text("written by"), new Text("Hadoop"));
    DefaultCodec codec = new DefaultCodec();
    codec.setConf(CONF);
    return SequenceFile.createWriter(CONF, SequenceFile.Writer.file(new Path("file:" + path)), SequenceFile.Writer.keyClass(key),
        SequenceFile.Writer.valueClass(value), SequenceFile.Writer.compression(type, codec), SequenceFile.Writer.metadata(metadata));
  }

  /** -1, 0, 100, -1000000, and the largest of the class: whatever has a form of its own. */
  static final long[] NUMBERS = {-1, 0, 100, -1000000, Long.MAX_VALUE};

  static Writable value(Writable sample, int i) {
    long n = NUMBERS[i];
    int small = n == Long.MAX_VALUE ? Integer.MAX_VALUE : (int) n;
    if (sample instanceof Text) return new Text("text " + "ü".repeat(i * 100));
    if (sample instanceof IntWritable) return new IntWritable(small);
    if (sample instanceof VIntWritable) return new VIntWritable(small);
    if (sample instanceof LongWritable) return new LongWritable(n);
    if (sample instanceof VLongWritable) return new VLongWritable(n);
    if (sample instanceof DoubleWritable) return new DoubleWritable(n / 3.0);
    if (sample instanceof FloatWritable) return new FloatWritable(n == Long.MAX_VALUE ? 2.5f : n / 3.0f); // Before Java 19 some print a digit too many.
    if (sample instanceof BooleanWritable) return new BooleanWritable(i % 2 == 1);
    if (sample instanceof BytesWritable) return new BytesWritable(new byte[] {(byte) i, (byte) 0xff, 0});
    return NullWritable.get();
  }

  static void hashes() {
    for (Writable sample : new Writable[] {
        new Text(), new IntWritable(), new LongWritable(), new DoubleWritable(), new FloatWritable(),
        new BooleanWritable(), new BytesWritable(), NullWritable.get(), new VIntWritable(), new VLongWritable() }) {
      for (int i = 0; i < NUMBERS.length; i++) {
        Writable value = value(sample, i);
        out.println(sample.getClass().getSimpleName() + "\t" + i + "\t" + value.hashCode() + "\t" + value);
      }
    }
  }
}
