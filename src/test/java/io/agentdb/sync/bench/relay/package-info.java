/**
 * A first copy over a long line, beside TLS over TCP through the same one.
 *
 * <p>Promise: both meet the same delay, the same losses and the same rate, packet by packet.
 */
package io.agentdb.sync.bench.relay;
