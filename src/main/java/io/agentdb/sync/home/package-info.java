/**
 * The node's own directory: its name, its secrets, and the lock that keeps a second node out.
 *
 * <p>Promise: nobody but the directory's owner reads a secret in it, from its first moment on; two processes never use
 * one directory at a time; a file that is replaced is the old one or the new one after a power cut.
 */
@NullMarked
package io.agentdb.sync.home;

import org.jspecify.annotations.NullMarked;
