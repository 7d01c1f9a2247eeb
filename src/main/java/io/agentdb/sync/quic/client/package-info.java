/**
 * Connections to peers, kept and shared.
 *
 * <p>Promise: a failure says whether anything was sent, and what to do about it.
 */
@NullMarked
package io.agentdb.sync.quic.client;

import org.jspecify.annotations.NullMarked;
