/**
 * Import and export: lines of JSON, AgentDB's own export, and its SQLite files.
 *
 * <p>Promise: memory is bounded whatever comes; a bad row fails alone; importing the same file twice changes nothing.
 */
@NullMarked
package io.agentdb.sync.memory.transfer;

import org.jspecify.annotations.NullMarked;
