/**
 * What a request may say: its body, its parameters, its ids.
 *
 * <p>Promise: an unknown member or parameter is refused, with the nearest known one; bodies have a budget over all
 * requests, and what takes long is served a few times at once.
 */
@NullMarked
package io.agentdb.sync.web.request;

import org.jspecify.annotations.NullMarked;
