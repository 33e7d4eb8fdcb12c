package dstreams.conformance;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** transform and its relatives by a function over whole batches: they are collected when the batch is made, as our own runner does. */
final class BatchFunctions {
  private BatchFunctions() {}

  static JavaDStream<Object> apply(JavaStreamingContext context, List<JavaDStream<Object>> streams, String name) {
    JavaDStream<Object> first = streams.get(0);
    if (name.startsWith("batches")) {
      return context.transform(new ArrayList<>(streams), (rdds, time) -> whole(rdds, name, time));
    }
    if (streams.size() == 1) return first.transform((rdd, time) -> whole(List.of(rdd), name, time));
    return first.transformWith(streams.get(1), (a, b, time) -> whole(List.of(a, b), name, time));
  }

  private static JavaRDD<Object> whole(List<? extends JavaRDD<?>> rdds, String name, Time time) {
    List<List<Object>> batches = new ArrayList<>();
    for (JavaRDD<?> rdd : rdds) batches.add(new ArrayList<>(rdd.collect()));
    JavaSparkContext sc = JavaSparkContext.fromSparkContext(rdds.get(0).context());
    return sc.parallelize(Functions.batch(name, batches, time.milliseconds()), 2);
  }
}
