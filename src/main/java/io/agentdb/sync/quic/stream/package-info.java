/**
 * Frames on streams, for both ends. Used by the listener and the pool alone.
 *
 * <p>Promise: a frame's length is checked before anything is allocated for it; a reader takes a frame off a stream only
 * when it has room, so that QUIC's flow control (RFC 9000, section 4) stops the sender.
 */
@NullMarked
package io.agentdb.sync.quic.stream;

import org.jspecify.annotations.NullMarked;
