/**
 * What this node holds, in numbers, and in digests that two nodes can compare.
 *
 * <p>Promise: two ranges with equal digests hold the same versions with the same content.
 */
@NullMarked
package io.agentdb.sync.replica.digest;

import org.jspecify.annotations.NullMarked;
