package io.agentdb.sync.simulation;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.simulation.SimulatedMesh.Link;
import io.agentdb.sync.simulation.SimulatedMesh.Topology;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Hlc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One random schedule: writes in overlapping transactions, deletes, runs that break at any message, late duplicates,
 * partitions, databases that go back in time in every way, skewed clocks, mixed strategies, tombstones dropped. Then
 * everything heals, and what must be true is looked at. The seed decides everything.
 */
final class Simulation {

    private static final List<List<ConflictStrategy>> STRATEGIES = List.of(List.of(ConflictStrategy.LATEST_WINS),
            List.of(ConflictStrategy.MERGE), List.of(ConflictStrategy.MERGE), List.of(ConflictStrategy.LOCAL_WINS),
            List.of(ConflictStrategy.REMOTE_WINS),
            List.of(ConflictStrategy.LATEST_WINS, ConflictStrategy.MERGE, ConflictStrategy.LOCAL_WINS,
                    ConflictStrategy.REMOTE_WINS),
            List.of(ConflictStrategy.MANUAL, ConflictStrategy.LATEST_WINS), List.of(ConflictStrategy.values()));
    private static final List<Duration> SKEWS = List.of(
            Duration.ZERO, Duration.ZERO, Duration.ofMillis(50), Duration.ofMillis(-50), Duration.ofHours(3),
                    Duration.ofHours(-3));
    private static final long RETENTION = Duration.ofHours(12).toMillis();
    private static final String POISON = "poison";
    /** Content that no node can encode. */
    static final String HUGE = "huge";

    private final Random random;
    /** In which way a database goes back: apart, so that seeds that have found something keep their schedules. */
    private final Random how;
    /** Of its own: what it decides leaves the other schedules, by whose seeds the rules are shown, as they are. */
    private final Random trouble;
    /** Of its own for the same reason. */
    private final Random living;
    /** Whether nodes tell each other between runs what is new. */
    private final boolean live;
    /** Of its own for the same reason. */
    private final Random ways;
    /** Whether some runs go in one direction alone. */
    private final boolean oneWay;
    /** Whether databases refuse records for a while, and some can be sent to nobody. */
    private final boolean troubled;
    final SimulatedMesh mesh;
    private final List<String> schedule = new ArrayList<>();
    final List<String> names = new ArrayList<>();
    private final boolean merging;
    private final boolean deletes;
    final boolean restores;
    /** How likely another run begins between two messages of one. */
    private final double overlap;
    private final Truth truth = new Truth();
    private final Map<String, Map<Long, List<Runnable>>> uncommitted = new HashMap<>();
    private final Map<String, Backup> backups = new HashMap<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private int marked;
    private boolean quiet;
    /** Whose data directory was put back, and which actor nobody has noticed that of yet. */
    private SimulatedNode putBack;
    private Actor unnoticed;
    private int wentBack;
    private boolean nested;

    /** @param restores how many databases had gone back before */
    private record Backup(MemoryRows rows, MemoryLedger ledger, Truth.Known known, int restores) { }

    private record Delivery(List<Revision> batch, BatchOrigin from, SimulatedNode to) { }

    private Link current;
    /** What each does between two steps, in words. */
    final List<Supplier<String>> liars = new ArrayList<>();

