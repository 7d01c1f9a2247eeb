/**
 * Values as people read them: times, sizes, states, differences, pictures. Pure.
 *
 * <p>Promise: what others wrote comes out as text in which nothing is hidden.
 */
@NullMarked
package io.agentdb.sync.ui.words;

import org.jspecify.annotations.NullMarked;
