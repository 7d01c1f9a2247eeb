/**
 * The node itself on pages: what holds it up, who is connected, what is set.
 *
 * <p>Promise: what is secret is not shown, and what could not be read is not shown as nothing.
 */
@NullMarked
package io.agentdb.sync.ui.node;

import org.jspecify.annotations.NullMarked;
