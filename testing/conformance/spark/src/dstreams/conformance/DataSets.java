package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The step {@code rdd} of a case: operations of the batch's data set, inside a transform. The last one may be an action:
 * what it gives is then the batch.
 */
final class DataSets {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private final JavaSparkContext sc;
  private final JavaRDD<Object> batch;

  private DataSets(JavaRDD<Object> batch) {
    this.sc = JavaSparkContext.fromSparkContext(batch.context());
    this.batch = batch;
  }

  static JavaRDD<Object> run(JavaRDD<Object> batch, JsonNode program) {
    return new DataSets(batch).steps(batch, program);
  }

  private JavaRDD<Object> steps(JavaRDD<Object> from, JsonNode program) {
    JavaRDD<Object> at = from;
    for (JsonNode step : program) at = apply(at, step);
    return at;
  }

  /** Another data set: values of its own, or the batch, and steps from there. */
  private JavaRDD<Object> other(JsonNode spec) {
    JavaRDD<Object> from = batch;
    if (spec.has("of")) {
      from = spec.has("partitions")
          ? sc.parallelize(Values.listOf(spec.get("of")), spec.get("partitions").intValue()) : sc.emptyRDD();
    }
    return steps(from, spec.path("steps"));
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaPairRDD<Object, Object> pairs(JavaRDD<Object> rdd) {
    return JavaPairRDD.fromJavaRDD((JavaRDD) rdd);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaRDD<Object> any(JavaPairRDD<?, ?> rdd) {
    return new JavaRDD<>((org.apache.spark.rdd.RDD) rdd.rdd(), ANY);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaRDD<Object> any(JavaRDD<?> rdd) {
    return (JavaRDD) rdd;
  }

  private static Function2<Object, Object, Object> reducer(JsonNode name) {
    String f = name.textValue();
    return (a, b) -> Functions.reduce(f, a, b);
  }

  private static JavaRDD<Object> groups(JavaPairRDD<Object, Iterable<Object>> grouped) {
    return any(grouped.mapValues(Values::sorted));
  }

  private static List<Object> listOf(Iterator<?> xs) {
    List<Object> list = new ArrayList<>();
    xs.forEachRemaining(list::add);
    return list;
  }

  private JavaRDD<Object> apply(JavaRDD<Object> s, JsonNode step) {
    JsonNode first = step.path(1);
    String f = first.textValue();
    boolean hasCount = first.isNumber();
    switch (step.get(0).textValue()) {
      case "map": return s.map(x -> Functions.map(f, x));
      case "mapToPair": return any(s.mapToPair(x -> Functions.pair(Functions.map(f, x))));
      case "filter": return s.filter(x -> Functions.test(f, x));
      case "flatMap": return s.flatMap(x -> Functions.flatMap(f, x).iterator());
      case "mapPartitions": return s.mapPartitions(xs -> Functions.partition(f, listOf(xs)).iterator());
      case "withIndex":
        return s.mapPartitionsWithIndex((i, xs) -> {
          List<Object> out = new ArrayList<>();
          xs.forEachRemaining(x -> out.add(Functions.pair((long) i, x)));
          return out.iterator();
        }, false);
      case "glom": return any(s.glom().map(ArrayList::new));
      case "layout": return any(s.glom().map(Values::sorted));
      case "distinct": return hasCount ? s.distinct(first.intValue()) : s.distinct();
      case "union": return s.union(other(first));
      case "coalesce": return s.coalesce(first.intValue(), step.path(2).booleanValue());
      case "repartition": return s.repartition(first.intValue());
      case "subtract": return step.has(2) ? s.subtract(other(first), step.get(2).intValue()) : s.subtract(other(first));
      case "intersection": return s.intersection(other(first));
      case "cartesian": return any(s.cartesian(other(first)));
      case "zip": return any(s.zip(other(first)));
      case "zipPartitions":
        return s.zipPartitions(other(first), (xs, ys) -> {
          List<Object> both = new ArrayList<>();
          both.add(Functions.pair(listOf(xs), listOf(ys)));
          return both.iterator();
        });
      case "zipWithIndex": return any(s.zipWithIndex());
      case "zipWithUniqueId": return any(s.zipWithUniqueId());
      case "sortBy":
        return s.sortBy(x -> Functions.map(f, x), step.get(2).booleanValue(),
            step.has(3) ? step.get(3).intValue() : s.getNumPartitions());
      case "groupBy":
        return groups(step.has(2)
            ? s.groupBy(x -> Functions.map(f, x), step.get(2).intValue()) : s.groupBy(x -> Functions.map(f, x)));
      case "keyBy": return any(s.keyBy(x -> Functions.map(f, x)));
      case "pipe": return any(s.pipe(f));
      case "persist": return s.persist(org.apache.spark.api.java.StorageLevels.MEMORY_ONLY);
      default: return applyToPairs(s, step);
    }
  }

  private JavaRDD<Object> applyToPairs(JavaRDD<Object> s, JsonNode step) {
    JsonNode first = step.path(1);
    String f = first.textValue();
    JavaPairRDD<Object, Object> pairs = pairs(s);
    boolean hasCount = step.get(step.size() - 1).isNumber();
    int n = step.get(step.size() - 1).intValue();
    switch (step.get(0).textValue()) {
      case "keys": return any(pairs.keys());
      case "values": return any(pairs.values());
      case "mapValues": return any(pairs.mapValues(x -> Functions.map(f, x)));
      case "flatMapValues": return any(pairs.flatMapValues(x -> Functions.flatMap(f, x).iterator()));
      case "reduceByKey": return any(hasCount ? pairs.reduceByKey(reducer(first), n) : pairs.reduceByKey(reducer(first)));
      case "groupByKey": return groups(hasCount ? pairs.groupByKey(n) : pairs.groupByKey());
      case "combineByKey":
        return any(hasCount
            ? pairs.combineByKey(x -> Functions.map(f, x), reducer(step.get(2)), reducer(step.get(3)), n)
            : pairs.combineByKey(x -> Functions.map(f, x), reducer(step.get(2)), reducer(step.get(3))));
      case "foldByKey":
        return any(step.has(3)
            ? pairs.foldByKey(Values.of(first), n, reducer(step.get(2))) : pairs.foldByKey(Values.of(first), reducer(step.get(2))));
      case "aggregateByKey":
        return any(step.has(4)
            ? pairs.aggregateByKey(Values.of(first), n, reducer(step.get(2)), reducer(step.get(3)))
            : pairs.aggregateByKey(Values.of(first), reducer(step.get(2)), reducer(step.get(3))));
      case "sortByKey": {
        boolean ascending = !step.has(1) || first.booleanValue();
        return any(hasCount ? pairs.sortByKey(ascending, n) : pairs.sortByKey(ascending));
      }
      case "partitionBy": return any(pairs.partitionBy(hasCount ? new HashPartitioner(n) : new ByText(first.get("byText").intValue())));
      case "sortWithin": return any(pairs.repartitionAndSortWithinPartitions(new HashPartitioner(n)));
      case "join":
        return any(hasCount ? pairs.join(pairs(other(first)), n) : pairs.join(pairs(other(first))));
      case "leftOuterJoin":
        return any((hasCount ? pairs.leftOuterJoin(pairs(other(first)), n) : pairs.leftOuterJoin(pairs(other(first))))
            .mapValues(v -> Functions.pair(v._1(), v._2().orNull())));
      case "rightOuterJoin":
        return any((hasCount ? pairs.rightOuterJoin(pairs(other(first)), n) : pairs.rightOuterJoin(pairs(other(first))))
            .mapValues(v -> Functions.pair(v._1().orNull(), v._2())));
      case "fullOuterJoin":
        return any((hasCount ? pairs.fullOuterJoin(pairs(other(first)), n) : pairs.fullOuterJoin(pairs(other(first))))
            .mapValues(v -> Functions.pair(v._1().orNull(), v._2().orNull())));
      case "cogroup":
        return any((hasCount ? pairs.cogroup(pairs(other(first)), n) : pairs.cogroup(pairs(other(first))))
            .mapValues(v -> Functions.pair(Values.sorted(v._1()), Values.sorted(v._2()))));
      case "cogroup3":
        return any(pairs.cogroup(pairs(other(first)), pairs(other(step.get(2))))
            .mapValues(v -> List.of(Values.sorted(v._1()), Values.sorted(v._2()), Values.sorted(v._3()))));
      case "subtractByKey":
        return any(hasCount ? pairs.subtractByKey(pairs(other(first)), n) : pairs.subtractByKey(pairs(other(first))));
      default: return sc.parallelize(act(s, pairs, step), 1);
    }
  }

  private static List<Object> entries(Map<?, ?> map) {
    List<Object> list = new ArrayList<>();
    map.forEach((k, v) -> list.add(Functions.pair(k, v)));
    return Values.sorted(list);
  }

  private static List<Object> one(Object x) {
    List<Object> list = new ArrayList<>();
    list.add(x);
    return list;
  }


  /** Actions. */
  private List<Object> act(JavaRDD<Object> s, JavaPairRDD<Object, Object> pairs, JsonNode step) {
    JsonNode first = step.path(1);
    switch (step.get(0).textValue()) {
      case "collect": return new ArrayList<>(s.collect());
      case "count": return one(s.count());
      case "first": return one(s.first());
      case "take": return new ArrayList<>(s.take(first.intValue()));
      case "isEmpty": return one(s.isEmpty());
      case "reduce": return one(s.reduce(reducer(first)));
      case "fold": return one(s.fold(Values.of(first), reducer(step.get(2))));
      case "aggregate": return one(s.aggregate(Values.of(first), reducer(step.get(2)), reducer(step.get(3))));
      case "treeReduce": return one(s.treeReduce(reducer(first)));
      case "treeAggregate": return one(s.treeAggregate(Values.of(first), reducer(step.get(2)), reducer(step.get(3))));
      case "countByValue": return entries(s.countByValue());
      case "countByKey": return entries(pairs.countByKey());
      case "collectAsMap": return entries(pairs.collectAsMap());
      case "reduceByKeyLocally": return entries(pairs.reduceByKeyLocally(reducer(first)));
      case "lookup": return new ArrayList<>(pairs.lookup(Values.of(first)));
      case "top": return new ArrayList<>(s.top(first.intValue()));
      case "takeOrdered": return new ArrayList<>(s.takeOrdered(first.intValue()));
      case "max": return one(s.max(new Natural()));
      case "min": return one(s.min(new Natural()));
      case "numPartitions": return one((long) s.getNumPartitions());
      case "partitioner": return one(s.partitioner().isPresent() ? (long) s.partitioner().get().numPartitions() : null);
      case "isPartitionedLike": return one(s.partitioner().equals(other(first).partitioner()));
      case "collectPartitions": {
        int[] ids = new int[first.size()];
        for (int i = 0; i < ids.length; i++) ids[i] = first.get(i).intValue();
        List<Object> out = new ArrayList<>();
        for (List<Object> part : s.collectPartitions(ids)) out.add(new ArrayList<>(part));
        return out;
      }
      case "localIterator": return listOf(s.toLocalIterator());
      case "sum": return one(doubles(s).sum());
      case "mean": return one(text(doubles(s).mean()));
      case "variance": return one(text(doubles(s).variance()));
      case "sampleVariance": return one(text(doubles(s).sampleVariance()));
      case "stdev": return one(text(doubles(s).stdev()));
      case "stats": {
        org.apache.spark.util.StatCounter stats = doubles(s).stats();
        List<Object> out = new ArrayList<>();
        for (double x : new double[] {stats.count(), stats.sum(), stats.min(), stats.max()}) out.add(text(x));
        return out;
      }
      case "histogram": {
        if (first.isNumber()) {
          Tuple2<double[], long[]> found = doubles(s).histogram(first.intValue());
          List<Object> bounds = new ArrayList<>();
          for (double x : found._1()) bounds.add(x);
          return one(Functions.pair(bounds, counts(found._2())));
        }
        double[] bounds = new double[first.size()];
        for (int i = 0; i < bounds.length; i++) bounds[i] = first.get(i).doubleValue();
        return one(counts(doubles(s).histogram(bounds)));
      }
      default: throw new UnsupportedOperationException(step.toString());
    }
  }

  private static List<Object> counts(long[] found) {
    List<Object> out = new ArrayList<>();
    for (long n : found) out.add(n);
    return out;
  }

  /** NaN and infinities have no form in JSON. */
  private static Object text(double x) {
    return Double.isFinite(x) ? (Object) x : Double.toString(x);
  }

  private static org.apache.spark.api.java.JavaDoubleRDD doubles(JavaRDD<Object> s) {
    return s.mapToDouble(x -> ((Number) x).doubleValue());
  }

  /** The order of what has one. */
  private static final class Natural implements java.util.Comparator<Object>, java.io.Serializable {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public int compare(Object a, Object b) {
      return ((Comparable) a).compareTo(b);
    }
  }
}
