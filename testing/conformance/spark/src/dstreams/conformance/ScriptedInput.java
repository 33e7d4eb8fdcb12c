package dstreams.conformance;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.dstream.InputDStream;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** An input whose batch i belongs to the time (i + 1) × the batch duration; null is no data set at all. */
final class ScriptedInput extends InputDStream<Object> {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private final List<List<Object>> batches;
  private final int partitions;
  private final long batchMs;

  private ScriptedInput(JavaStreamingContext context, List<List<Object>> batches, int partitions, long batchMs) {
    super(context.ssc(), ANY);
    this.batches = batches;
    this.partitions = partitions;
    this.batchMs = batchMs;
  }

  static JavaDStream<Object> in(JavaStreamingContext context, List<List<Object>> batches, int partitions, long batchMs) {
    return new JavaDStream<>(new ScriptedInput(context, batches, partitions, batchMs), ANY);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public Option<RDD<Object>> compute(Time time) {
    int at = (int) (time.milliseconds() / batchMs) - 1;
    JavaSparkContext sc = JavaSparkContext.fromSparkContext(context().sparkContext());
    if (at >= batches.size()) return Option.apply(sc.<Object>emptyRDD().rdd());
    List<Object> batch = batches.get(at);
    return batch == null ? Option.empty() : Option.apply(sc.parallelize(batch, partitions).rdd());
  }
}
