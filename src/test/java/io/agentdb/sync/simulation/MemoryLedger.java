package io.agentdb.sync.simulation;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a node remembers of its peers and of what it has set aside, in memory. */
final class MemoryLedger implements CursorStore, KnowledgeStore, ConflictSink, Quarantine, MeetingStore, Unsent {

    /** A version that waits, and this side's version when it came. */
    record Held(Revision revision, Revision local, BatchOrigin source) { }

    private record Where(NodeId peer, Kind kind, Flow direction, String scope) {
        static Where of(CursorKey key) {
            return new Where(key.peerNode(), key.kind(), key.direction(), key.scope());
        }
    }

    private record Stored(CursorKey key, Cursor to) { }

    private final Set<Rule> rules;
    private final MemoryRows rows;
    private Map<Where, Stored> cursors = new HashMap<>();
    private Map<Kind, Knowledge> knowledge = new HashMap<>();
    private Map<List<Actor>, Meetings> meetings = new HashMap<>();
    /** Own and peer's actor: the last counter when they last met and neither had forgotten a meeting, or 0. */
    private Map<List<Actor>, Long> met = new HashMap<>();
    List<Held> parked = new ArrayList<>();
    List<Held> quarantined = new ArrayList<>();
    /** Of versions that could be sent to nobody. */
    private List<Revision> unsent = new ArrayList<>();
    /** Every conflict that was ever logged, here or before a restore. */
    private final List<Conflict> log;
    private long forgotten;
    /** The actors that a dropped tombstone has named. */
    private Set<String> buried = new HashSet<>();

    MemoryLedger(Set<Rule> rules, MemoryRows rows, List<Conflict> log) {
        this.rules = rules;
        this.rows = rows;
        this.log = log;
    }

    MemoryLedger backup(MemoryRows restored) {
        MemoryLedger copy = new MemoryLedger(rules, restored, log);
        copy.become(this);
        return copy;
    }

    /** @return what puts everything back as it is now */
    Runnable remember() {
        MemoryLedger now = backup(rows);
        int logged = log.size();
        return () -> {
            become(now);
            log.subList(logged, log.size()).clear();
        };
    }

    private void become(MemoryLedger other) {
        cursors = new HashMap<>(other.cursors);
        knowledge = new HashMap<>(other.knowledge);
        meetings = new HashMap<>(other.meetings);
        met = new HashMap<>(other.met);
        parked = new ArrayList<>(other.parked);
        quarantined = new ArrayList<>(other.quarantined);
        unsent = new ArrayList<>(other.unsent);
        forgotten = other.forgotten;
        buried = new HashSet<>(other.buried);
    }

    void restamp() {
        long now = rows.nextXid();
        forgotten = forgotten == 0 ? 0 : now;
    }

    /** A peer that will not come back, or not soon: nothing waits for it any more. */
    void retire(NodeId peer) {
        cursors.keySet().removeIf(where -> where.peer().equals(peer));
    }

    void forgetCursors() {
        cursors.clear();
    }

    /** Drops the tombstones that every peer has passed, and that are older than that hybrid time. */
    void dropTombstones(long before) {
        long passed = cursors.entrySet().stream().filter(entry -> entry.getKey().kind() == Kind.SKILLS
                        && entry.getKey().direction() == Flow.PUSH && entry.getKey().scope().isEmpty())
                .mapToLong(entry -> entry.getValue().to().feed().equals(rows.actor) ? entry.getValue().to().xid() : 0)
                .min().orElse(rows.fence());
        dropTombstones(passed, before);
    }

    void dropTombstones(long passed, long before) {
        Set<UUID> undecided = !rules.contains(Rule.UNDECIDED) ? Set.of()
                : Stream.concat(parked.stream(), quarantined.stream()).map(held -> held.revision().id())
                .collect(Collectors.toSet());
        List<MemoryRows.Row> old = rows.rows().stream().filter(row -> row.revision().deleted() && row.feedXid() < passed
                && row.revision().version().hlc() < before && !undecided.contains(row.revision().id())).toList();
        old.forEach(row -> forgotten = Math.max(forgotten, row.feedXid()));
        old.forEach(row -> row.revision().version().context().counters().keySet()
                .forEach(actor -> buried.add(actor.name())));
        rows.drop(old);
    }

