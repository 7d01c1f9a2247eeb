package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A feed without what can be sent to nobody: its cursors move past that, or nothing behind it would ever be sent.
 * Thread-safe.
 */
public final class SendableFeed implements ChangeFeed {

    private final ChangeFeed feed;
    private final Unsent unsent;

    public SendableFeed(ChangeFeed feed, Unsent unsent) {
        this.feed = feed;
        this.unsent = unsent;
    }

    @Override
    public long fence() {
        return feed.fence();
    }

    @Override
    public Newest newest() {
        return feed.newest();
    }

    @Override
    public long horizon() {
        return feed.horizon();
    }

    @Override
    public FeedPage read(Kind kind, Cursor after, long fence, Selection selection, Reader reader, int records,
            int bytes) {
        FeedPage page = feed.read(kind, after, fence, selection, reader, records, bytes);
        List<Revision> revisions = new ArrayList<>(page.revisions().size());
        List<Cursor> cursors = new ArrayList<>(page.revisions().size());
        for (int i = 0; i < page.revisions().size(); i++) {
            if (!unsent.leavesOut(page.revisions().get(i))) {
                revisions.add(page.revisions().get(i));
                cursors.add(page.cursors().get(i));
            }
        }
        return new FeedPage(revisions, cursors, page.end(), page.last());
    }

    @Override
    public long count(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        return feed.count(kind, after, fence, selection, reader);
    }

    @Override
    public Map<Kind, Set<Actor>> seenAbove(Collection<Kind> kinds, long fence) {
        return feed.seenAbove(kinds, fence);
    }

    @Override
    public List<Claim> known(Kind kind, @Nullable UUID after, long fence, Reader reader, int records) {
        return feed.known(kind, after, fence, reader, records);
    }
}
