"""
Runs the cases of a file in PySpark and writes them with what it gave: python_answers.py IN OUT. A case that PySpark refuses, or whose
functions fail, is written with "unusable", the reason, instead.
"""
import json
import os
import re
import shutil
import sys
import tempfile
import time

from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext

import python_functions as fn

POLL_S = 0.002
BATCH_S_MAX = 60


def value_of(x):
    """An array of two is a pair, any other a list."""
    if not isinstance(x, list):
        return x
    parts = [value_of(part) for part in x]
    return tuple(parts) if len(parts) == 2 else parts


def plain(x):
    if isinstance(x, (str, int, float, bool)) or x is None:
        return x
    return [plain(part) for part in x]


def seconds(ms):
    return ms / 1000


def millis(instant):
    return round(instant.timestamp() * 1000)


def by_text(n):
    def place(key):
        units = fn.text(plain(key)).encode("utf-16-le")
        return sum(units[i] | units[i + 1] << 8 for i in range(0, len(units), 2)) % n

    return place


def sorted_groups(group):
    return fn.canonical(list(group))


def whole(rdds, values):
    """What a function over whole batches gave. Functions of streams are pickled, so that none of them knows the context."""
    return rdds[0].context.parallelize(values, 2)


class Records:
    """The step "rdd" of a case: operations of the batch's data set, the last of which may be an action."""

    def __init__(self, batch):
        self.sc, self.batch = batch.context, batch

    def run(self, start, program):
        at = start
        for step in program:
            at = self.apply(at, step[0], step[1:])
        return at

    def other(self, spec):
        start = self.batch
        if "of" in spec:
            values = [value_of(x) for x in spec["of"]]
            start = self.sc.parallelize(values, spec["partitions"]) if "partitions" in spec else self.sc.emptyRDD()
        return self.run(start, spec.get("steps", []))

    def apply(self, s, name, args):
        a = args[0] if len(args) > 0 else None
        if name in ("map", "mapToPair"):
            return s.map(fn.MAPS[a])
        if name == "filter":
            return s.filter(fn.PREDICATES[a])
        if name == "flatMap":
            return s.flatMap(fn.FLAT_MAPS[a])
        if name == "mapPartitions":
            f = fn.PARTITION_FUNCTIONS[a]
            return s.mapPartitions(lambda xs: f(list(xs)))
        if name == "withIndex":
            return s.mapPartitionsWithIndex(lambda i, xs: ((i, x) for x in xs))
        if name == "layout":
            return s.glom().map(fn.canonical)
        if name in ("union", "intersection", "cartesian", "zip"):
            return getattr(s, name)(self.other(a))
        if name in ("subtract", "subtractByKey", "join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin"):
            return getattr(s, name)(self.other(a), *args[1:])
        if name == "cogroup":
            return s.cogroup(self.other(a), *args[1:]).mapValues(lambda v: tuple(map(sorted_groups, v)))
        if name == "cogroup3":
            return s.groupWith(self.other(a), self.other(args[1])).mapValues(lambda v: [sorted_groups(g) for g in v])
        if name == "sortBy":
            return s.sortBy(fn.MAPS[a], *args[1:])
        if name == "groupBy":
            return s.groupBy(fn.MAPS[a], *args[1:]).mapValues(sorted_groups)
        if name == "keyBy":
            return s.keyBy(fn.MAPS[a])
        if name == "mapValues":
            return s.mapValues(fn.MAPS[a])
        if name == "flatMapValues":
            return s.flatMapValues(fn.FLAT_MAPS[a])
        if name == "reduceByKey":
            return s.reduceByKey(fn.REDUCERS[a], *args[1:])
        if name == "groupByKey":
            return s.groupByKey(*args).mapValues(sorted_groups)
        if name == "combineByKey":
            return s.combineByKey(fn.MAPS[a], fn.REDUCERS[args[1]], fn.REDUCERS[args[2]], *args[3:])
        if name == "foldByKey":
            return s.foldByKey(value_of(a), fn.REDUCERS[args[1]], *args[2:])
        if name == "aggregateByKey":
            return s.aggregateByKey(value_of(a), fn.REDUCERS[args[1]], fn.REDUCERS[args[2]], *args[3:])
        if name == "partitionBy":
            return s.partitionBy(a) if isinstance(a, int) else s.partitionBy(a["byText"], by_text(a["byText"]))
        if name == "sortWithin":
            return s.repartitionAndSortWithinPartitions(a)
        plain_ones = "glom distinct coalesce repartition zipWithIndex zipWithUniqueId persist keys values sortByKey"
        if name in plain_ones.split():
            return getattr(s, name)(*args)
        return self.sc.parallelize(self.act(s, name, args), 1)

    def act(self, s, name, args):
        a = args[0] if len(args) > 0 else None
        if name in ("collect", "take", "top", "takeOrdered"):
            return getattr(s, name)(*args)
        if name == "localIterator":
            return list(s.toLocalIterator())
        if name == "lookup":
            return s.lookup(value_of(a))
        if name in ("countByValue", "countByKey", "collectAsMap"):
            return fn.canonical(getattr(s, name)().items())
        if name == "reduceByKeyLocally":
            return fn.canonical(s.reduceByKeyLocally(fn.REDUCERS[a]).items())
        if name in ("reduce", "treeReduce"):
            return [getattr(s, name)(fn.REDUCERS[a])]
        if name == "fold":
            return [s.fold(value_of(a), fn.REDUCERS[args[1]])]
        if name in ("aggregate", "treeAggregate"):
            return [getattr(s, name)(value_of(a), fn.REDUCERS[args[1]], fn.REDUCERS[args[2]])]
        if name == "numPartitions":
            return [s.getNumPartitions()]
        if name == "stats":
            found = s.stats()
            return [found.count(), found.sum(), found.min(), found.max()]
        if name == "histogram":
            bounds, counts = s.histogram(a)
            return [(bounds, counts) if isinstance(a, int) else counts]
        if name in ("count", "first", "isEmpty", "max", "min", "sum"):
            return [getattr(s, name)()]
        raise fn.Unusable("no operation " + name)


