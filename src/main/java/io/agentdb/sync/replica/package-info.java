/**
 * The feed, applying, editing, storing, knowledge and digests, in sub-rooms; here is what they share: revisions in rows
 * and in JSON.
 *
 * <p>The rooms below decide behind ports ({@code ChangeFeed}, {@code VersionStore}, {@code KnowledgeStore} and their
 * like), so that they also run on a store in memory.
 */
@NullMarked
package io.agentdb.sync.replica;

import org.jspecify.annotations.NullMarked;
