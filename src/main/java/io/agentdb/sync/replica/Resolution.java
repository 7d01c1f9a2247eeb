package io.agentdb.sync.replica;

/**
 * How a conflict ended.
 *
 * @param winner the version to store; its context contains both versions' dots
 * @param outcome for the log: {@code local}, {@code remote}, {@code equal}
 */
public record Resolution(Revision winner, String outcome) {
}
