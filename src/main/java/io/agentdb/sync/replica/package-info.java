/**
 * The feed, applying, cursors, knowledge, tombstones and what is set aside. What is decided stands behind ports ({@code ChangeFeed},
 * {@code VersionStore}, {@code KnowledgeStore} and their like), so that it also runs on a store in memory; the {@code Postgres} classes
 * have the only SQL that knows about versions.
 *
 * <p>Promise: the feed skips nothing that commits late; a batch is applied in one transaction together with its cursor; applying the same
 * batch twice changes nothing; nothing is told as known that a reader could then never get.
 */
package io.agentdb.sync.replica;