    Simulation(long seed, Set<Rule> rules) {
        this.random = new Random(seed);
        this.how = new Random(~seed);
        this.trouble = new Random(seed ^ 0x5EED);
        this.troubled = trouble.nextInt(4) == 0;
        this.living = new Random(seed ^ 0x11FE);
        this.live = living.nextInt(3) == 0;
        this.ways = new Random(seed ^ 0x1A4);
        this.oneWay = ways.nextInt(4) == 0;
        Topology topology = Topology.values()[random.nextInt(Topology.values().length)];
        List<ConflictStrategy> strategies = pick(STRATEGIES);
        this.merging = strategies.equals(List.of(ConflictStrategy.MERGE));
        this.deletes = random.nextInt(4) > 0;
        this.restores = random.nextInt(3) == 0;
        this.overlap = random.nextInt(5) == 0 ? 0.5 : 0.05;
        int count = topology == Topology.PAIR ? 2 : 2 + random.nextInt(4);
        this.mesh = new SimulatedMesh(count, topology, rules, () -> pick(strategies), () -> pick(SKEWS));
        for (int i = random.nextInt(5); i >= 0; i--) {
            names.add("r" + i);
        }
        mesh.weather = this::weather;
        mesh.nodes.forEach(node -> node.writersEnd = () -> node.rows.open()
                .forEach(transaction -> commit(node, transaction)));
        mesh.nodes.get(0).rows.poison = POISON;
        say(seed + ": " + count + " nodes, " + topology + ", "
                + mesh.nodes.stream().map(node -> node.strategy.label()).toList());
    }

    /** @return what is wrong in the end; null if nothing is */
    String run() {
        int steps = 20 + random.nextInt(100);
        for (int step = 0; step < steps; step++) {
            mesh.now += random.nextInt(4);
            act();
            if (live && living.nextInt(2) == 0) {
                live();
            }
            liars.forEach(liar -> say(liar.get()));
        }
        String wrong = heal();
        return wrong != null ? wrong : restores || mesh.topology() == Topology.STAR ? null : comeBack();
    }

    List<String> schedule() {
        return schedule;
    }

    private void act() {
        double chance = random.nextDouble();
        SimulatedNode node = pick(mesh.nodes);
        if (chance < 0.45) {
            write(node);
        } else if (chance < 0.58) {
            end(node);
        } else if (chance < 0.61) {
            backup(node);
        } else if (chance < 0.64) {
            restore(node);
        } else if (chance < 0.67) {
            // Kept for longer than clocks may differ: otherwise a record that is made anew may seem older than its
            // deletion.
            mesh.now += RETENTION;
            say("drop tombstones of " + node.name);
            node.ledger.dropTombstones(Hlc.at(Instant.ofEpochMilli(mesh.now - RETENTION)));
        } else if (chance < 0.70 && !deliveries.isEmpty()) {
            Delivery late = pick(deliveries);
            say("deliver again from " + late.from().actor() + " to " + late.to().name);
            try {
                late.to().deliver(late.batch(), late.from());
            } catch (OutcomeUnknown locked) {
                say("  but it is locked");
            }
        } else {
            sync(pick(mesh.links));
        }
    }

    private void sync(Link link) {
        RunDirection direction = oneWay && !quiet ? RunDirection.values()[ways.nextInt(3)] : RunDirection.BOTH;
        say((direction == RunDirection.BOTH ? "sync " : direction.label() + " ") + link.from().name + " > "
                + link.to().name);
        current = link;
        boolean done = mesh.sync(link, direction, 1 + random.nextInt(3));
        if (!done) {
            say("  broke off");
        }
    }

    private void live() {
        Link link = mesh.links.get(living.nextInt(mesh.links.size()));
        boolean pulling = living.nextBoolean();
        say("live " + (pulling ? "pull " : "push ") + link.from().name + " > " + link.to().name);
        current = link;
        if (!mesh.live(link, pulling, 1 + living.nextInt(3))) {
            say("  ended");
        }
    }

    private void weather(SimulatedNode from, SimulatedNode to, Message message) {
        if (message instanceof Message.Batch batch && !batch.records().isEmpty()) {
            deliveries.add(new Delivery(batch.records(), new BatchOrigin(from.nodeId(), from.actor()), to));
            if (deliveries.size() > 20) {
                deliveries.remove(0);
            }
        }
        if (troubled && trouble.nextInt(10) == 0) {
            // A constraint comes or goes, on any node.
            SimulatedNode node = mesh.nodes.get(trouble.nextInt(mesh.nodes.size()));
            node.rows.poison = node.rows.poison == null && !quiet ? POISON : null;
            mesh.nodes.get(trouble.nextInt(mesh.nodes.size())).retry();
        }
        double chance = random.nextDouble();
        if (chance > 1 - overlap && !nested) {
            runMeanwhile(pick(mesh.links));
        }
        if (quiet) {
            return;
        }
        if (chance < 0.04) {
            throw new OutcomeUnknown("the network broke", null);
        }
        if (chance < 0.12) {
            SimulatedNode node = pick(mesh.nodes);
            if (random.nextBoolean()) {
                write(node);
            } else {
                end(node);
            }
        }
    }

