/**
 * Connections to peers, kept and shared.
 *
 * <p>Promise: a failure says whether anything was sent, and what to do about it.
 */
package io.agentdb.sync.quic.client;
