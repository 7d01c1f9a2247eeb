package io.agentdb.sync.search.index;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.DatabaseFailure;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The vectors of the records in this process's memory, a byte a number, kept in step with the database. It takes about
 * {@value #BYTES} bytes a record and at most a quarter of the heap: beyond, the newest are there. Thread-safe.
 */
@Component
public class VectorIndex {

    /** What a vector takes: its numbers, its id, and where it stands. */
    static final int BYTES = EmbeddingModel.MINILM_DIMENSIONS + 140;
    private static final int PAGE = 1_000;
    private static final UUID FIRST = new UUID(0, 0);
    private static final Logger log = LoggerFactory.getLogger(VectorIndex.class);

    /** How far it is read: of the embeddings by who has written them, of the deletions by the feed. */
    private static final class Reached {
        private long written;
        private UUID id = FIRST;
        private long buried;
        private UUID lastBuried = FIRST;
        /** What is read already from the fence on: while somebody holds that back, it is listed each time. */
        private final Map<UUID, Long> ahead = new HashMap<>();
    }

    private record WrittenVector(long written, UUID id) { }

    private final JdbcTemplate jdbc;
    private final EmbeddingMaker maker;
    private final Meaning meaning;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Kind, VectorSpace> spaces = new LinkedHashMap<>();
    private final Map<Kind, Reached> reached = new HashMap<>();
    private String feed = "";
    private int turns;
    private boolean failing;

    public VectorIndex(JdbcTemplate jdbc, EmbeddingMaker maker, Meaning meaning) {
        this.jdbc = jdbc;
        this.maker = maker;
        this.meaning = meaning;
        long most = Math.min(Runtime.getRuntime().maxMemory() / 4 / BYTES / EmbeddedText.KINDS.size(), 2_000_000);
        EmbeddedText.KINDS.forEach(kind -> spaces.put(kind, new VectorSpace(EmbeddingModel.MINILM_DIMENSIONS,
                (int) most)));
    }

    /** Makes what is missing, and reads what others have made. */
    @Scheduled(fixedDelay = 500, timeUnit = TimeUnit.MILLISECONDS)
    void follow() {
        meaning.load();
        // Without a model there is little to do: twice a minute.
        if (meaning.model().isEmpty() && turns++ % 60 != 0) {
            return;
        }
        try {
            maker.follow();
            if (meaning.model().isPresent()) {
                refresh();
                meaning.ready();
            }
            failing = false;
        } catch (DataAccessException | TransactionException e) {
            // Once, and not each time for as long as the database is away.
            if (!failing) {
                log.warn("What new records mean is looked at later: {}", DatabaseFailure.words(e));
            }
            failing = true;
        }
    }

    /** What was committed before is there afterwards. */
    public void refresh() {
        lock.writeLock().lock();
        try {
            String present = Objects.requireNonNull(jdbc.queryForObject("select coalesce(max(actor), '') from node",
                    String.class));
            if (!present.equals(feed)) {
                // Another incarnation's database: places of the former one's say nothing.
                spaces.values().forEach(VectorSpace::clear);
                long fence = fence();
                spaces.keySet().forEach(kind -> {
                    Reached start = new Reached();
                    start.buried = fence;
                    reached.put(kind, start);
                });
                feed = present;
            }
            spaces.forEach(this::read);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void read(Kind kind, VectorSpace space) {
        Reached place = Objects.requireNonNull(reached.get(kind), "each kind has one");
        long fence = fence();
        WrittenVector last = new WrittenVector(place.written, place.id);
        List<WrittenVector> page;
        do {
            page = jdbc.query("select written, id from embeddings where model = ? and kind = ?"
                    + " and (written, id) > (?, ?) order by written, id limit " + PAGE,
                    (row, i) -> new WrittenVector(row.getLong(1), row.getObject(2, UUID.class)),
                    EmbeddingModel.MINILM, kind.name(), last.written(), last.id());
            load(kind, space, page.stream().filter(one -> !Objects.equals(place.ahead.get(one.id()), one.written()))
                    .map(WrittenVector::id).toArray(UUID[]::new));
            for (WrittenVector one : page) {
                last = one;
                // From the fence on, one that is committed later may stand before this one.
                if (one.written() < fence) {
                    place.written = one.written();
                    place.id = one.id();
                    place.ahead.remove(one.id(), one.written());
                } else {
                    place.ahead.put(one.id(), one.written());
                }
            }
        } while (page.size() == PAGE);
        jdbc.query("select feed_xid, id from tombstones where kind = ? and (feed_xid, id) > (?, ?)"
                + " and feed_xid < ? order by feed_xid, id", row -> {
                    place.buried = row.getLong(1);
                    place.lastBuried = row.getObject(2, UUID.class);
                    space.remove(place.lastBuried);
                }, kind.name(), place.buried, place.lastBuried, fence);
    }

    private void load(Kind kind, VectorSpace space, UUID[] ids) {
        if (ids.length > 0) {
            jdbc.query("select id, digest, vector from embeddings where model = ? and kind = ? and id = any (?)",
                    row -> {
                space.put(row.getObject(1, UUID.class),
                        Embedding.of(EmbeddingModel.MINILM, row.getBytes(2), row.getBytes(3)).vector());
            }, EmbeddingModel.MINILM, kind.name(), ids);
        }
    }

    private long fence() {
        return Objects.requireNonNull(jdbc.queryForObject("select agentdb_fence()", Long.class));
    }

    /** How near the records of one kind are to a question; takes some tens of milliseconds of 100,000. */
    public Nearness compare(Kind kind, float[] question) {
        lock.readLock().lock();
        try {
            return Objects.requireNonNull(spaces.get(kind), "each kind has one").compare(question);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many vectors have no place in this process's memory: their records are found by their words alone. */
    public long displaced() {
        lock.readLock().lock();
        try {
            return spaces.values().stream().mapToLong(VectorSpace::displaced).sum();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** How many vectors are in this process's memory. */
    public long size() {
        lock.readLock().lock();
        try {
            return spaces.values().stream().mapToLong(VectorSpace::size).sum();
        } finally {
            lock.readLock().unlock();
        }
    }
}
