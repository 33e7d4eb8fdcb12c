package dstreams.client;

import java.util.Map;

/**
 * What the server says of one of its streams.
 *
 * @param stream its name
 * @param isInput true: may be published to; false: may be subscribed to
 * @param details all that was said: {@code schema} (JSON Schema), {@code deadLetter}, {@code retention}
 */
public record StreamDescription(String stream, boolean isInput, Map<String, Object> details) {}
