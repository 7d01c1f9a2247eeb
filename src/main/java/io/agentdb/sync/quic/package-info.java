/**
 * The QUIC listener and the QUIC client pool. All of {@code io.netty} lives here, and nowhere else.
 *
 * <p>Promise: event loops never block; before an accepted hello, nothing is answered but hellos and who
 * has an invitation; a frame's length is
 * checked before anything is allocated for it; a reader takes a frame off a stream only when it has room, so that
 * QUIC's flow control (RFC 9000, section 4) stops the sender.
 */
@NullMarked
package io.agentdb.sync.quic;

import org.jspecify.annotations.NullMarked;
