/**
 * Certificates and whom they make trustworthy. Used by the listener and the pool alone.
 *
 * <p>Promise: a refused certificate is refused in words that name what is wrong with it.
 */
@NullMarked
package io.agentdb.sync.quic.tls;

import org.jspecify.annotations.NullMarked;
