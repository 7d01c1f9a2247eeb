/**
 * The QUIC listener: hellos, credentials, requests and their turns.
 *
 * <p>Promise: before an accepted hello, nothing is answered but hellos and who has an
 * invitation; permission comes before payload.
 */
@NullMarked
package io.agentdb.sync.quic.server;

import org.jspecify.annotations.NullMarked;
