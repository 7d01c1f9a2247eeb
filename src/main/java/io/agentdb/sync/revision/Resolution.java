package io.agentdb.sync.revision;

/**
 * How two concurrent versions became one.
 *
 * @param winner the version to store, whose context contains both versions' dots; null while the conflict is open
 * @param outcome one of {@link ConflictOutcome#AT_FIRST}
 */
public record Resolution(Revision winner, ConflictOutcome outcome) {
}
