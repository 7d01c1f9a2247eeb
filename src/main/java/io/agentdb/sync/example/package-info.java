/**
 * Two nodes in one process, synchronizing before the reader's eyes: profile {@code example}. Nobody depends on this package.
 */
package io.agentdb.sync.example;
