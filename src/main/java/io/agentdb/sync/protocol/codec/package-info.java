/**
 * Messages as frame bodies, in protobuf and zstd. Outside of this room only its faces are used: {@code MessageCodec},
 * {@code Payload}, {@code Sendable} and {@code UnknownFields}.
 *
 * <p>Promise: decoding trusts nothing; a field of a record's content that only later releases know is kept, and sent on
 * as it came.
 */
@NullMarked
package io.agentdb.sync.protocol.codec;

import org.jspecify.annotations.NullMarked;
