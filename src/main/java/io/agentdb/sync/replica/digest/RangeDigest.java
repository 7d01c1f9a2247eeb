package io.agentdb.sync.replica.digest;

/**
 * The live records of a range in short: equal digests mean equal records.
 *
 * @param md5 of the records' digests in the order of ids, as 32 hexadecimal digits
 */
public record RangeDigest(long records, String md5) {
}
