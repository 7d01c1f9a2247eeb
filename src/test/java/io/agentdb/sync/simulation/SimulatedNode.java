package io.agentdb.sync.simulation;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.companion.Companions;
import io.agentdb.sync.conversation.Answers;
import io.agentdb.sync.conversation.BatchIntake;
import io.agentdb.sync.conversation.ClaimClient;
import io.agentdb.sync.conversation.ClaimHandler;
import io.agentdb.sync.conversation.KnowledgeExchange;
import io.agentdb.sync.conversation.MeetingCounter;
import io.agentdb.sync.conversation.Ongoing;
import io.agentdb.sync.conversation.OpenRequest;
import io.agentdb.sync.conversation.PullClient;
import io.agentdb.sync.conversation.PullHandler;
import io.agentdb.sync.conversation.PushClient;
import io.agentdb.sync.conversation.PushHandler;
import io.agentdb.sync.conversation.StandingPulls;
import io.agentdb.sync.conversation.StartingPoints;
import io.agentdb.sync.coordinator.PeerSync;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.StandingRequest;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.replica.apply.ChangeApplier;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.apply.HeldByPeer;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.ChangeSource;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.Newest;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.feed.SendableFeed;
import io.agentdb.sync.replica.feed.Unsent;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.NodeKnowledge;
import io.agentdb.sync.replica.knowledge.Unapplied;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Decision;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Strategies;
import io.agentdb.sync.run.IncarnationRenewal;
import io.agentdb.sync.run.PeerRequests;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunProgress;
import io.agentdb.sync.run.RunScope;
import io.agentdb.sync.run.RunTally;
import io.agentdb.sync.run.SyncMetrics;
import io.agentdb.sync.telemetry.Observations;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Version;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A node of the simulation: the product's own replication on a store in memory. */
final class SimulatedNode implements LocalNode {

    private static final SyncMetrics METRICS = new SyncMetrics(new CompositeMeterRegistry());

    final String name;
    final ConflictStrategy strategy;
    private final Set<Rule> rules;
    private final Clock clock;
    private final List<Conflict> log = new ArrayList<>();
    private int incarnation;
    MemoryRows rows;
    MemoryLedger ledger;
    private ChangeApplier applier;
    private PushHandler pushHandler;
    private PullHandler pullHandler;
    private ClaimHandler claimHandler;
    private PushClient push;
    private PullClient pull;
    private PeerSync peerSync;
    private final PeerRequests requests;
    Runnable writersEnd = () -> { };

    SimulatedNode(String name, ConflictStrategy strategy, Set<Rule> rules, Clock clock, PeerRequests requests) {
        this.name = name;
        this.strategy = strategy;
        this.rules = rules;
        this.clock = clock;
        this.requests = requests;
        this.rows = new MemoryRows(rules, clock, incarnated());
        rows.incarnated = this::incarnated;
        this.ledger = new MemoryLedger(rules, rows, log);
        rows.beside = ledger::remember;
        wire();
    }

    /** How a database becomes an earlier one. */
    enum Way {
        /** Restored by a dump into another cluster, or into the one that runs. */
        YOUNG_CLUSTER, SAME_SERVER,
        /** Promoted: transaction ids and counters go on from where the standby had got. */
        PROMOTED,
        /** A data directory put back: nobody can tell from inside. */
        DIRECTORY
    }

    /** Puts this node's database back to an earlier state. Nothing looks yet. */
    void restore(MemoryRows earlier, MemoryLedger then, Way way) {
        MemoryRows before = rows;
        rows = earlier.backup();
        ledger = then.backup(rows);
        rows.beside = ledger::remember;
        if (way == Way.YOUNG_CLUSTER) {
            rows.continueFrom(10);
        } else if (way == Way.SAME_SERVER) {
            rows.continueFrom(before.nextXid());
        }
        rows.moved |= way != Way.DIRECTORY && rules.contains(Rule.INCARNATION);
    }

    @Override
    public Actor actor() {
        return rows.actor;
    }

    @Override
    public void refresh() {
        if (rows.moved || rows.begun) {
            writersEnd.run();
            rows.rewrite(rows.moved ? incarnated() : actor(), Long.MAX_VALUE);
            ledger.restamp();
        }
    }

    @Override
    public void whenRenewed(Runnable then) {
        // Each exchange has a connection of its own.
    }

