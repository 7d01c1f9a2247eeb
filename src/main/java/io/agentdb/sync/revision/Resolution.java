package io.agentdb.sync.revision;

import org.jspecify.annotations.Nullable;

/**
 * How two concurrent versions became one.
 *
 * @param winner the version to store, whose context contains both versions' dots; null while the conflict is open
 * @param outcome one of {@link ConflictOutcome#AT_FIRST}
 */
public record Resolution(@Nullable Revision winner, ConflictOutcome outcome) {
}
