package io.agentdb.sync.simulation;


import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** What can be said about nodes that is not so. */
final class Lies {

    static final Actor LIAR = new Actor("liar.aaaaaaaa");
    static final long FOR_EVER = 1L << 62;
    private static final String NEVER_WRITTEN = "never written";

    private final SimulatedMesh mesh;
    private final Random random;

    Lies(SimulatedMesh mesh, Random random) {
        this.mesh = mesh;
        this.random = random;
    }

    Knowledge everything() {
        Map<Actor, Long> all = new HashMap<>(Map.of(new Actor("nobody.aaaaaaaa"), FOR_EVER));
        mesh.nodes.forEach(node -> all.put(node.actor(), FOR_EVER));
        return Knowledge.of(all);
    }

    /** A deletion that knows everything. */
    Revision grave(SimulatedNode victim) {
        VersionVector seen = VersionVector.of(dot());
        for (SimulatedNode node : mesh.nodes) {
            seen = seen.with(new Dot(node.actor(), 1_000, 1_000));
        }
        return new Revision(Kind.SKILLS, skill(victim), new Version(dot(), seen, now()), null);
    }

    /** A record that nobody has made. */
    Revision planted() {
        return new Revision(Kind.SKILLS, Stamping.id(NEVER_WRITTEN), new Version(dot(), VersionVector.of(dot()), now()),
                Stamping.skill(NEVER_WRITTEN, "", 0, List.of(NEVER_WRITTEN)));
    }

    /**
     * One of the victim's records, as nobody has written it: of years ahead, or as if by the victim, or known to its
     * future.
     *
     * @param renewals whether the victim may become another: what claims the future of an actor that it has given up
     *     can be true
     */
    Revision incredible(SimulatedNode victim, boolean renewals) {
        List<MemoryRows.Row> live = victim.rows.sorted().stream().filter(row -> !row.revision().deleted()).toList();
        Revision past = live.isEmpty() ? planted() : pick(live).revision();
        Dot future = new Dot(victim.actor(), 1_000_000, 1);
        Version version = switch (random.nextInt(renewals ? 1 : 3)) {
            case 1 -> new Version(future, past.version().context().with(future), now());
            case 2 -> new Version(dot(), past.version().context().with(dot()).with(future), now());
            default -> new Version(dot(), VersionVector.of(dot()), now() + (Duration.ofDays(3_000).toMillis() << 16));
        };
        String name = (String) past.content().get(0);
        return new Revision(Kind.SKILLS, past.id(), version, Stamping.skill(name, "", 0, List.of(NEVER_WRITTEN)));
    }

    static Dot dot() {
        return new Dot(LIAR, 1_000_000, 1);
    }

    UUID skill(SimulatedNode victim) {
        List<UUID> ids = victim.rows.sorted().stream().map(row -> row.revision().id()).toList();
        return ids.isEmpty() ? Stamping.id("r0") : pick(ids);
    }

    static Cursor end(SimulatedNode victim) {
        return new Cursor(victim.actor(), victim.rows.horizon() - 1, new UUID(-1, -1));
    }

    <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    private long now() {
        return Hlc.at(Instant.ofEpochMilli(mesh.now));
    }
}
