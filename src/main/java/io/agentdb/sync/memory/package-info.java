/**
 * What an agent remembers: episodes, skills and edges, their columns and their identities.
 *
 * <p>Promise: a kind's columns and identity are declared in one place ({@link io.agentdb.sync.memory.Kind}); everything
 * here is a value.
 */
@NullMarked
package io.agentdb.sync.memory;

import org.jspecify.annotations.NullMarked;
