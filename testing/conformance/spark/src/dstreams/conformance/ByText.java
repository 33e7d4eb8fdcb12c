package dstreams.conformance;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.Partitioner;

/** The cases' own partitioner: by the sum of the units of the key's text as JSON. What it has seen is its state. */
final class ByText extends Partitioner {
  private final int count;
  private final Map<String, Integer> seen = new HashMap<>();

  ByText(int count) {
    this.count = count;
  }

  @Override
  public int numPartitions() {
    return count;
  }

  @Override
  public synchronized int getPartition(Object key) {
    return seen.computeIfAbsent(Values.json(key), text -> text.chars().sum() % count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByText that && that.count == count;
  }

  @Override
  public int hashCode() {
    return count;
  }
}
