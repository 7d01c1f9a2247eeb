package io.agentdb.sync.simulation;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Skills with their versions in memory, under transactions that overlap as Postgres' do: they take their ids when they
 * begin and show their rows when they commit, in any order.
 */
final class MemoryRows implements ChangeFeed, VersionStore, Transactions {

    /** A version and where it lies in the feed. */
    record Row(Revision revision, long feedXid, Actor via) {
        Cursor position(Actor feed) {
            return new Cursor(feed, feedXid, revision.id());
        }
    }

    /** As PostgreSQL compares ids, which {@link UUID#compareTo} does not. */
    private static final Comparator<UUID> BY_ID = Comparator.comparing(id -> new Cursor(null, 0, id));

    private final Set<Rule> rules;
    private final Clock clock;
    private final Map<UUID, Row> rows;
    private final TreeMap<Long, Map<UUID, Row>> open;
    Actor actor;
    private long xid;
    private long counter;
    /**
     * Whether this is another database than the one in which {@link #actor} was noted, as a write or the node finds
     * when it looks.
     */
    boolean moved;
    /** Whether a write has found that, and taken a new actor; the feed is still the former database's. */
    boolean begun;
    Supplier<Actor> incarnated = () -> actor;
    /** Contents that this database refuses. */
    String poison;
    /** What a transaction that fails puts back besides: called when it begins, and gives what puts it back. */
    Supplier<Runnable> beside = () -> () -> { };
    /** Without the rule that an outcome gets a new dot: the version whose dot it keeps. */
    Version kept;

    MemoryRows(Set<Rule> rules, Clock clock, Actor actor) {
        this(rules, clock, actor, new HashMap<>(), new TreeMap<>(), 10, 0);
    }

    private MemoryRows(
            Set<Rule> rules, Clock clock, Actor actor, Map<UUID, Row> rows, TreeMap<Long, Map<UUID, Row>> open,
            long xid, long counter) {
        this.rules = rules;
        this.clock = clock;
        this.actor = actor;
        this.rows = rows;
        this.open = open;
        this.xid = xid;
        this.counter = counter;
    }

    /** As it is on disk now; open transactions are lost. */
    MemoryRows backup() {
        MemoryRows copy = new MemoryRows(rules, clock, actor, new HashMap<>(rows), new TreeMap<>(), xid, counter);
        copy.poison = poison;
        copy.moved = moved;
        copy.begun = begun;
        copy.incarnated = incarnated;
        return copy;
    }

    long begin() {
        open.put(++xid, new HashMap<>());
        return xid;
    }

    List<Long> open() {
        return List.copyOf(open.keySet());
    }

    boolean lockedByOther(long transaction, UUID id) {
        return open.entrySet().stream().anyMatch(entry -> entry.getKey() != transaction
                && entry.getValue().containsKey(id));
    }

    Revision seenIn(long transaction, UUID id) {
        Row row = open.getOrDefault(transaction, Map.of()).getOrDefault(id, rows.get(id));
        return row == null ? null : row.revision();
    }

    /** What the trigger does: a write in an open transaction, of a record that no other one has locked. */
    void write(long transaction, UUID id, Content content) {
        recognize();
        Revision past = seenIn(transaction, id);
        VersionVector seen = past == null ? VersionVector.EMPTY : past.version().context();
        Dot dot = new Dot(actor, ++counter, transaction);
        Version version = new Version(dot, seen.with(dot),
                Hlc.next(clock.instant(), past == null ? 0 : past.version().hlc()));
        open.get(transaction).put(id, new Row(Stamping.update(past, id, version, content, rules.contains(Rule.TALLIES)),
                transaction, null));
    }

    void commit(long transaction) {
        rows.putAll(open.remove(transaction));
    }

    void abort(long transaction) {
        open.remove(transaction);
    }

    Collection<Row> rows() {
        return rows.values();
    }

    Revision find(UUID id) {
        return rows.containsKey(id) ? rows.get(id).revision() : null;
    }

    void drop(List<Row> old) {
        old.forEach(row -> rows.remove(row.revision().id()));
    }

    long nextXid() {
        return ++xid;
    }

    /** A cluster that is another one has transaction ids of its own, which may be lower than those of the rows. */
    void continueFrom(long present) {
        xid = present;
    }

    /** What each stamp does: the first write on another database is a new actor's. */
    private void recognize() {
        if (moved && rules.contains(Rule.NOTICE)) {
            actor = incarnated.get();
            moved = false;
            begun = true;
        }
    }