    @Override
    public Map<CursorKey, Cursor> find(Collection<CursorKey> keys, Actor feed) {
        Map<CursorKey, Cursor> found = new HashMap<>();
        for (CursorKey key : keys) {
            Stored stored = cursors.get(Where.of(key));
            if (stored != null && stored.key().reader().equals(key.reader()) && stored.to().feed().equals(feed)) {
                found.put(key, stored.to());
            }
        }
        return found;
    }

    @Override
    public List<Acknowledged> acknowledged(Actor feed) {
        return cursors.values().stream()
                .filter(stored -> stored.to().feed().equals(feed))
                .filter(stored -> stored.key().direction() == Flow.PUSH && stored.key().scope().isEmpty())
                .map(stored -> new Acknowledged(stored.key().peerNode(), stored.key().kind(), stored.key().reader(),
                        stored.to()))
                .toList();
    }

    @Override
    public void move(List<Move> moves) {
        rows.nextXid();
        moves.forEach(move -> cursors.put(Where.of(move.key()), new Stored(move.key(), move.to())));
    }

    @Override
    public Meetings of(Actor own, Actor peer) {
        return rules.contains(Rule.MEETINGS) ? meetings.getOrDefault(List.of(own, peer), new Meetings(0, 0, 0))
                : new Meetings(0, 0, 0);
    }

    @Override
    public Meetings begin(Actor own, Actor peer) {
        rows.nextXid();
        Meetings known = of(own, peer);
        Meetings now = new Meetings(known.begun() + 1, known.confirmed(), known.heard());
        meetings.put(List.of(own, peer), now);
        met.putIfAbsent(List.of(own, peer), 0L);
        return rules.contains(Rule.MEETINGS) ? now : new Meetings(1, 0, 0);
    }

    @Override
    public boolean confirm(Actor own, Actor peer, long number, long answered) {
        Meetings known = of(own, peer);
        if (answered > known.heard()) {
            return false;
        }
        meetings.put(List.of(own, peer), new Meetings(known.begun(), Math.max(known.confirmed(), number),
                known.heard()));
        met.put(List.of(own, peer), rows.counter());
        return true;
    }

    @Override
    public void hear(Actor own, Actor peer, long number) {
        Meetings known = of(own, peer);
        meetings.put(List.of(own, peer), new Meetings(known.begun(), known.confirmed(),
                Math.max(known.heard(), number)));
        met.put(List.of(own, peer), rows.counter());
    }

