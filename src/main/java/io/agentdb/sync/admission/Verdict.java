package io.agentdb.sync.admission;

/**
 * Whether a client is let in.
 *
 * @param caller null if it is not
 * @param refusal why not, for the client; null if it is
 */
public record Verdict(Caller caller, String refusal) {
}
