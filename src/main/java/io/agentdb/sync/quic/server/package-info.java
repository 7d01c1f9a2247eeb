/**
 * The QUIC listener: hellos, credentials, requests and their turns.
 *
 * <p>Promise: nothing but a hello is answered before an accepted hello; permission comes before payload.
 */
@NullMarked
package io.agentdb.sync.quic.server;

import org.jspecify.annotations.NullMarked;