    /**
     * Others synchronize at the same time, also in the other direction; only one node's runs with one peer follow each
     * other.
     */
    private void runMeanwhile(Link other) {
        Link outer = current;
        if (!other.equals(outer)) {
            nested = true;
            sync(other);
            nested = false;
            current = outer;
        }
    }

    private void write(SimulatedNode node) {
        List<Long> open = node.rows.open();
        long transaction = !open.isEmpty() && random.nextBoolean() ? pick(open) : node.rows.begin();
        write(node, transaction, pick(names));
        if (random.nextBoolean()) {
            commit(node, transaction);
        }
    }

    private void write(SimulatedNode node, long transaction, String name) {
        UUID id = Stamping.id(name);
        if (!node.rows.lockedByOther(transaction, id)) {
            Revision past = node.rows.seenIn(transaction, id);
            boolean live = past != null && !past.deleted();
            List<String> had = live ? Stamping.tags(past.content()) : List.of();
            if (live && deletes && random.nextInt(7) == 0) {
                say(node.name + " deletes " + name + " in " + transaction);
                node.rows.write(transaction, id, null);
                if (node == putBack && unnoticed()) {
                    truth.doubt(name);
                }
                later(node, transaction, () -> truth.deleted(past, node));
            } else {
                String mark = "w" + marked++;
                long uses = live ? (Long) past.content().get(Stamping.USES) : 0;
                int more = random.nextInt(2);
                List<String> tags = Stream.concat(had.stream(), Stream.of(mark)).sorted().toList();
                String code = random.nextInt(60) == 0 && mesh.nodes.size() > 2 ? POISON : mark;
                code = quiet ? mark : troubled && trouble.nextInt(12) == 0 ? trouble.nextBoolean() ? HUGE : POISON
                        : code;
                say(node.name + " writes " + name + " " + mark + " in " + transaction
                        + (code.equals(mark) ? "" : ", " + code));
                node.rows.write(transaction, id, Stamping.skill(name, code, uses + more, tags));
                later(node, transaction, () -> truth.wrote(mark, name, node, more));
                if (node == putBack && unnoticed()) {
                    truth.doubt(name);
                }
            }
        }
    }

    private void end(SimulatedNode node) {
        List<Long> open = node.rows.open();
        if (!open.isEmpty()) {
            long transaction = pick(open);
            if (random.nextInt(8) == 0) {
                say(node.name + " rolls back " + transaction);
                abort(node, transaction);
            } else {
                commit(node, transaction);
            }
        }
    }

    private void abort(SimulatedNode node, long transaction) {
        node.rows.abort(transaction);
        uncommitted.getOrDefault(node.name, Map.of()).remove(transaction);
    }

    /** A transaction that has written that record, and is open. */
    long open(SimulatedNode node, String name) {
        long transaction = node.rows.begin();
        write(node, transaction, name);
        return transaction;
    }

    private void later(SimulatedNode node, long transaction, Runnable committed) {
        uncommitted.computeIfAbsent(node.name, name -> new TreeMap<>())
                .computeIfAbsent(transaction, key -> new ArrayList<>()).add(committed);
    }

    void commit(SimulatedNode node, long transaction) {
        say(node.name + " commits " + transaction);
        node.rows.commit(transaction);
        List<Runnable> done = uncommitted.getOrDefault(node.name, Map.of()).remove(transaction);
        if (done != null) {
            done.forEach(Runnable::run);
        }
    }

