package dstreams.client;

/**
 * Batches that were lost.
 *
 * @param from the last batch time that this reader had, or asked for, ms since the epoch
 * @param to where it goes on
 * @param why {@code retention} (no longer kept, or failed), {@code epoch} (the server began anew: so must the reader)
 *     or {@code overload} (this reader was too slow)
 */
public record Gap(long from, long to, String why) {}