    /**
     * A new incarnation: every row is in its feed anew.
     *
     * @param bound what {@code actor} has written here beyond that counter gets new dots
     */
    void rewrite(Actor renewed, long bound) {
        long now = ++xid;
        Actor old = actor;
        actor = renewed;
        moved = false;
        begun = false;
        for (Row row : sorted()) {
            Revision revision = row.revision();
            Dot dot = revision.version().dot();
            if (dot.actor().equals(old) && dot.counter() > bound && dot.xid() == row.feedXid()
                    && rules.contains(Rule.REWRITE)) {
                TreeMap<Actor, Long> seen = new TreeMap<>(revision.version().context().counters());
                seen.remove(old);
                if (bound > 0) {
                    seen.put(old, bound);
                }
                Dot fresh = new Dot(actor, ++counter, now);
                revision = Stamping.counted(revision).with(new Version(
                        fresh, new VersionVector(seen).with(fresh), revision.version().hlc(),
                                revision.version().choice()));
            }
            if (!old.equals(renewed) || !dot.actor().equals(renewed)) {
                rows.put(revision.id(), new Row(revision, now, row.via()));
            }
        }
    }

    @Override
    public <T> T hastily(Supplier<T> work) {
        return run(work);
    }

    @Override
    public <T> T run(Supplier<T> work) {
        Map<UUID, Row> before = new HashMap<>(rows);
        Runnable putBack = beside.get();
        try {
            return work.get();
        } catch (RuntimeException failed) {
            rows.clear();
            rows.putAll(before);
            putBack.run();
            throw failed;
        }
    }

    @Override
    public long fence() {
        return open.isEmpty() || !rules.contains(Rule.FENCE) ? xid + 1 : open.firstKey();
    }

    @Override
    public Newest newest() {
        long fence = fence();
        return new Newest(fence, rows.values().stream().filter(row -> row.feedXid() < fence).collect(
                Collectors.toMap(row -> row.revision().kind(), Row::feedXid, Math::max)));
    }

    @Override
    public long horizon() {
        return xid + 1;
    }

    @Override
    public long lastCounter() {
        return rules.contains(Rule.CREDIBLE) ? counter : Long.MAX_VALUE;
    }

    /** What {@link #lastCounter} is by the rules. */
    long counter() {
        return counter;
    }

    @Override
    public FeedPage read(Kind kind, Cursor after, long fence, Selection selection, Reader reader, int records,
            int bytes) {
        List<Row> page = new ArrayList<>();
        long size = 0;
        Iterator<Row> behind = feed(kind, after, fence, selection, reader).iterator();
        while (page.size() < records && size < bytes && behind.hasNext()) {
            page.add(behind.next());
            size += page.get(page.size() - 1).revision().size();
        }
        boolean last = size < bytes && page.size() < records;
        List<Cursor> cursors = page.stream().map(row -> row.position(after.feed())).toList();
        return new FeedPage(page.stream().map(Row::revision).toList(), cursors,
                last ? Cursor.below(after.feed(), fence) : cursors.get(cursors.size() - 1), last);
    }

    @Override
    public long count(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        return feed(kind, after, fence, selection, reader).count();
    }

    private Stream<Row> feed(Kind kind, Cursor after, long fence, Selection selection, Reader reader) {
        return of(kind).filter(row -> selection.matches(row.revision()) && row.feedXid() < fence
                && row.position(after.feed()).compareTo(after) > 0
                && !reader.known().covers(row.revision().version().dot())
                        && (row.via() == null || !row.via().equals(reader.actor())))
                .sorted(Comparator.comparing(row -> row.position(after.feed())));
    }

    @Override
    public Map<Kind, Set<Actor>> seenAbove(Collection<Kind> kinds, long fence) {
        Map<Kind, Set<Actor>> seen = new HashMap<>();
        kinds.forEach(kind -> seen.put(kind, above(kind, fence)));
        return seen;
    }

    private Set<Actor> above(Kind kind, long fence) {
        return of(kind).filter(row -> row.feedXid() >= fence && rules.contains(Rule.TELLING))
                .filter(row -> row.via() != null || updated(row.revision())).map(Row::revision)
                .flatMap(row -> row.version().context().counters().keySet().stream()).collect(Collectors.toSet());
    }

    /** Of other kinds than skills there are none. */
    private Stream<Row> of(Kind kind) {
        return rows.values().stream().filter(row -> row.revision().kind() == kind);
    }

