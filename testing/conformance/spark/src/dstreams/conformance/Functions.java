package dstreams.conformance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.apache.spark.streaming.State;
import scala.Tuple2;

/** The named functions of the cases, by family. Numbers are whole; one that JavaScript could not hold exactly is an error. */
final class Functions {
  private static final long EXACT_MAX = (1L << 53) - 1;

  private Functions() {}

  static IllegalArgumentException unknown(String family, String name) {
    return new IllegalArgumentException("there is no function " + name + " among the " + family);
  }

  private static long exact(long n) {
    if (Math.abs(n) > EXACT_MAX) throw new ArithmeticException("beyond what a number of a case can be: " + n);
    return n;
  }

  private static long n(Object x) {
    return (Long) x;
  }

  private static String s(Object x) {
    return (String) x;
  }

  @SuppressWarnings("unchecked")
  static Tuple2<Object, Object> pair(Object x) {
    return (Tuple2<Object, Object>) x;
  }

  static Tuple2<Object, Object> pair(Object a, Object b) {
    return new Tuple2<>(a, b);
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object x) {
    return (List<Object>) x;
  }

  private static long orZero(Object x) {
    return x == null ? 0 : n(x);
  }

  static long total(Iterable<?> xs) {
    long sum = 0;
    for (Object x : xs) sum = exact(sum + orZero(x));
    return sum;
  }

  private static String firstUnit(String s) {
    return s.isEmpty() ? "" : s.substring(0, 1);
  }

  private static List<Object> characters(String s) {
    List<Object> found = new ArrayList<>();
    s.codePoints().forEach(c -> found.add(Character.toString(c)));
    return found;
  }

  static Object map(String name, Object x) {
    return switch (name) {
      case "identity" -> x;
      case "addOne" -> exact(n(x) + 1);
      case "plusTen" -> exact(n(x) + 10);
      case "double" -> exact(n(x) * 2);
      case "negate" -> -n(x);
      case "mod3" -> Math.floorMod(n(x), 3L);
      case "length" -> (long) s(x).length();
      case "upper" -> s(x).toUpperCase(Locale.ROOT);
      case "firstChar" -> firstUnit(s(x));
      case "reverse" -> {
        List<Object> all = characters(s(x));
        Collections.reverse(all);
        yield joined(all);
      }
      case "toStr" -> Long.toString(n(x));
      case "json" -> Values.json(x);
      case "one" -> 1L;
      case "swap" -> pair(pair(x)._2(), pair(x)._1());
      case "key" -> pair(x)._1();
      case "value" -> pair(x)._2();
      case "keyToJson" -> pair(Values.json(pair(x)._1()), pair(x)._2());
      case "pairWithOne" -> pair(x, 1L);
      case "pairWithX" -> pair(x, "x");
      case "pairWithLength" -> pair(x, (long) s(x).length());
      case "pairWithSelf" -> pair(x, x);
      case "keyByLength" -> pair((long) s(x).length(), x);
      case "keyByFirstChar" -> pair(firstUnit(s(x)), x);
      case "keyByMod3" -> pair(Math.floorMod(n(x), 3L), x);
      case "constantKey" -> pair("all", x);
      case "size" -> (long) list(x).size();
      case "sumList" -> total(list(x));
      case "sumPair" -> total(Values.parts(x));
      case "wrapList" -> new ArrayList<>(Collections.singletonList(x));
      case "distinctList" -> Values.distinct(list(x));
      case "pairSizes" -> pair((long) list(pair(x)._1()).size(), (long) list(pair(x)._2()).size());
      default -> throw unknown("maps", name);
    };
  }

  private static String joined(List<Object> strings) {
    StringBuilder text = new StringBuilder();
    strings.forEach(text::append);
    return text.toString();
  }

  static List<Object> flatMap(String name, Object x) {
    List<Object> out = new ArrayList<>();
    switch (name) {
      case "splitSpace" -> {
        for (String word : s(x).split(" ")) if (!word.isEmpty()) out.add(word);
      }
      case "chars" -> out.addAll(characters(s(x)));
      case "twice" -> Collections.addAll(out, x, x);
      case "withDouble" -> Collections.addAll(out, x, exact(n(x) * 2));
      case "withPlusTen" -> Collections.addAll(out, x, exact(n(x) + 10));
      case "withSuffixes" -> Collections.addAll(out, s(x) + "1", s(x) + "2");
      case "upTo" -> {
        for (long i = 0; i < Math.min(n(x), 3); i++) out.add(i);
      }
      case "elements" -> out.addAll(list(x));
      case "lengthWithChars" -> characters(s(x)).forEach(c -> out.add(pair((long) s(x).length(), c)));
      case "valueWithKeyChars" -> characters(s(pair(x)._1())).forEach(c -> out.add(pair(pair(x)._2(), c)));
      default -> throw unknown("flatMaps", name);
    }
    return out;
  }

