package io.agentdb.sync.replica;

/**
 * How two concurrent versions became one.
 *
 * @param winner the version to store; its context contains both versions' dots
 * @param outcome for the log: {@code local}, {@code remote}, or {@link #EQUAL}
 */
public record Resolution(Revision winner, String outcome) {

    /** Both sides wrote the same content: nothing is lost, so there is nothing to tell anyone. */
    public static final String EQUAL = "equal";
}
