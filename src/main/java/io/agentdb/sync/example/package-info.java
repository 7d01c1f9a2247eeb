/**
 * Two nodes in one process, synchronizing before the reader's eyes: profile {@code example}. Nobody depends on this
 * package.
 */
@NullMarked
package io.agentdb.sync.example;

import org.jspecify.annotations.NullMarked;
