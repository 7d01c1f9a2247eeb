/**
 * Two nodes in one process, synchronizing before the reader's eyes. Nobody depends on this package.
 */
package io.agentdb.sync.example;