    private void backup(SimulatedNode node) {
        if (restores && node.rows.open().isEmpty()) {
            say("backup of " + node.name);
            MemoryRows rows = node.rows.backup();
            backups.put(node.name, new Backup(rows, node.ledger.backup(rows), truth.known(), wentBack));
        }
    }

    private void restore(SimulatedNode node) {
        if (restores && how.nextInt(4) == 0) {
            say("the database server of " + node.name + " starts again");
            node.rows.open().forEach(transaction -> abort(node, transaction));
            return;
        }
        Backup backup = backups.get(node.name);
        // Two that cannot tell at once may not find out (docs/consistency.md).
        if (backup != null && !unnoticed() && node.rows.open().isEmpty()) {
            boolean directory = (putBack == null ? random : how).nextBoolean() && (putBack != null || wentBack == 0);
            SimulatedNode.Way way = directory ? SimulatedNode.Way.DIRECTORY
                    : SimulatedNode.Way.values()[how.nextInt(3)];
            // Nor may one of an actor that was given up since, or where the only witnesses have gone back themselves.
            if (directory && (backup.restores() < wentBack || !backup.rows().actor.equals(node.actor()))) {
                return;
            }
            wentBack++;
            say("restore " + node.name + ", " + way);
            truth.wentBack(node, backup.known(), directory);
            node.restore(backup.rows(), backup.ledger(), way);
            if (directory) {
                putBack = node;
                unnoticed = node.actor();
            }
        }
    }

    private boolean unnoticed() {
        return putBack != null && putBack.actor().equals(unnoticed);
    }

    private String heal() {
        quiet = true;
        for (SimulatedNode node : mesh.nodes) {
            node.rows.poison = null;
            node.ledger.quarantined.removeIf(held -> held.source().actor().equals(Lies.LIAR));
            node.rows.open().forEach(transaction -> commit(node, transaction));
        }
        // Before anybody else overwrites what it has never seen.
        mesh.nodes.forEach(this::mend);
        String held = restores || trouble.nextInt(4) > 0 ? null : new HeldLock(this).heldUp();
        if (held != null) {
            return held;
        }
        for (int round = 0; round < 60; round++) {
            mesh.now += 10;
            everyLinkOnce(mesh.links);
            mesh.nodes.forEach(SimulatedNode::decide);
            if (round > 1 && converged(mesh.nodes)) {
                return checks();
            }
        }
        return "not equal after 60 rounds: " + states();
    }

    /** What could be sent to nobody is written again. */
    private void mend(SimulatedNode node) {
        for (MemoryRows.Row row : node.rows.sorted()) {
            Content content = row.revision().content();
            if (content != null && HUGE.equals(content.get(Stamping.CODE))) {
                long transaction = node.rows.begin();
                say(node.name + " mends " + content.get(0));
                node.rows.write(transaction, row.revision().id(), Stamping.skill((String) content.get(0), "mended",
                        (Long) content.get(Stamping.USES), Stamping.tags(content)));
                node.rows.commit(transaction);
            }
        }
    }

    void everyLinkOnce(List<Link> which) {
        List<Link> order = new ArrayList<>(which);
        Collections.shuffle(order, random);
        order.forEach(this::sync);
    }

    private String checks() {
        SimulatedNode first = mesh.nodes.get(0);
        return truth.check(state(first), first, mesh.nodes.stream().flatMap(node -> node.log().stream()).toList(),
                merging);
    }

