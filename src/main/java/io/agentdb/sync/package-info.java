/**
 * The application and its command line. What a node does is in the rooms below; docs/design.md has their picture.
 *
 * <p>Promise: who asks for help, or has got a setting's name wrong, gets an answer and no node.
 */
@NullMarked
package io.agentdb.sync;

import org.jspecify.annotations.NullMarked;