    @Override
    public void renew(Actor seen, Actor witness, String evidence) {
        if (rules.contains(Rule.INCARNATION) && seen.equals(actor())) {
            // As the lock does that a database takes: who writes under the old name ends first.
            writersEnd.run();
            rows.rewrite(incarnated(), ledger.lastMeeting(seen, witness));
            ledger.restamp();
        }
    }

    /** One run with a peer, as its user would start it. */
    void sync(SimulatedNode peer, RunDirection direction, int batch) {
        sync(peer.name, Kind.SKILLS, Selection.ALL, direction, batch);
    }

    /** One run about one kind, with whoever answers under that name. */
    void sync(String peer, Kind kind, Selection selection, int batch) {
        sync(peer, kind, selection, RunDirection.BOTH, batch);
    }

    private void sync(String peer, Kind kind, Selection selection, RunDirection direction, int batch) {
        RunTally tally = new RunTally(clock, RunProgress.unwatched(), METRICS, new PeerName(peer));
        RunScope scope = new RunScope(List.of(kind), selection, Strategies.all(policy()), batch, direction);
        Peer dialled = new Peer(new PeerName(peer), new HostPort(peer, 1), null, null, Kind.ALL, Selection.ALL, null,
                Peer.Origin.API);
        peerSync.run(dialled, Permissions.ALL, scope, tally);
    }

    boolean heeds(Rule rule) {
        return rules.contains(rule);
    }

    /** Answers a request; the steps that are left wait for the client's further messages. */
    OpenRequest serve(Message request, Exchange exchange) {
        if (request instanceof PushRequest push) {
            return pushHandler.begin(push, exchange);
        }
        if (request instanceof ClaimRequest claim) {
            return claimHandler.begin(claim, exchange);
        }
        Optional<StandingRequest> more = pullHandler.open((PullRequest) request, exchange);
        return () -> more.isPresent() && more.get().goOn();
    }

    /** As this node introduces itself to that one. */
    Session session(SimulatedNode other) {
        return new Session("simulated", actor(), other.actor(), Set.of(), name, Duration.ZERO,
                new Caller(name, Permissions.ALL));
    }

    /** A batch that the network delivers again, late. */
    void deliver(List<Revision> batch, BatchOrigin from) {
        applier.apply(Kind.SKILLS, batch, from, policy());
    }

    /** A person decides what waits, and what was set aside is tried again. */
    void decide() {
        for (MemoryLedger.Held held : List.copyOf(ledger.parked)) {
            // First, as no strategy forestalls a person.
            ledger.parked.remove(held);
            applier.apply(Kind.SKILLS, List.of(held.revision()), held.source(),
                    new Unruly(ConflictStrategy.LOCAL_WINS));
        }
        retry();
    }

    /** What could not be stored, or was locked, is tried again. */
    void retry() {
        ledger.sweep();
        for (MemoryLedger.Held held : List.copyOf(ledger.quarantined)) {
            // It stays until the record is in: it says that the version is not here because it waits.
            if (applier.apply(Kind.SKILLS, List.of(held.revision()), held.source(), policy()).quarantined()
                    == 0) {
                ledger.quarantined.remove(held);
            }
        }
    }

    List<Conflict> log() {
        return log;
    }

    private ConflictPolicy policy() {
        return new Unruly(strategy);
    }

