package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.StateSpec;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaMapWithStateDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Puts the stream of a case together. */
final class Pipeline {
  private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

  private final JavaStreamingContext context;
  private final JsonNode one;
  private final ScriptedFolder folder;
  private final int partitions;
  private final Map<String, JavaDStream<Object>> made = new HashMap<>();

  Pipeline(JavaStreamingContext context, JsonNode one, ScriptedFolder folder) {
    this.context = context;
    this.one = one;
    this.folder = folder;
    this.partitions = one.get("partitions").intValue();
  }

  JavaDStream<Object> stream() {
    return resolve(one.get("stream"));
  }

  private JavaDStream<Object> resolve(JsonNode spec) {
    if (spec.isTextual()) return byName(spec.textValue());
    JavaDStream<Object> at = resolve(spec.get("from"));
    for (JsonNode step : spec.get("steps")) at = apply(at, step);
    return at;
  }

  private JavaDStream<Object> byName(String name) {
    JavaDStream<Object> found = made.get(name);
    if (found == null) {
      JsonNode named = one.path("streams").path(name);
      found = named.isMissingNode() ? input(name) : resolve(named);
      made.put(name, found);
    }
    return found;
  }

  private JavaDStream<Object> input(String name) {
    JsonNode watched = one.path("folder").path("watched").path(name);
    if (!watched.isMissingNode()) return folder.watch(context, watched);
    List<List<Object>> batches = new ArrayList<>();
    for (JsonNode batch : one.get("inputs").get(name)) batches.add(batch.isNull() ? null : Values.listOf(batch));
    if (!one.has("inputKind")) return ScriptedInput.in(context, batches, partitions, one.get("batchMs").longValue());
    Queue<JavaRDD<Object>> queue = new LinkedList<>();
    for (List<Object> batch : batches) queue.add(dataSet(batch));
    boolean oneAtATime = one.get("inputKind").textValue().equals("queue");
    if (!one.has("queueDefault")) return context.queueStream(queue, oneAtATime);
    return context.queueStream(queue, oneAtATime, dataSet(Values.listOf(one.get("queueDefault"))));
  }

  private JavaSparkContext sc() {
    return context.sparkContext();
  }

  private JavaRDD<Object> dataSet(List<Object> values) {
    boolean hasNone = values.isEmpty() && one.path("emptyHasNone").booleanValue();
    return hasNone ? sc().emptyRDD() : sc().parallelize(values, partitions);
  }

  private HashPartitioner partitioner() {
    return new HashPartitioner(sc().defaultParallelism());
  }

  /** A number of partitions, or a partitioner. */
  private static Partitioner by(JsonNode argument) {
    return argument.isNumber() ? new HashPartitioner(argument.intValue()) : new ByText(argument.get("byText").intValue());
  }

