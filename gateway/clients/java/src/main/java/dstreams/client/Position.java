package dstreams.client;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where to go on.
 *
 * @param epoch the incarnation of the server's log; empty where nothing is known of it yet
 * @param after the last batch that was taken, ms since 1970; empty where there is none yet
 */
public record Position(Optional<String> epoch, OptionalLong after) {
  static Position of(String epoch, long after) {
    return new Position(Optional.of(epoch), OptionalLong.of(after));
  }
}