  static boolean test(String name, Object x) {
    return switch (name) {
      case "isEven" -> n(x) % 2 == 0;
      case "isPositive" -> n(x) > 0;
      case "nonEmpty" -> !s(x).isEmpty();
      case "containsA" -> s(x).contains("a");
      case "longerThanThree" -> s(x).length() > 3;
      case "always" -> true;
      case "never" -> false;
      case "keyContainsA" -> s(pair(x)._1()).contains("a");
      case "valueNonZero" -> !(pair(x)._2() instanceof Long v) || v != 0;
      case "valuePositive" -> n(pair(x)._2()) > 0;
      case "valueNonEmptyList" -> !list(pair(x)._2()).isEmpty();
      default -> throw unknown("predicates", name);
    };
  }

  static Object reduce(String name, Object a, Object b) {
    return switch (name) {
      case "sum" -> exact(n(a) + n(b));
      case "diff" -> exact(n(a) - n(b));
      case "max" -> Math.max(n(a), n(b));
      case "min" -> Math.min(n(a), n(b));
      case "product" -> exact(Math.multiplyExact(n(a), n(b)));
      case "lexMax" -> s(a).compareTo(s(b)) >= 0 ? a : b;
      case "lexMin" -> s(a).compareTo(s(b)) <= 0 ? a : b;
      case "concat" -> s(a) + s(b);
      case "charUnion" -> joined(Values.distinct(characters(s(a) + s(b))));
      case "bagAdd" -> {
        List<Object> both = new ArrayList<>(list(a));
        both.addAll(list(b));
        yield Values.sorted(both);
      }
      case "bagRemove" -> {
        List<Object> rest = new ArrayList<>(list(a));
        for (Object x : list(b)) {
          for (int i = 0; i < rest.size(); i++) {
            if (Values.compare(rest.get(i), x) != 0) continue;
            rest.remove(i);
            break;
          }
        }
        yield rest;
      }
      case "bagInsert" -> {
        List<Object> more = new ArrayList<>(list(a));
        more.add(b);
        yield Values.sorted(more);
      }
      case "totalAdd" -> pair(exact(n(pair(a)._1()) + n(b)), n(pair(a)._2()) + 1);
      case "totalMerge" -> pair(exact(n(pair(a)._1()) + n(pair(b)._1())), n(pair(a)._2()) + n(pair(b)._2()));
      default -> throw unknown("reducers", name);
    };
  }

  /** The new state, null to forget the key. */
  static Object update(String name, List<Object> values, Object state) {
    switch (name) {
      case "updateNever":
        return null;
      case "updateLargest":
        Object largest = state;
        for (Object x : values) if (largest == null || Values.compare(x, largest) > 0) largest = x;
        return largest;
      case "updateCollect":
        List<Object> all = state == null ? new ArrayList<>() : new ArrayList<>(list(state));
        all.addAll(values);
        return Values.sorted(all);
      case "updateExpireIdleTwice":
        long sum = total(values);
        long old = state == null ? 0 : n(pair(state)._1());
        if (sum != 0) return pair(exact(old + sum), 0L);
        long idle = (state == null ? 0 : n(pair(state)._2())) + 1;
        return idle == 2 ? null : pair(old, idle);
      default:
        return updateSum(name, values.isEmpty(), exact(orZero(state) + total(values)));
    }
  }

  private static Long updateSum(String name, boolean isIdle, long sum) {
    return switch (name) {
      case "updateCount" -> sum;
      case "updateRemoveWhenZero" -> sum == 0 ? null : (Long) sum;
      case "updateRemoveAtTen" -> sum >= 10 ? null : (Long) sum;
      case "updateWhileFed" -> isIdle ? null : (Long) sum;
      default -> throw unknown("updates", name);
    };
  }

  static List<Object> partition(String name, List<Object> xs) {
    List<Object> out = new ArrayList<>();
    switch (name) {
      case "sumOfPartition" -> out.add(total(xs));
      case "maxOfPartition" -> {
        if (!xs.isEmpty()) out.add(n(Collections.max(xs, Values::compare)));
      }
      case "sizeOfPartition" -> out.add((long) xs.size());
      case "onePerPartition" -> out.add(1L);
      case "joinUpperOfPartition" -> {
        StringBuilder text = new StringBuilder();
        xs.forEach(x -> text.append(map("upper", x)));
        out.add(text.toString());
      }
      case "swapAll" -> xs.forEach(x -> out.add(map("swap", x)));
      case "firstOfPartition" -> out.addAll(xs.subList(0, Math.min(1, xs.size())));
      default -> throw unknown("partitionFunctions", name);
    }
    return out;
  }