class Pipeline:
    """Puts the stream of a case together."""

    def __init__(self, ssc, case):
        self.ssc, self.sc, self.case = ssc, ssc.sparkContext, case
        self.made = {}

    def resolve(self, spec):
        if isinstance(spec, str):
            return self.by_name(spec)
        at = self.resolve(spec["from"])
        for step in spec["steps"]:
            at = self.apply(at, step[0], step[1:])
        return at

    def by_name(self, name):
        if name not in self.made:
            streams = self.case.get("streams", {})
            self.made[name] = self.resolve(streams[name]) if name in streams else self.input(name)
        return self.made[name]

    def input(self, name):
        n = self.case["partitions"]
        batches = [[value_of(x) for x in batch] for batch in self.case["inputs"][name]]
        # Python makes the stream of the first data set.
        rdds = [self.sc.parallelize(batch, n) for batch in batches] or [self.sc.parallelize([], n)]
        one_at_a_time = self.case["inputKind"] == "queue"
        if "queueDefault" not in self.case:
            return self.ssc.queueStream(rdds, one_at_a_time)
        default = self.sc.parallelize([value_of(x) for x in self.case["queueDefault"]], n)
        return self.ssc.queueStream(rdds, one_at_a_time, default)

    def apply(self, s, name, args):
        a = args[0] if len(args) > 0 else None
        if name in ("map", "mapToPair"):
            return s.map(fn.MAPS[a])
        if name == "mapValues":
            return s.mapValues(fn.MAPS[a])
        if name == "filter":
            return s.filter(fn.PREDICATES[a])
        if name in ("flatMap", "flatMapToPair"):
            return s.flatMap(fn.FLAT_MAPS[a])
        if name == "flatMapValues":
            return s.flatMapValues(fn.FLAT_MAPS[a])
        if name == "mapPartitions":
            f = fn.PARTITION_FUNCTIONS[a]
            return s.mapPartitions(lambda xs: f(list(xs)))
        if name in ("glom", "repartition", "persist", "cache", "count", "countByValue"):
            if name == "persist":
                from pyspark import StorageLevel

                return s.persist(StorageLevel.MEMORY_ONLY)
            return getattr(s, name)(*args)
        if name == "checkpoint":
            return s.checkpoint(seconds(a))
        if name == "reduce":
            return s.reduce(fn.REDUCERS[a])
        if name == "union":
            return s.union(self.resolve(a))
        if name == "unionAll":
            return self.ssc.union(s, *[self.resolve(other) for other in a])
        if name == "groupByKey":
            return s.groupByKey(*args).mapValues(sorted_groups)
        if name == "reduceByKey":
            return s.reduceByKey(fn.REDUCERS[a], *args[1:])
        if name == "combineByKey":
            return s.combineByKey(fn.MAPS[a], fn.REDUCERS[args[1]], fn.REDUCERS[args[2]])
        if name == "rdd":
            return s.transform(lambda rdd: Records(rdd).run(rdd, a))
        if name == "transform":
            f = fn.BATCH_FUNCTIONS[a]
            return s.transform(lambda instant, rdd: whole([rdd], f(rdd.collect(), millis(instant))))
        if name == "transformWith":
            f = fn.PAIR_OF_BATCHES_FUNCTIONS[args[1]]
            return s.transformWith(
                lambda instant, x, y: whole([x, y], f(x.collect(), y.collect(), millis(instant))), self.resolve(a)
            )
        if name == "transformAll":
            f = fn.MANY_BATCHES_FUNCTIONS[args[1]]
            streams = [s] + [self.resolve(other) for other in a]
            return self.ssc.transform(streams, lambda rdds: whole(rdds, f([rdd.collect() for rdd in rdds])))
        if name in ("join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin"):
            return getattr(s, name)(self.resolve(a), *args[1:])
        if name == "cogroup":
            return s.cogroup(self.resolve(a), *args[1:]).mapValues(lambda v: tuple(map(sorted_groups, v)))
        if name in ("window", "countByWindow", "countByValueAndWindow"):
            return getattr(s, name)(*map(seconds, args[:2]), *args[2:])
        if name == "groupByKeyAndWindow":
            slide = seconds(args[1]) if len(args) > 1 else seconds(self.slide_of(s))
            return s.groupByKeyAndWindow(seconds(a), slide, *args[2:]).mapValues(sorted_groups)
        if name == "reduceByWindow":
            inverse = fn.REDUCERS[args[1]] if isinstance(args[1], str) else None
            return s.reduceByWindow(fn.REDUCERS[a], inverse, *map(seconds, args[-2:]))
        if name == "reduceByKeyAndWindow":
            return self.reduce_by_key_and_window(s, args)
        if name == "updateStateByKey":
            options = args[1] if len(args) > 1 else {}
            initial = [value_of(x) for x in options["initial"]] if "initial" in options else None
            return s.updateStateByKey(fn.UPDATES[a], options.get("partitions"), initialRDD=initial)
        raise fn.Unusable("no operation " + name)

    def slide_of(self, s):
        return s._jdstream.dstream().slideDuration().milliseconds()

    def reduce_by_key_and_window(self, s, args):
        reduce, rest = fn.REDUCERS[args[0]], args[1:]
        if not isinstance(rest[0], str):
            slide = seconds(rest[1]) if len(rest) > 1 else None
            return s.reduceByKeyAndWindow(reduce, None, seconds(rest[0]), slide, *rest[2:])
        inverse, window, slide, *more = rest
        keep = fn.PREDICATES[more[0]] if len(more) > 0 else None
        count = more[1] if len(more) > 1 else None
        spans = seconds(window), seconds(slide)
        return s.reduceByKeyAndWindow(reduce, fn.REDUCERS[inverse], *spans, count, keep)


