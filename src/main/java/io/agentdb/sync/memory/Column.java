package io.agentdb.sync.memory;

/**
 * One column of a kind's table; the field of the kind's protobuf message has the same name.
 *
 * @param required whether the database refuses null
 */
public record Column(String name, Type type, boolean required) {

    /** Java types of the values, in order: String, Long, Double, Boolean, Instant, String, List of String, UUID. */
    public enum Type { TEXT, LONG, DOUBLE, BOOLEAN, TIMESTAMP, JSON, TEXT_ARRAY, UUID }
}
