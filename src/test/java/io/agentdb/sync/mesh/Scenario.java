package io.agentdb.sync.mesh;

import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.mesh.MarkedWrites.Change;
import io.agentdb.sync.mesh.Mesh.Link;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.Phase;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.simulation.SimulatedMesh.Topology;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One random schedule on whole nodes: writes in transactions that overlap with runs, the same records everywhere, runs
 * from both ends at once, partitions, rebindings, restarts and broken database connections in mid-run, mixed
 * strategies. Then everything heals, and what must be true is looked at.
 */
final class Scenario {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEPS = 50;
    private static final int BULK = 60;
    /** Subjects that everybody writes. */
    private static final int HOT = 4;
    private static final int RUNS_AT_ONCE = 4;
    /**
     * A run that waits for a lock that the schedule holds, or over a link that is cut, is left to itself after this.
     */
    private static final Duration SHORTLY = Duration.ofMillis(200);

    private static final List<Change> CHANGES = List.of(
            Change.PUT, Change.PUT, Change.PUT, Change.UPDATE, Change.DELETE);
    private static final List<Phase> PHASES = List.of(
            Phase.DETECTING, Phase.PUSHING, Phase.PULLING, Phase.RESOLVING, Phase.COMPLETED);

    private record Running(Link link, SyncRun run) { }

    private record Intent(Subject subject, Change change, String marker) { }

    private final Mesh mesh;
    private final Random random;
    private final List<ConflictStrategy> strategies;
    private final List<TestNode> nodes;
    private final List<Link> links;
    private final String prefix;
    private final List<String> schedule = new ArrayList<>();
    private final List<Subject> subjects = new ArrayList<>();
    private final List<MarkedWrites> held = new ArrayList<>();
    private final List<Running> running = new ArrayList<>();
    private final Ledger ledger = new Ledger();
    private final Map<String, Integer> outcomes = new HashMap<>();
    private final long began = System.nanoTime();
    private int markers;

    Scenario(Mesh mesh, Topology topology, long seed, List<ConflictStrategy> strategies) {
        this.mesh = mesh;
        this.random = new Random(seed);
        this.strategies = strategies;
        this.nodes = mesh.nodes(topology);
        this.links = mesh.links(topology);
        this.prefix = "s" + seed + ".";
        for (int i = 0; i < HOT; i++) {
            subjects.add(i % 2 == 0 ? Subject.skill(prefix + "skill" + i)
                    : Subject.edge(prefix + "edge" + i, uuid(), uuid()));
        }
        schedule.add(nodes.size() + " nodes, " + topology + ", " + strategies);
    }

    /** @return what is wrong in the end; empty if nothing is */
    List<String> play() throws SQLException, InterruptedException {
        // In every second schedule: it takes seconds.
        int restartAt = random.nextInt(2 * STEPS);
        for (int step = 0; step < STEPS; step++) {
            if (step == restartAt) {
                restart();
            } else {
                act();
            }
        }
        heal();
        int rounds = new Settling(nodes, links, mesh, this::strategy, this::say).untilQuiet();
        List<String> wrong = ledger.complaints(nodes);
        nodes.stream().filter(node -> count(node, "quarantine") > 0)
                .forEach(node -> wrong.add("in quarantine on " + nodes.indexOf(node)));
        say("quiet after " + rounds + " rounds; " + ledger.size() + " writes, runs: " + outcomes);
        return wrong;
    }

    List<String> schedule() {
        return schedule;
    }

    private void act() throws SQLException, InterruptedException {
        int chance = random.nextInt(100);
        if (chance < 36) {
            write(anyNode());
        } else if (chance < 44) {
            hold(anyNode());
        } else if (chance < 52) {
            release();
        } else if (chance < 80) {
            Link link = anyLink();
            sync(link);
            if (random.nextInt(3) == 0) {
                sync(link.back());
            }
        } else if (chance < 86) {
            say("wait");
            reap(SHORTLY);
        } else if (chance < 89) {
            Link link = anyLink();
            say("partition " + link);
            mesh.partition(link);
        } else if (chance < 95) {
            say("heal all");
            mesh.heal();
        } else if (chance < 98) {
            Link link = anyLink();
            say("rebind " + link);
            mesh.rebind(link);
        } else {
            int node = anyNode();
            say("break the database connections of " + node + ": " + mesh.breakDatabase(node));
        }
    }

    /** A transaction that ends at once. */
    private void write(int node) throws SQLException {
        MarkedWrites writes = new MarkedWrites(node, nodes.get(node), false);
        int count = random.nextInt(20) == 0 ? BULK : 1 + random.nextInt(3);
        if (fill(writes, count)) {
            say("  and commits");
            ledger.acknowledged(writes.commit());
        }
        writes.close();
    }

    private void hold(int node) throws SQLException {
        MarkedWrites writes = new MarkedWrites(node, nodes.get(node), random.nextInt(4) == 0);
        if (fill(writes, 1 + random.nextInt(3))) {
            say("  and holds on");
            held.add(writes);
        } else {
            writes.close();
        }
    }

