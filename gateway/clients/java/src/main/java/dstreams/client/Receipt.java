package dstreams.client;

import java.util.OptionalLong;

/**
 * All records of one {@code publish} are acknowledged.
 *
 * @param stream where they are
 * @param sequence of the last one; empty where the client has no producer id, or there were no records
 */
public record Receipt(String stream, OptionalLong sequence) {}