    /** As Incarnations.lastMeeting. */
    long lastMeeting(Actor own, Actor witness) {
        Map<NodeId, Long> byNode = new HashMap<>();
        met.forEach((pair, counter) -> {
            if (pair.get(0).equals(own) && (witness == null || witness.nodeId().equals(pair.get(1).nodeId()))) {
                byNode.merge(pair.get(1).nodeId(), counter, Math::max);
            }
        });
        return byNode.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    @Override
    public Map<Kind, Knowledge> learnt(Collection<Kind> kinds) {
        return kinds.stream().collect(Collectors.toMap(kind -> kind,
                kind -> knowledge.getOrDefault(kind, Knowledge.NONE)));
    }

    @Override
    public void raise(Map<Kind, Knowledge> learnt) {
        rows.nextXid();
        learnt.forEach((kind, more) -> {
            Map<Actor, Long> raised = new HashMap<>(learnt(kind).below());
            more.below().forEach((actor, fence) -> raised.merge(actor, fence, Math::max));
            knowledge.put(kind, Knowledge.of(raised));
        });
    }

    @Override
    public int forgetUnnamed(Kind kind) {
        Set<String> named = new HashSet<>(kind == Kind.SKILLS ? buried : Set.of());
        rows.rows().stream().map(MemoryRows.Row::revision).filter(revision -> revision.kind() == kind)
                .forEach(revision -> revision.version().context().counters().keySet()
                        .forEach(actor -> named.add(actor.name())));
        Stream.concat(of(kind, parked), of(kind, quarantined))
                .forEach(held -> named.add(held.revision().version().dot().actor().name()));
        cursors.values().forEach(stored -> named.addAll(
                List.of(stored.to().feed().name(), stored.key().reader().name())));
        Set<Actor> unnamed = learnt(kind).below().keySet().stream().filter(actor -> !named.contains(actor.name()))
                .collect(Collectors.toSet());
        knowledge.put(kind, learnt(kind).without(unnamed));
        return unnamed.size();
    }

    @Override
    public Map<Kind, Long> forgotten(Collection<Kind> kinds) {
        return kinds.contains(Kind.SKILLS) ? Map.of(Kind.SKILLS, forgotten) : Map.of();
    }

    @Override
    public void keep(NodeId peerNode, String strategy, List<Conflict> conflicts) {
        List<Conflict> open = new ArrayList<>();
        for (Conflict conflict : conflicts) {
            if (conflict.resolution().outcome() != ConflictOutcome.OPEN) {
                log.add(conflict);
            } else if (open.stream().noneMatch(other -> knows(other.remote(), conflict.remote()))) {
                open.removeIf(other -> knows(conflict.remote(), other.remote()));
                open.add(conflict);
            }
        }
        open.forEach(conflict -> {
            Revision remote = conflict.remote();
            parked.removeIf(held -> knows(remote, held.revision()));
            parked.add(new Held(remote, conflict.local(), new BatchOrigin(peerNode, remote.version().dot().actor())));
        });
    }

    private static boolean knows(Revision one, Revision other) {
        return one.id().equals(other.id()) && one.version().context().contains(other.version().dot());
    }

    @Override
    public void close(Kind kind, Map<UUID, VersionVector> here) {
        parked.removeIf(held -> held.revision().kind() == kind && here.containsKey(held.revision().id())
                && here.get(held.revision().id()).contains(held.revision().version().dot()));
    }

    @Override
    public void setAside(Revision revision, BatchOrigin source, String code, String reason) {
        quarantined.removeIf(held -> held.revision().id().equals(revision.id())
                && held.revision().version().dot().sameWrite(revision.version().dot()));
        quarantined.add(new Held(revision, null, source));
    }

    @Override
    public Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds) {
        return kinds.stream().collect(Collectors.toMap(kind -> kind, this::lowest));
    }

    private Map<Actor, Long> lowest(Kind kind) {
        Map<Actor, Long> floors = new HashMap<>();
        if (rules.contains(Rule.PARK)) {
            of(kind, parked).forEach(held -> lower(floors, held.revision().version().dot()));
            if (rules.contains(Rule.BESIDE)) {
                of(kind, parked).forEach(held -> lower(floors, held.local().version().dot()));
            }
            of(kind, quarantined).forEach(held -> lower(floors, held.revision().version().dot()));
        }
        unsent.stream().filter(revision -> revision.kind() == kind)
                .forEach(revision -> lower(floors, revision.version().dot()));
        return floors;
    }

    @Override
    public Set<Waiting> undecided(Kind kind, Collection<UUID> ids) {
        return waiting(of(kind, parked), ids);
    }

    @Override
    public Set<Waiting> waiting(Kind kind, Collection<UUID> ids) {
        if (!rules.contains(Rule.WAITING)) {
            return Set.of();
        }
        return waiting(Stream.concat(of(kind, parked), of(kind, quarantined)), ids);
    }

    private static Stream<Held> of(Kind kind, List<Held> all) {
        return all.stream().filter(held -> held.revision().kind() == kind);
    }

    private static Set<Waiting> waiting(Stream<Held> all, Collection<UUID> ids) {
        return all.filter(held -> ids.contains(held.revision().id())).map(held -> {
            Dot dot = held.revision().version().dot();
            return new Waiting(held.revision().id(), dot.write());
        }).collect(Collectors.toSet());
    }

    /** A version that no codec of this node takes. */
    @Override
    public boolean leavesOut(Revision revision) {
        if (revision.deleted() || !Simulation.HUGE.equals(revision.content().get(Stamping.CODE))) {
            return false;
        }
        unsent.add(revision);
        return true;
    }

    /** Forgets what has been overwritten, and what came another way. */
    void sweep() {
        quarantined.removeIf(held -> rows.find(held.revision().id()) != null
                && rows.find(held.revision().id()).version().context().contains(held.revision().version().dot()));
        unsent.removeIf(revision -> rows.find(revision.id()) == null
                || !rows.find(revision.id()).version().dot().sameWrite(revision.version().dot()));
    }

    private static void lower(Map<Actor, Long> floors, Dot dot) {
        floors.merge(dot.actor(), dot.xid(), Math::min);
    }
}
