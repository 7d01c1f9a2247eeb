/**
 * Who may connect and how much they may ask: tokens, rate limits, the registry of connections.
 *
 * <p>Promise: tokens are compared in constant time; a client over its limit is told how long to wait and is never
 * disconnected for it.
 */
package io.agentdb.sync.admission;