class Recording:
    """What the output operation was given."""

    def __init__(self, is_ordered):
        self.is_ordered, self.batches, self.last, self.error = is_ordered, [], 0, None

    def take(self, instant, rdd):
        try:
            values = [plain(x) for x in rdd.collect()]
            self.batches.append([millis(instant), values if self.is_ordered else fn.canonical(values)])
        except Exception as error:
            self.error = error
            raise

    def end(self, instant, rdd):
        self.last = millis(instant)


def keep_no_graph(ssc):
    """The graph is not written twice a batch: nothing is recovered here, and it takes more time than the batches do."""
    context = ssc._jssc.ssc()
    field = context.getClass().getDeclaredField("checkpointDuration")
    field.setAccessible(True)
    field.set(context, ssc._jduration(1e12))


def answer(sc, case, work):
    folder = tempfile.mkdtemp(dir=work)
    ssc = StreamingContext(sc, seconds(case["batchMs"]))
    recording = Recording(case.get("ordered", False))
    try:
        ssc.checkpoint(folder)
        keep_no_graph(ssc)
        Pipeline(ssc, case).resolve(case["stream"]).foreachRDD(recording.take)
        ssc.queueStream([sc.parallelize([], 1)]).foreachRDD(recording.end)
        clock = ssc._jssc.ssc().scheduler().clock()
        ssc.start()
        for i in range(1, case["run"] + 1):
            run_batch(ssc, clock, recording, i * case["batchMs"])
        return {**case, "expected": recording.batches}
    except Exception as error:
        return {**case, "unusable": reason_of(recording.error or error)}
    finally:
        ssc.stop(False, False)
        shutil.rmtree(folder, ignore_errors=True)


def reason_of(error):
    """What Python raised, which Java wraps in pages of its own."""
    raised = re.findall(r"^(?:\w+\.)*\w*(?:Error|Unusable)\b.*$", str(error), re.MULTILINE)
    own = [line for line in raised if not line.startswith("py4j.")]
    return own[-1] if own else repr(error)[:500]


def run_batch(ssc, clock, recording, now):
    clock.setTime(now)
    until = time.time() + BATCH_S_MAX
    while recording.last < now:
        if recording.error is not None:
            raise recording.error
        if ssc.awaitTerminationOrTimeout(POLL_S):
            raise fn.Unusable("the context stopped")
        if time.time() > until:
            raise fn.Unusable("a batch took more than %d s" % BATCH_S_MAX)


def main(questions, answers):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    conf = SparkConf().setMaster("local[2]").setAppName("answers")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.streaming.clock": "org.apache.spark.util.ManualClock",
    }.items():
        conf.set(key, value)
    sc = SparkContext(conf=conf)
    sc.setLogLevel("OFF")
    sc.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), "python_functions.py"))
    work = tempfile.mkdtemp()
    try:
        with open(questions, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        answered = [answer(sc, case, work) for case in cases]
        with open(answers, "w", encoding="utf-8") as file:
            json.dump({"recordedFrom": "PySpark 3.5.7", "cases": answered}, file, ensure_ascii=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        sc.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
