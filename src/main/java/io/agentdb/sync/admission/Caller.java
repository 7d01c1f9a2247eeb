package io.agentdb.sync.admission;

/**
 * A client, as its credentials name it.
 *
 * @param name of its token or certificate; what it is limited, shown and blocked by
 * @param proof of its token, which tells whether the token is still the one that it showed; null without a token
 */
public record Caller(String name, Permissions permissions, Secret proof) { }
