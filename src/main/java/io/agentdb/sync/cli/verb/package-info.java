/**
 * The verbs of the command line, each a class of its own, which is loaded when it is asked for.
 *
 * <p>Promise: what a verb has printed is what the node has said; nobody is asked a question without a terminal; a verb
 * that ends while something goes on says so.
 */
@NullMarked
package io.agentdb.sync.cli.verb;

import org.jspecify.annotations.NullMarked;
