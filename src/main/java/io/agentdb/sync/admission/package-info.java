/**
 * Who may connect, what each may do and how much it may ask: tokens, permissions, rate limits, the registry of
 * connections.
 *
 * <p>Promise: secrets are kept as hashes only, compared in constant time, and shown by no text; tokens can be exchanged
 * while the node runs; a client over its limit is told how long to wait and is never disconnected for it.
 */
@NullMarked
package io.agentdb.sync.admission;

import org.jspecify.annotations.NullMarked;
