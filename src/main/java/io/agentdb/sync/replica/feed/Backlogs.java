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

    private record Reading(NodeId peerNode, Kind kind, Actor reader) { }

    private record Counted(Cursor cursor, @Nullable Long newest, long at, Backlog backlog) { }

    /** What takes less disturbs nobody. */
    private static final long UNNOTICED_NANOS = Duration.ofMillis(50).toNanos();
    private static final int REST = 19;
    /** A deletion that nobody needs any more goes without a trace in the feed. */
    private static final long KEEPS_NANOS = Duration.ofMinutes(10).toNanos();

    private final ChangeFeed feed;
    private final CursorStore cursors;
    private final LongSupplier nanoTime;
    private Map<Reading, Counted> known = Map.of();
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
        Map<Reading, Counted> now = new HashMap<>();
        List<Backlog> all = new ArrayList<>();
        long spent = 0;
        for (Acknowledged acknowledged : cursors.acknowledged(own)) {
            Reading reading = new Reading(acknowledged.peerNode(), acknowledged.kind(), acknowledged.reader());
            if (!newest.isBeyond(acknowledged.cursor(), reading.kind())) {
                all.add(new Backlog(reading.peerNode(), reading.kind(), 0, null));
                continue;
            }
            Counted counted = known.get(reading);
            // Who reads on is counted at once: what was the oldest for him, he has long had.
            if (counted == null || !counted.cursor.equals(acknowledged.cursor())
                    || !rests && mayDiffer(counted, newest)) {
                long start = nanoTime.getAsLong();
                counted = count(reading, acknowledged.cursor(), newest);
                spent += counted.at - start;
            }
            now.put(reading, counted);
            all.add(counted.backlog);
        }
        known = now;
        if (spent > UNNOTICED_NANOS) {
            restsUntil = nanoTime.getAsLong() + REST * spent;
        }
        return all;
    }

    private boolean mayDiffer(Counted counted, Newest newest) {
        return !Objects.equals(counted.newest, newest.last().get(counted.backlog.kind()))
                || nanoTime.getAsLong() - counted.at > KEEPS_NANOS;
    }

    private Counted count(Reading reading, Cursor cursor, Newest newest) {
        Reader reader = new Reader(reading.reader, Knowledge.NONE);
        long records = feed.count(reading.kind, cursor, newest.fence(), Selection.ALL, reader);
        List<Revision> first = records == 0 ? List.of()
                : feed.read(reading.kind, cursor, newest.fence(), Selection.ALL, reader, 1, 1).revisions();
        Instant oldest = first.isEmpty() ? null : Hlc.instant(first.get(0).version().hlc());
        return new Counted(cursor, newest.last().get(reading.kind), nanoTime.getAsLong(),
                new Backlog(reading.peerNode, reading.kind, records, oldest));
    }
}