    /** One node is away while the others delete everything and drop the tombstones; then it comes back. */
    private String comeBack() {
        SimulatedNode away = mesh.nodes.get(mesh.nodes.size() - 1);
        List<SimulatedNode> rest = mesh.nodes.subList(0, mesh.nodes.size() - 1);
        List<Link> near = mesh.links.stream().filter(link -> link.from() != away && link.to() != away).toList();
        say("all but " + away.name + " delete everything");
        SimulatedNode first = rest.get(0);
        long transaction = first.rows.begin();
        for (MemoryRows.Row row : first.rows.sorted()) {
            if (!row.revision().deleted()) {
                first.rows.write(transaction, row.revision().id(), null);
            }
        }
        first.rows.commit(transaction);
        for (int round = 0; round < 12; round++) {
            everyLinkOnce(near);
        }
        rest.forEach(node -> {
            node.ledger.retire(away.nodeId());
            node.ledger.dropTombstones(Long.MAX_VALUE, Long.MAX_VALUE);
        });
        if (rest.stream().anyMatch(node -> !state(node).isEmpty())) {
            return "the delete did not spread";
        }
        boolean amnesia = random.nextBoolean();
        if (amnesia) {
            away.ledger.forgetCursors();
        }
        int initiative = random.nextInt(3);
        say(away.name + " comes back" + (amnesia ? " without its cursors" : "") + ", initiative " + initiative);
        List<Link> some = mesh.links.stream().filter(link -> initiative == 0
                || (link.from() == away) == (initiative == 1)
                || link.from() != away && link.to() != away).toList();
        for (int round = 0; round < 12; round++) {
            everyLinkOnce(some);
        }
        return mesh.nodes.stream().anyMatch(node -> !state(node).isEmpty()) ? "deleted records are back: " + states()
                : null;
    }

    private boolean converged(List<SimulatedNode> nodes) {
        Set<UUID> inDoubt = nodes.stream().flatMap(node -> node.rows.sorted().stream()).map(MemoryRows.Row::revision)
                .filter(truth::inDoubt)
                .map(Revision::id).collect(Collectors.toSet());
        return nodes.stream().allMatch(node -> node.ledger.parked.isEmpty() && node.ledger.quarantined.isEmpty()
                && held(node, inDoubt).equals(held(nodes.get(0), inDoubt)));
    }

    /** Not only the contents: of two versions with one content, everybody holds the same one. */
    private static Map<UUID, Map<String, Content>> held(SimulatedNode node, Set<UUID> but) {
        Map<UUID, Map<String, Content>> held = new TreeMap<>();
        node.rows.sorted().stream().map(MemoryRows.Row::revision)
                .filter(one -> !one.deleted() && !but.contains(one.id()))
                .forEach(one -> held.put(one.id(), Map.of(one.version().dot().toString(), one.content())));
        return held;
    }

    private static Map<UUID, String> dots(SimulatedNode node) {
        Map<UUID, String> dots = new TreeMap<>();
        node.rows.sorted().stream().filter(row -> !row.revision().deleted())
                .forEach(row -> dots.put(row.revision().id(), row.revision().version().dot().toString()));
        return dots;
    }

    private String states() {
        Map<String, Content> first = state(mesh.nodes.get(0));
        return String.join("", mesh.nodes.stream().map(node -> "\n  " + node.name + " (" + node.actor() + ", dots "
                + dots(node).values() + ", waiting " + node.ledger.parked.size() + ", set aside "
                + node.ledger.quarantined + ") has " + node.rows.sorted().stream()
                .filter(row -> row.revision().deleted() || mesh.nodes.stream()
                        .anyMatch(other -> !state(other).equals(first))
                        && !row.revision().content().equals(first.get((String) row.revision().content().get(0)))
                                || node == mesh.nodes.get(0))
                .map(row -> (row.revision().deleted() ? "tombstone"
                        : row.revision().content().get(0) + "" + Stamping.tags(row.revision().content())) + " of "
                                + row.revision().version() + " at " + row.feedXid() + " via " + row.via()).toList())
                                        .toList());
    }

    private static Map<String, Content> state(SimulatedNode node) {
        Map<String, Content> state = new TreeMap<>();
        for (MemoryRows.Row row : node.rows.rows()) {
            if (!row.revision().deleted()) {
                state.put((String) row.revision().content().get(0), row.revision().content());
            }
        }
        return state;
    }

    <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    void say(String what) {
        schedule.add(what);
    }
}