  private static List<Object> filtered(List<Object> xs, Predicate<Object> p) {
    List<Object> out = new ArrayList<>();
    for (Object x : xs) if (p.test(x)) out.add(x);
    return out;
  }

  private static boolean has(List<Object> xs, Object x) {
    return xs.stream().anyMatch(y -> Values.compare(x, y) == 0);
  }

  private static List<Object> mapped(String name, List<Object> xs) {
    List<Object> out = new ArrayList<>();
    xs.forEach(x -> out.add(map(name, x)));
    return out;
  }

  /** transform, transformWith and transformAll: over one, two or many batches. */
  static List<Object> batch(String name, List<List<Object>> batches, long time) {
    List<Object> xs = batches.get(0);
    List<Object> ys = batches.size() > 1 ? batches.get(1) : null;
    List<Object> out = new ArrayList<>();
    switch (name) {
      case "batchIdentity" -> out.addAll(xs);
      case "batchAddOne" -> out.addAll(mapped("addOne", xs));
      case "batchToStr" -> out.addAll(mapped("toStr", xs));
      case "batchEvens" -> out.addAll(filtered(xs, x -> test("isEven", x)));
      case "batchDistinct" -> out.addAll(Values.distinct(xs));
      case "batchCount" -> out.add((long) xs.size());
      case "batchWithTime" -> xs.forEach(x -> out.add(pair(time, x)));
      case "batchOnlyEvenSeconds" -> {
        if (Math.floorDiv(time, 1000L) % 2 == 0) out.addAll(xs);
      }
      case "batchWithItself" -> {
        out.addAll(xs);
        out.addAll(xs);
      }
      case "batchSortByKey" -> {
        out.addAll(xs);
        out.sort((a, b) -> Values.compare(pair(a)._1(), pair(b)._1()));
      }
      case "batchSortDescending" -> {
        out.addAll(Values.sorted(xs));
        Collections.reverse(out);
      }
      case "batchKeys" -> out.addAll(mapped("key", xs));
      case "batchSmallestTwo" -> out.addAll(Values.sorted(xs).subList(0, Math.min(2, xs.size())));
      case "batchUnion" -> {
        out.addAll(xs);
        out.addAll(ys);
      }
      case "batchJoin" -> out.addAll(joined(xs, ys));
      case "batchSubtract" -> out.addAll(filtered(xs, x -> !has(ys, x)));
      case "batchSubtractByKey" -> out.addAll(filtered(xs, x -> !has(mapped("key", ys), pair(x)._1())));
      case "batchIntersection" -> out.addAll(Values.distinct(filtered(xs, x -> has(ys, x))));
      case "batchCartesian" -> xs.forEach(x -> ys.forEach(y -> out.add(pair(x, y))));
      case "batchSizesWithTime" -> out.add(pair(time, pair((long) xs.size(), (long) ys.size())));
      case "batchesUnion" -> batches.forEach(out::addAll);
      case "batchesUnionTwoJoinThird" -> {
        List<Object> both = new ArrayList<>(xs);
        both.addAll(ys);
        out.addAll(joined(mapped("pairWithSelf", both), batches.get(2)));
      }
      case "batchesSizes" -> {
        List<Object> sizes = new ArrayList<>();
        batches.forEach(batch -> sizes.add((long) batch.size()));
        out.add(sizes);
      }
      default -> throw unknown("batch functions", name);
    }
    return out;
  }

  private static List<Object> joined(List<Object> xs, List<Object> ys) {
    List<Object> out = new ArrayList<>();
    for (Object x : xs) {
      for (Object y : ys) {
        if (Values.compare(pair(x)._1(), pair(y)._1()) == 0) {
          out.add(pair(pair(x)._1(), pair(pair(x)._2(), pair(y)._2())));
        }
      }
    }
    return out;
  }

  /** A mapped element, null for none. */
  static Object mapWithState(String name, Object key, Object value, State<Object> state) {
    if (state.isTimingOut()) return name.equals("changeOnly") ? null : pair(key, "timeout");
    long old = state.exists() ? orZero(state.get()) : 0;
    long next = exact(old + orZero(value));
    switch (name) {
      case "runningTotal":
        state.update(next);
        return pair(key, next);
      case "removeAtTen":
        if (next < 10) state.update(next);
        else if (state.exists()) state.remove();
        return pair(key, next);
      case "changeOnly":
        long news = orZero(value);
        boolean isChange = !state.exists() || old != news;
        state.update(news);
        return isChange ? pair(key, news) : null;
      default:
        throw unknown("stateMaps", name);
    }
  }
}
