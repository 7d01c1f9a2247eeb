package io.agentdb.sync.replica.feed;

import io.agentdb.sync.revision.Revision;
import java.util.List;

/**
 * A stretch of a feed.
 *
 * @param cursors per revision, where the reader stands once it is applied
 * @param end where the reader stands once the page is applied; at the fence if this is the last one
 */
public record FeedPage(List<Revision> revisions, List<Cursor> cursors, Cursor end, boolean last) {
}