    private static boolean updated(Revision revision) {
        return revision.deleted() || revision.history().fieldTimes() != null
                || revision.version().context().counters().size() > 1;
    }

    @Override
    public List<Claim> known(Kind kind, UUID after, long fence, Reader reader, int records) {
        return of(kind).filter(row -> row.feedXid() < fence).map(Row::revision)
                .filter(row -> !row.deleted() && reader.known().covers(row.version().dot())
                        && (after == null || BY_ID.compare(row.id(), after) > 0))
                .sorted(Comparator.comparing(Revision::id, BY_ID)).limit(records)
                .map(row -> new Claim(row.id(), row.version().dot())).toList();
    }

    @Override
    public Map<UUID, StoredVersion> lock(Kind kind, Collection<UUID> ids) {
        Map<UUID, StoredVersion> heads = new HashMap<>();
        for (UUID id : ids) {
            if (rows.containsKey(id)) {
                requireFree(id);
                heads.put(id, new StoredVersion(rows.get(id).revision().version(), rows.get(id).revision().deleted()));
            }
        }
        return heads;
    }

    private void requireFree(UUID id) {
        if (lockedByOther(-1, id)) {
            throw rules.contains(Rule.LOCKED) ? new RowsLocked("a writer")
                    : new OutcomeUnknown("a local transaction has the record locked", null);
        }
    }

    @Override
    public Set<UUID> locked(Kind kind, Collection<UUID> ids) {
        return ids.stream().filter(id -> rows.containsKey(id) && lockedByOther(-1, id)).collect(Collectors.toSet());
    }

    @Override
    public Map<UUID, Revision> load(Kind kind, Collection<UUID> ids) {
        Map<UUID, Revision> found = new HashMap<>();
        ids.stream().filter(rows::containsKey).forEach(id -> found.put(id, rows.get(id).revision()));
        return found;
    }

    @Override
    public void store(Kind kind, List<Change> changes, BatchOrigin source) {
        for (Change change : changes) {
            requireStorable(change.revision());
            // Of a record that another is just making there is nothing to lock: the write waits for it.
            requireFree(change.revision().id());
        }
        if (!changes.isEmpty()) {
            recognize();
            long now = ++xid;
            changes.forEach(change -> rows.put(change.revision().id(), new Row(change.revision(), now,
                    change.revision().version().dot().actor().equals(actor) ? null : source.actor())));
        }
    }

    private void requireStorable(Revision revision) {
        if (revision.deleted()) {
            return;
        }
        if (poison != null && poison.equals(revision.content().get(Stamping.CODE))) {
            throw new Unstorable("poison", null);
        }
        if (revision.kind().identityOf(revision.content()).filter(id -> !id.equals(revision.id())).isPresent()) {
            throw new Unstorable("its content demands another id", null);
        }
    }

    @Override
    public void join(Kind kind, Map<UUID, VersionVector> contexts) {
        contexts.forEach((id, context) -> rows.computeIfPresent(id, (key, row) -> new Row(
                row.revision().with(row.revision().version().joined(context)), row.feedXid(), row.via())));
    }

    @Override
    public void given(Kind kind, Map<UUID, Dot> versions, BatchOrigin peer) {
        versions.forEach((id, dot) -> rows.computeIfPresent(id, (key, row) -> new Row(row.revision(), row.feedXid(),
                row.via() == null && row.revision().version().dot().sameWrite(dot) ? peer.actor() : row.via())));
    }

    @Override
    public Stamps stamps(Kind kind, int atMost) {
        // The transaction that stores takes the next id.
        return new Stamps() {
            @Override
            public Version next(VersionVector seen, long after, boolean choice) {
                if (kept != null) {
                    Version again = kept;
                    kept = null;
                    return new Version(again.dot(), seen, again.hlc(), again.choice());
                }
                recognize();
                Dot dot = new Dot(actor, ++counter, xid + 1);
                return new Version(dot, seen.with(dot), Hlc.next(clock.instant(), after), choice);
            }

            @Override
            public Version again(Version version, VersionVector seen) {
                if (!rules.contains(Rule.BURIAL)) {
                    return version.joined(seen);
                }
                recognize();
                Dot dot = new Dot(actor, ++counter, xid + 1);
                return new Version(dot, seen.with(dot), version.hlc() + 1, version.choice());
            }
        };
    }

    List<Row> sorted() {
        List<Row> sorted = new ArrayList<>(rows.values());
        sorted.sort(Comparator.comparing(row -> row.revision().id()));
        return sorted;
    }
}
