/**
 * Node ids, actors, dots, version vectors and hybrid time: plain Java, no Spring, no SQL.
 *
 * <p>Promise: everything here is an immutable value, and which of two versions knows the other is decided here; what
 * becomes of two that do not is decided in {@code revision}.
 */
@NullMarked
package io.agentdb.sync.version;

import org.jspecify.annotations.NullMarked;
