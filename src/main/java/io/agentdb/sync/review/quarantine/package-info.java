/**
 * Versions that could not be applied, until they can.
 *
 * <p>Promise: nothing is dropped for being refused; each is tried again by itself, and when somebody asks.
 */
package io.agentdb.sync.review.quarantine;
