package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.CursorStore.Acknowledged;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What of the feed waits for each of its readers. Counting reads every record that waits, and for a peer that never
 * comes these are all: so they are counted where something may have changed, and those who do not read for a twentieth
 * of the time at most.
 * Thread-safe; blocks on the database.
 */
public final class Backlogs {

    /**
     * @param records that the reader has not acknowledged
     * @param oldest when the oldest of them was written, by its writer's clock; null if there is none
     */
    public record Backlog(NodeId peerNode, Kind kind, long records, @Nullable Instant oldest) { }

    private record KindReader(NodeId peerNode, Kind kind, Actor reader) { }

    private record LastCount(Cursor cursor, @Nullable Long newest, long at, Backlog backlog) { }

    /** What takes less disturbs nobody. */
    private static final long UNNOTICED_NANOS = Duration.ofMillis(50).toNanos();
    private static final int REST = 19;
    /** A deletion that nobody needs any more goes without a trace in the feed. */
    private static final long KEEPS_NANOS = Duration.ofMinutes(10).toNanos();

    private final ChangeFeed feed;
    private final CursorStore cursors;
    private final LongSupplier nanoTime;
    private Map<KindReader, LastCount> known = Map.of();
    private long restsUntil;

    public Backlogs(ChangeFeed feed, CursorStore cursors) {
        this(feed, cursors, System::nanoTime);
    }

    Backlogs(ChangeFeed feed, CursorStore cursors, LongSupplier nanoTime) {
        this.feed = feed;
        this.cursors = cursors;
        this.nanoTime = nanoTime;
        restsUntil = nanoTime.getAsLong();
    }

    /** Of each reader and kind; where counting takes long, as it was a while ago. */
    public synchronized List<Backlog> of(Actor own) {
        Newest newest = feed.newest();
        boolean rests = nanoTime.getAsLong() - restsUntil < 0;
        Map<KindReader, LastCount> now = new HashMap<>();
        List<Backlog> all = new ArrayList<>();
        long spent = 0;
        for (Acknowledged acknowledged : cursors.acknowledged(own)) {
            KindReader asker = new KindReader(acknowledged.peerNode(), acknowledged.kind(), acknowledged.reader());
            if (!newest.isBeyond(acknowledged.cursor(), asker.kind())) {
                all.add(new Backlog(asker.peerNode(), asker.kind(), 0, null));
                continue;
            }
            LastCount counted = known.get(asker);
            // Who reads on is counted at once: what was the oldest for him, he has long had.
            if (counted == null || !counted.cursor.equals(acknowledged.cursor())
                    || !rests && mayDiffer(counted, newest)) {
                long start = nanoTime.getAsLong();
                counted = count(asker, acknowledged.cursor(), newest);
                spent += counted.at - start;
            }
            now.put(asker, counted);
            all.add(counted.backlog);
        }
        known = now;
        if (spent > UNNOTICED_NANOS) {
            restsUntil = nanoTime.getAsLong() + REST * spent;
        }
        return all;
    }

    private boolean mayDiffer(LastCount counted, Newest newest) {
        return !Objects.equals(counted.newest, newest.last().get(counted.backlog.kind()))
                || nanoTime.getAsLong() - counted.at > KEEPS_NANOS;
    }

    private LastCount count(KindReader asker, Cursor cursor, Newest newest) {
        Reader reader = new Reader(asker.reader, Knowledge.NONE);
        long records = feed.count(asker.kind, cursor, newest.fence(), Selection.ALL, reader);
        List<Revision> first = records == 0 ? List.of()
                : feed.read(asker.kind, cursor, newest.fence(), Selection.ALL, reader, 1, 1).revisions();
        Instant oldest = first.isEmpty() ? null : Hlc.instant(first.get(0).version().hlc());
        return new LastCount(cursor, newest.last().get(asker.kind), nanoTime.getAsLong(),
                new Backlog(asker.peerNode, asker.kind, records, oldest));
    }
}
