/**
 * Versions that could not be applied, until they can.
 *
 * <p>Promise: nothing is dropped for being refused; each is tried again by itself, and when somebody asks.
 */
@NullMarked
package io.agentdb.sync.review.quarantine;

import org.jspecify.annotations.NullMarked;
