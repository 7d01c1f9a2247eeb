/**
 * Which node is meant, what to show to it, and asking it. Plain Java: it is loaded before, and without, everything that
 * a node needs.
 *
 * <p>Promise: no secret is taken from the command line, none is written where others could read it, and one node's is
 * never shown to another; every failure has a status that says what to do next.
 */
@NullMarked
package io.agentdb.sync.cli.client;

import org.jspecify.annotations.NullMarked;
