package dstreams.client;

/**
 * A record that the stream's schema refuses.
 *
 * @param index which one of the call, from 0
 * @param path where in its value
 * @param message what is wrong there
 */
public record BadRecord(long index, String path, String message) {}
