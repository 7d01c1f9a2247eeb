/**
 * The messages of {@code agentdb-sync/1}, their encoding and compression. All of protobuf lives here, and nowhere else.
 *
 * <p>Promise: what is decoded is within the limits of {@link io.agentdb.sync.protocol.Limits}; a malformed frame is a
 * {@link io.agentdb.sync.protocol.ProtocolException} with a code that both sides understand, never another exception.
 * A field of a record's content that only later releases know is kept, and sent on as it came.
 */
@NullMarked
package io.agentdb.sync.protocol;

import org.jspecify.annotations.NullMarked;
