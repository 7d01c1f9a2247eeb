package io.agentdb.sync.conversation;

import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.Revision;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One kind of our feed, from a cursor up to a fence, as batches for the wire. Holds one page at a time. */
final class FeedWalk {

    private static final int PAGE_RECORDS = 2_000;
    private static final int PAGE_BYTES = 1 << 20;

    private final ChangeFeed feed;
    private final Kind kind;
    private final long fence;
    private final Selection selection;
    private final Reader reader;
    private final int batchRecords;
    private final Function<Collection<Revision>, List<Kept>> companions;
    private FeedPage page;
    private Map<UUID, List<Kept>> along = Map.of();
    private int taken;
    private Cursor position;

    /**
     * @param now up to where it goes; where there is nothing behind the cursor, it reads nothing
     * @param companions what goes along with records
     */
    FeedWalk(ChangeFeed feed, Kind kind, Cursor from, Newest now, Selection selection, Reader reader, int batchRecords,
            Function<Collection<Revision>, List<Kept>> companions) {
        this.feed = feed;
        this.kind = kind;
        this.fence = now.fence();
        this.selection = selection;
        this.reader = reader;
        this.batchRecords = Math.max(1, Math.min(batchRecords, Limits.BATCH_RECORDS));
        this.companions = companions;
        this.position = from;
        boolean more = now.isBeyond(from, kind);
        this.page = new FeedPage(List.of(), List.of(), more ? from : Cursor.below(from.feed(), fence), !more);
    }

    /** The next batch; empty once the fence is reached. Reads the database when the page at hand is used up. */
    Optional<Batch> next() {
        while (taken == page.revisions().size()) {
            if (page.last()) {
                position = page.end();
                return Optional.empty();
            }
            page = feed.read(kind, position, fence, selection, reader, PAGE_RECORDS, PAGE_BYTES);
            position = page.end();
            taken = 0;
            along = companions.apply(page.revisions()).stream().collect(Collectors.groupingBy(Kept::id));
        }
        int end = end();
        List<Revision> records = List.copyOf(page.revisions().subList(taken, end));
        Batch batch = new Batch(kind, records, Optional.of(page.cursors().get(end - 1)), along(records));
        taken = end;
        return Optional.of(batch);
    }

    /** A large record goes alone: with others, it might be too much for a frame. */
    private int end() {
        int most = Math.min(taken + batchRecords, page.revisions().size());
        long size = size(taken);
        int end = taken + 1;
        while (end < most && size + size(end) <= PAGE_BYTES) {
            size += size(end++);
        }
        return end;
    }

    private long size(int place) {
        Revision record = page.revisions().get(place);
        long size = record.size();
        for (Kept one : along.getOrDefault(record.id(), List.of())) {
            size += 150 + (long) Float.BYTES * one.embedding().vector().length;
        }
        return size;
    }

    /** Mostly there is nothing, and a stream a record would be a tenth of what sending it allocates. */
    private List<Kept> along(List<Revision> records) {
        return along.isEmpty() ? List.of() : records.stream()
                .flatMap(record -> along.getOrDefault(record.id(), List.of()).stream()).toList();
    }

    /** Where the reader stands after the last batch: everything below the fence is read. */
    Cursor reached() {
        return position;
    }
}
