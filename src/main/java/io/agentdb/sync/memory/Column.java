package io.agentdb.sync.memory;

/**
 * One column of a kind's table; the field of the kind's protobuf message has the same name.
 *
 * @param required whether the database refuses null
 * @param merging what becomes of it when two versions are merged
 */
public record Column(String name, Type type, boolean required, Merging merging) {

    /** Java types of the values, in order: String, Long, Double, Boolean, Instant, String, List of String, UUID. */
    public enum Type { TEXT, LONG, DOUBLE, BOOLEAN, TIMESTAMP, JSON, TEXT_ARRAY, UUID }

    public Column {
        if (!merging.fits(type)) {
            // Else nobody would hear of it before the first conflict.
            throw new IllegalArgumentException(name + " is " + type + ", which cannot be merged " + merging);
        }
    }
}