    private void wire() {
        Object rows = PresentStore.of(() -> this.rows);
        Object ledger = PresentStore.of(() -> this.ledger);
        KnowledgeStore known = (KnowledgeStore) ledger;
        KnowledgeStore claiming = rules.contains(Rule.CLAIMS) ? known : new Unforgetting(known);
        KnowledgeStore applying = rules.contains(Rule.ABSENT) ? known : new Unforgetting(known);
        NodeKnowledge knowledge = new NodeKnowledge(claiming, Unapplied.of((ConflictSink) ledger, (Quarantine) ledger),
                this);
        ChangeFeed feed = new SendableFeed((ChangeFeed) rows, (Unsent) ledger);
        StartingPoints starts = new StartingPoints(feed, (CursorStore) ledger, knowledge, this);
        KnowledgeExchange exchanged = new KnowledgeExchange(feed, knowledge, this);
        Clock believing = heeds(Rule.CREDIBLE) ? clock : Clock.offset(clock, Duration.ofDays(36_500));
        applier = new ChangeApplier((Transactions) rows, (VersionStore) rows, (CursorStore) ledger, applying,
                (ConflictSink) ledger, (Quarantine) ledger, (Unsent) ledger, this, believing);
        HeldByPeer held = new HeldByPeer((Transactions) rows, (VersionStore) rows, applying, (ConflictSink) ledger,
                (Quarantine) ledger, this);
        // Schedules know no minutes.
        IncarnationRenewal renewals = new IncarnationRenewal(this, Duration.ZERO);
        MeetingCounter meeting = new MeetingCounter((MeetingStore) ledger, this, renewals);
        pushHandler = new PushHandler(new BatchIntake(applier, Strategies.all(policy()), METRICS, Companions.NONE),
                (CursorStore) ledger, exchanged, meeting);
        ChangeSource changes = new Looks(feed);
        pullHandler = new PullHandler(feed, starts, exchanged, renewals, () -> Duration.ZERO,
                changes, new StandingPulls(), METRICS, Companions.NONE);
        claimHandler = new ClaimHandler(held, exchanged);
        push = new PushClient(feed, starts, exchanged, applier, held, meeting, changes,
                new StandingPulls(), Companions.NONE);
        pull = new PullClient(applier, held, (CursorStore) ledger, exchanged, Companions.NONE);
        peerSync = new PeerSync(requests, push, pull, new ClaimClient((ChangeFeed) rows),
                Observations.UNOBSERVED);
    }

    /** Begins a push, or a pull, that stays open. */
    Ongoing open(boolean pulling, Exchange exchange, String peer, int batch) {
        RunTally tally = new RunTally(clock, new RunProgress(clock, progress -> { }), METRICS, new PeerName(peer));
        RunScope scope = new RunScope(List.of(Kind.SKILLS), Selection.ALL, Strategies.all(policy()), batch);
        return pulling ? pull.open(exchange, scope, tally) : push.open(exchange, scope, tally);
    }

    /** Of two who ask one after the other, the second is told what the first was told: nobody has looked since. */
    private static final class Looks implements ChangeSource {

        private final ChangeFeed feed;
        private @Nullable Newest last;

        Looks(ChangeFeed feed) {
            this.feed = feed;
        }

        @Override
        public Runnable listen(Runnable changed) {
            return () -> { };
        }

        @Override
        public Optional<Newest> newest() {
            Newest before = last;
            last = before == null ? feed.newest() : null;
            return Optional.ofNullable(before == null ? last : before);
        }
    }

    /** A strategy, and what becomes of it without the rules about choices and new dots. */
    private final class Unruly implements ConflictPolicy {

        private final ConflictStrategy strategy;

        Unruly(ConflictStrategy strategy) {
            this.strategy = strategy;
        }

        @Override
        public String label() {
            return strategy.label();
        }

        @Override
        public Decision decide(Revision local, Revision remote) {
            Decision decision = rules.contains(Rule.CHOICE) ? strategy.decide(local, remote)
                    : strategy.decide(plain(local), plain(remote));
            rows.kept = null;
            if (!rules.contains(Rule.MINT) && decision instanceof Decision.Keep keep) {
                Revision winner = keep.side() == Decision.Side.LOCAL ? local : remote;
                Revision loser = winner == local ? remote : local;
                rows.kept = Version.LATEST.compare(winner.version(), loser.version()) < 0 ? winner.version() : null;
            }
            return decision;
        }

        private static Revision plain(Revision revision) {
            Version version = revision.version();
            return revision.with(new Version(version.dot(), version.context(), version.hlc()));
        }
    }

    /** What a node knows, if it did not know that it forgets. */
    private record Unforgetting(KnowledgeStore store) implements KnowledgeStore {
        @Override
        public Map<Kind, Knowledge> learnt(Collection<Kind> kinds) {
            return store.learnt(kinds);
        }

        @Override
        public void raise(Map<Kind, Knowledge> learnt) {
            store.raise(learnt);
        }

        @Override
        public int forgetUnnamed(Kind kind) {
            return store.forgetUnnamed(kind);
        }

        @Override
        public Map<Kind, Long> forgotten(Collection<Kind> kinds) {
            return Map.of();
        }
    }

    private Actor incarnated() {
        return new Actor(name + ".aaaaaa" + (char) ('a' + incarnation / 26) + (char) ('a' + incarnation++ % 26));
    }
}