    /** @return whether all of it is written */
    private boolean fill(MarkedWrites writes, int count) throws SQLException {
        // Drawn before anything is written: how writing ends is not the seed's to say.
        List<Intent> intents = Stream.generate(() -> intent(count == BULK)).limit(count).toList();
        for (Intent intent : intents) {
            String what = writes.node() + ": " + intent.change() + " " + intent.subject().name() + " as "
                    + intent.marker() + ": ";
            try {
                String done = writes.write(intent.subject(), intent.change(), intent.marker());
                if (count < BULK) {
                    say(what + (done.isEmpty() ? "not here" : done));
                }
            } catch (MarkedWrites.Refused e) {
                say(what + "locked, all is rolled back");
                return false;
            }
        }
        if (count == BULK) {
            say(writes.node() + ": " + count + " new ones from " + intents.get(0).subject().name() + " on");
        }
        return true;
    }

    private Intent intent(boolean bulk) {
        String marker = prefix + "w" + markers++;
        if (bulk || random.nextInt(6) == 0) {
            Subject fresh = Subject.episode(prefix + "e" + subjects.size(), uuid());
            subjects.add(fresh);
            return new Intent(fresh, Change.PUT, marker);
        }
        int which = random.nextInt(random.nextInt(4) > 0 ? HOT : subjects.size());
        return new Intent(subjects.get(which), CHANGES.get(random.nextInt(CHANGES.size())), marker);
    }

    private void release() throws SQLException {
        boolean commit = random.nextInt(5) > 0;
        int which = random.nextInt(1_000);
        if (!held.isEmpty()) {
            end(held.remove(which % held.size()), commit);
        }
    }

    private void releaseAll() throws SQLException {
        while (!held.isEmpty()) {
            end(held.remove(0), true);
        }
    }

    private void end(MarkedWrites writes, boolean commit) throws SQLException {
        say(writes.node() + (commit ? " commits" : " rolls back") + " what it held");
        if (commit) {
            ledger.acknowledged(writes.commit());
        }
        writes.close();
    }

    private void sync(Link link) throws InterruptedException {
        List<Kind> kinds = random.nextInt(6) == 0 ? List.of(Kind.ALL.get(random.nextInt(Kind.ALL.size()))) : null;
        RunOptions options = new RunOptions(kinds, null, strategy(), 1 + random.nextInt(40));
        Phase phase = PHASES.get(random.nextInt(PHASES.size()));
        reap(running.size() >= RUNS_AT_ONCE ? SHORTLY : Duration.ZERO);
        if (running.stream().anyMatch(one -> one.link().equals(link))) {
            say("sync " + link + ": one is under way");
        } else {
            say("sync " + link + " with " + options.strategy() + ", " + (kinds == null ? "all" : kinds) + " by "
                    + options.batchSize() + ", at " + phase + ":");
            Running started = new Running(link, mesh.start(link, options));
            running.add(started);
            underWay(started, phase);
        }
    }

    /** Waits until it has come that far: otherwise the next steps would all be over before a run has begun. */
    private void underWay(Running one, Phase phase) throws InterruptedException {
        CountDownLatch there = new CountDownLatch(1);
        one.run().watch(progress -> {
            if (progress.phase().compareTo(phase) >= 0) {
                there.countDown();
            }
        }, report -> there.countDown());
        if (!there.await(SHORTLY.toMillis(), TimeUnit.MILLISECONDS)) {
            say("  which does not come to " + phase + " soon");
        }
    }

    /** While runs from and to it are under way. */
    private void restart() throws SQLException, InterruptedException {
        Link link = anyLink();
        sync(link);
        sync(link.back());
        // A run that waits for a lock of ours would only hold up the restart.
        releaseAll();
        say("restart " + link.to());
        nodes.get(link.to()).restart();
        // What had not begun there has gone with the process.
        running.removeIf(one -> one.link().from() == link.to() && one.run().report() == null);
    }

    /** Notes how runs have ended; waits for each of them up to that. */
    private void reap(Duration patience) throws InterruptedException {
        for (Iterator<Running> all = running.iterator(); all.hasNext(); ) {
            Running one = all.next();
            Optional<SyncReport> report = one.run().await(patience);
            if (report.isPresent()) {
                outcomes.merge(report.get().success() ? "succeeded" : "failed", 1, Integer::sum);
                say("  " + one.link() + ": " + Settling.outcome(report.get()));
                all.remove();
            }
        }
    }

    private void heal() throws SQLException, InterruptedException {
        mesh.heal();
        releaseAll();
        reap(PATIENCE);
        if (!running.isEmpty()) {
            throw new AssertionError("runs do not end: " + running.stream()
                    .map(one -> one.link() + " " + one.run().history()).toList());
        }
    }

    private static int count(TestNode node, String table) {
        return node.jdbc().queryForObject("select count(*) from " + table, Integer.class);
    }

    private int anyNode() {
        return random.nextInt(nodes.size());
    }

    private Link anyLink() {
        return links.get(random.nextInt(links.size()));
    }

    private ConflictStrategy strategy() {
        return strategies.get(random.nextInt(strategies.size()));
    }

    /** Of version 7, as an episode's has to be. */
    private UUID uuid() {
        return new UUID(random.nextLong() & ~0xf000L | 0x7000L, random.nextLong() >>> 2 | Long.MIN_VALUE);
    }

    private void say(String what) {
        schedule.add((System.nanoTime() - began) / 1_000_000 + " ms  " + what);
    }
}
