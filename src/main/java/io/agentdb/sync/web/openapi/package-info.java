/**
 * The OpenAPI description, as programs generate clients from it.
 *
 * <p>Promise: an operation's id never changes; every status that an operation answers with is described, a failure as a
 * problem; what is always there is required, and of texts with few values each is named. {@code docs/openapi.yaml} is
 * the same.
 */
@NullMarked
package io.agentdb.sync.web.openapi;

import org.jspecify.annotations.NullMarked;
