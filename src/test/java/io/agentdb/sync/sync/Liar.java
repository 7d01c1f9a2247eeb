package io.agentdb.sync.sync;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.ClaimEnd;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.Claim;
import io.agentdb.sync.replica.Cursor;
import io.agentdb.sync.replica.Knowledge;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.replica.Selection;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Somebody in the mesh whose token connects and lets it write no skills, which is what all others exchange. Each step is one request to one
 * node, in its own name or another node's; whatever is answered, it has said all that it wanted to.
 */
final class Liar {

    /** What a token lets it do. */
    private static final List<Permissions> TOKENS = List.of(new Permissions(Set.of(), Set.of()),
            new Permissions(Set.of(Kind.SKILLS), Set.of()), new Permissions(Set.of(Kind.EPISODES), Set.of(Kind.EPISODES)),
            new Permissions(Set.copyOf(Kind.ALL), Set.of(Kind.EPISODES, Kind.EDGES)));
    private static final long FOR_EVER = 1L << 62;

    private final SimulatedMesh mesh;
    private final Random random;

    Liar(SimulatedMesh mesh, long seed) {
        this.mesh = mesh;
        this.random = new Random(seed);
    }

    /** @return what it has done, for the schedule */
    String lie() {
        SimulatedNode victim = pick(mesh.nodes);
        SimulatedNode other = pick(mesh.nodes);
        Permissions token = pick(TOKENS);
        Actor name = other == victim || random.nextBoolean() ? new Actor("liar.aaaaaaaa") : other.actor();
        List<Message> lies = lies(victim);
        try {
            Steps steps = victim.serve(lies.get(0), new End(name, victim.actor(), token, new ArrayDeque<>(lies.subList(1, lies.size()))));
            while (steps.next()) {
                // Until it has said everything.
            }
            return "liar as " + name + " to " + victim.name + ": " + lies.get(0);
        } catch (SyncException | NothingMore refused) {
            return "liar as " + name + " to " + victim.name + ": " + lies.get(0) + ", " + refused.getMessage();
        }
    }

    private List<Message> lies(SimulatedNode victim) {
        Map<Kind, Knowledge> everything = Map.of(Kind.SKILLS, everything());
        List<Kind> kinds = pick(List.of(List.<Kind>of(), List.of(Kind.EPISODES), List.of(Kind.SKILLS)));
        return switch (random.nextInt(6)) {
            case 0 -> List.of(new PushRequest(kinds, Selection.ALL), new PushEnd(everything));
            case 1 -> List.of(new PushRequest(kinds, Selection.ALL), new Batch(Kind.SKILLS, List.of(grave(victim)), null), new PushEnd());
            case 2 -> List.of(new ClaimRequest(kinds), new Claims(Kind.SKILLS, List.of(new Claim(skill(victim), dot()))), new ClaimEnd());
            // Everything that there is, it has read; and knows, without asking for anything.
            case 3 -> List.of(new PullRequest(Map.of(Kind.SKILLS, end(victim)), Selection.ALL, 0));
            case 4 -> List.of(new PullRequest(Map.of(Kind.SKILLS, Cursor.start(victim.actor())), Selection.ALL, 0,
                    Map.of(Kind.SKILLS, everything().without(Set.of(victim.actor()))), List.of(Kind.SKILLS)));
            default -> List.of(new PullRequest(Map.of(), Selection.ALL, 0, everything, List.of()));
        };
    }

    private Knowledge everything() {
        Map<Actor, Long> all = new HashMap<>(Map.of(new Actor("nobody.aaaaaaaa"), FOR_EVER));
        mesh.nodes.forEach(node -> all.put(node.actor(), FOR_EVER));
        return Knowledge.of(all);
    }

    /** A deletion from the far future, which knows everything. */
    private Revision grave(SimulatedNode victim) {
        VersionVector seen = VersionVector.of(dot());
        for (SimulatedNode node : mesh.nodes) {
            seen = seen.with(new Dot(node.actor(), 1_000, 1_000));
        }
        return new Revision(Kind.SKILLS, skill(victim), new Version(dot(), seen, Hlc.at(Instant.ofEpochMilli(mesh.now))), null);
    }

    private static Dot dot() {
        return new Dot(new Actor("liar.aaaaaaaa"), 1_000_000, 1);
    }

    private UUID skill(SimulatedNode victim) {
        List<UUID> ids = victim.rows.sorted().stream().map(row -> row.revision().id()).toList();
        return ids.isEmpty() ? Stamping.id("r0") : pick(ids);
    }

    private static Cursor end(SimulatedNode victim) {
        return new Cursor(victim.actor(), victim.rows.horizon() - 1, new UUID(-1, -1));
    }

    private <T> T pick(List<T> some) {
        return some.get(random.nextInt(some.size()));
    }

    /** It has ended the stream. */
    private static final class NothingMore extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The victim's end of the stream. */
    private static final class End extends SimulatedEnd {

        private final Session introduced;
        private final Deque<Message> lies;

        End(Actor name, Actor victim, Permissions token, Deque<Message> lies) {
            this.introduced = new Session("liar", name.nodeId(), name, victim, Set.of(), "nowhere", Duration.ZERO, new Caller("token", token));
            this.lies = lies;
        }

        @Override
        public Session session() {
            return introduced;
        }

        @Override
        public void send(Message message) {
            // Nobody listens.
        }

        @Override
        public Message receive() {
            if (lies.isEmpty()) {
                throw new NothingMore();
            }
            return lies.remove();
        }

        @Override
        public Optional<Message> poll() {
            return Optional.ofNullable(lies.poll());
        }
    }
}
