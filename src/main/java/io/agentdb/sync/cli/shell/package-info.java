/**
 * The programs at the other end of a terminal: the shell that completes, and the editor in which a person writes.
 *
 * <p>Promise: what a person has written is lost by no failure; a file for it can be read by that person alone.
 */
@NullMarked
package io.agentdb.sync.cli.shell;

import org.jspecify.annotations.NullMarked;