  private Partitioner partitioner(JsonNode options) {
    return options.has("partitions") ? by(options.get("partitions")) : partitioner();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaPairDStream<Object, Object> pairs(JavaDStream<Object> stream) {
    return JavaPairDStream.fromJavaDStream((JavaDStream) stream);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaDStream<Object> any(JavaPairDStream<?, ?> stream) {
    return new JavaDStream<>((org.apache.spark.streaming.dstream.DStream) stream.dstream(), ANY);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static JavaDStream<Object> any(JavaDStream<?> stream) {
    return (JavaDStream) stream;
  }

  private static Function2<Object, Object, Object> reducer(String name) {
    return (a, b) -> Functions.reduce(name, a, b);
  }

  private static Duration ms(JsonNode node) {
    return new Duration(node.longValue());
  }

  private static JavaDStream<Object> sortedGroups(JavaPairDStream<Object, Iterable<Object>> grouped) {
    return any(grouped.mapValues(Values::sorted));
  }

  private static Object orNull(Optional<?> side) {
    return side.orNull();
  }

  private JavaDStream<Object> apply(JavaDStream<Object> s, JsonNode step) {
    String operator = step.get(0).textValue();
    JsonNode first = step.path(1);
    JsonNode second = step.path(2);
    String f = first.textValue();
    switch (operator) {
      case "map": return s.map(x -> Functions.map(f, x));
      case "mapToPair": return any(s.mapToPair(x -> Functions.pair(Functions.map(f, x))));
      case "mapValues": return any(pairs(s).mapValues(x -> Functions.map(f, x)));
      case "filter": return s.filter(x -> Functions.test(f, x));
      case "flatMap": return s.flatMap(x -> Functions.flatMap(f, x).iterator());
      case "flatMapToPair":
        return any(s.flatMapToPair(x -> Functions.flatMap(f, x).stream().map(Functions::pair).iterator()));
      case "flatMapValues": return any(pairs(s).flatMapValues(x -> Functions.flatMap(f, x).iterator()));
      case "glom": return any(s.glom().map(ArrayList::new));
      case "mapPartitions":
        return s.mapPartitions(xs -> {
          List<Object> list = new ArrayList<>();
          xs.forEachRemaining(list::add);
          return Functions.partition(f, list).iterator();
        });
      case "repartition": return s.repartition(first.intValue());
      case "persist": return s.persist();
      case "cache": return s.cache();
      case "checkpoint":
        s.checkpoint(ms(first));
        return s;
      case "count": return any(s.count());
      case "reduce": return s.reduce(reducer(f));
      case "countByValue": return any(first.isNumber() ? s.countByValue(first.intValue()) : s.countByValue());
      case "union": return s.union(resolve(first));
      case "unionAll": return context.union(all(s, first).toArray(JavaDStream[]::new));
      case "groupByKey":
        return sortedGroups(step.has(1) ? pairs(s).groupByKey(by(first)) : pairs(s).groupByKey());
      case "reduceByKey":
        return any(step.has(2) ? pairs(s).reduceByKey(reducer(f), by(second)) : pairs(s).reduceByKey(reducer(f)));
      case "combineByKey":
        return any(pairs(s).combineByKey(x -> Functions.map(f, x), reducer(second.textValue()),
            reducer(step.get(3).textValue()), partitioner()));
      case "rdd": return s.transform(rdd -> DataSets.run(rdd, first));
      case "transform": return BatchFunctions.apply(context, List.of(s), f);
      case "transformWith": return BatchFunctions.apply(context, List.of(s, resolve(first)), second.textValue());
      case "transformAll": return BatchFunctions.apply(context, all(s, first), second.textValue());
      default: return applyToSeveral(s, operator, step);
    }
  }

  private List<JavaDStream<Object>> all(JavaDStream<Object> first, JsonNode others) {
    List<JavaDStream<Object>> streams = new ArrayList<>(List.of(first));
    others.forEach(other -> streams.add(resolve(other)));
    return streams;
  }

  /** Joins, windows and state. */
  private JavaDStream<Object> applyToSeveral(JavaDStream<Object> s, String operator, JsonNode step) {
    JsonNode first = step.path(1);
    JsonNode second = step.path(2);
    boolean hasSlide = !second.isMissingNode();
    switch (operator) {
      case "join": return any(hasSlide ? pairs(s).join(pairs(resolve(first)), by(second)) : pairs(s).join(pairs(resolve(first))));
      case "leftOuterJoin":
        return any((hasSlide ? pairs(s).leftOuterJoin(pairs(resolve(first)), by(second)) : pairs(s).leftOuterJoin(pairs(resolve(first)))).mapValues(v -> Functions.pair(v._1(), orNull(v._2()))));
      case "rightOuterJoin":
        return any((hasSlide ? pairs(s).rightOuterJoin(pairs(resolve(first)), by(second)) : pairs(s).rightOuterJoin(pairs(resolve(first)))).mapValues(v -> Functions.pair(orNull(v._1()), v._2())));
      case "fullOuterJoin":
        return any((hasSlide
            ? pairs(s).fullOuterJoin(pairs(resolve(first)), by(second)) : pairs(s).fullOuterJoin(pairs(resolve(first))))
            .mapValues(v -> Functions.pair(orNull(v._1()), orNull(v._2()))));
      case "cogroup":
        return any((hasSlide ? pairs(s).cogroup(pairs(resolve(first)), by(second)) : pairs(s).cogroup(pairs(resolve(first))))
            .mapValues(v -> Functions.pair(Values.sorted(v._1()), Values.sorted(v._2()))));
      case "window": return hasSlide ? s.window(ms(first), ms(second)) : s.window(ms(first));
      case "countByWindow": return any(s.countByWindow(ms(first), ms(second)));
      case "countByValueAndWindow":
        return any(step.has(3)
            ? s.countByValueAndWindow(ms(first), ms(second), step.get(3).intValue()) : s.countByValueAndWindow(ms(first), ms(second)));
      case "reduceByWindow":
        return second.isTextual()
            ? s.reduceByWindow(reducer(first.textValue()), reducer(second.textValue()), ms(step.get(3)), ms(step.get(4)))
            : s.reduceByWindow(reducer(first.textValue()), ms(second), ms(step.get(3)));
      case "groupByKeyAndWindow":
        if (step.has(3)) return sortedGroups(pairs(s).groupByKeyAndWindow(ms(first), ms(second), by(step.get(3))));
        return sortedGroups(hasSlide
            ? pairs(s).groupByKeyAndWindow(ms(first), ms(second)) : pairs(s).groupByKeyAndWindow(ms(first)));
      case "reduceByKeyAndWindow": return any(reduceByKeyAndWindow(pairs(s), step));
      case "updateStateByKey": return any(updateStateByKey(pairs(s), first.textValue(), second));
      case "mapWithState": return mapWithState(pairs(s), first.textValue(), second);
      default: throw new UnsupportedOperationException(operator);
    }
  }

  private JavaPairDStream<Object, Object> reduceByKeyAndWindow(JavaPairDStream<Object, Object> s, JsonNode step) {
    Function2<Object, Object, Object> reduce = reducer(step.get(1).textValue());
    if (!step.get(2).isTextual()) {
      if (step.has(4)) return s.reduceByKeyAndWindow(reduce, ms(step.get(2)), ms(step.get(3)), by(step.get(4)));
      return step.has(3)
          ? s.reduceByKeyAndWindow(reduce, ms(step.get(2)), ms(step.get(3)))
          : s.reduceByKeyAndWindow(reduce, ms(step.get(2)));
    }
    Function2<Object, Object, Object> inverse = reducer(step.get(2).textValue());
    Duration window = ms(step.get(3));
    Duration slide = ms(step.get(4));
    if (!step.has(5)) return s.reduceByKeyAndWindow(reduce, inverse, window, slide);
    String p = step.get(5).textValue();
    Partitioner by = step.has(6) ? by(step.get(6)) : partitioner();
    return s.reduceByKeyAndWindow(reduce, inverse, window, slide, by, x -> Functions.test(p, x));
  }

  private JavaPairDStream<Object, Object> updateStateByKey(
      JavaPairDStream<Object, Object> s, String name, JsonNode options) {
    Function2<List<Object>, Optional<Object>, Optional<Object>> update =
        (values, state) -> Optional.ofNullable(Functions.update(name, values, state.orNull()));
    JsonNode initial = options.path("initial");
    if (!initial.isMissingNode()) return s.updateStateByKey(update, partitioner(options), initialState(initial));
    return options.has("partitions") ? s.updateStateByKey(update, partitioner(options)) : s.updateStateByKey(update);
  }

  private JavaPairRDD<Object, Object> initialState(JsonNode pairs) {
    return sc().parallelizePairs(Values.pairsOf(pairs));
  }

  private JavaDStream<Object> mapWithState(JavaPairDStream<Object, Object> s, String name, JsonNode options) {
    StateSpec<Object, Object, Object, Object> spec =
        StateSpec.function((Time time, Object key, Optional<Object> value, org.apache.spark.streaming.State<Object> state) ->
            Optional.ofNullable(Functions.mapWithState(name, key, value.orNull(), state)));
    if (options.has("initial")) spec = spec.initialState(initialState(options.get("initial")));
    if (options.has("partitions")) {
      JsonNode n = options.get("partitions");
      spec = n.isNumber() ? spec.numPartitions(n.intValue()) : spec.partitioner(by(n));
    }
    if (options.has("timeoutMs")) spec = spec.timeout(ms(options.get("timeoutMs")));
    JavaMapWithStateDStream<Object, Object, Object, Object> mapped = s.mapWithState(spec);
    if (options.has("checkpointMs")) mapped.checkpoint(ms(options.get("checkpointMs")));
    return options.path("snapshots").booleanValue() ? any(mapped.stateSnapshots()) : any(mapped);
  }
}
