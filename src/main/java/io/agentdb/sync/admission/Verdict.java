package io.agentdb.sync.admission;

import org.jspecify.annotations.Nullable;

/**
 * Whether a client is let in.
 *
 * @param caller null if it is not
 * @param refusal why not, for the client; empty if it is
 */
public record Verdict(@Nullable Caller caller, String refusal) {
}
