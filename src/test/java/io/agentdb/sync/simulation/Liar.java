package io.agentdb.sync.simulation;


import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.conversation.OpenRequest;
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
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
/**
 * Somebody in the mesh whose token connects and lets it write no skills, which is what all others exchange. Each step
 * is one request to one node, in its own name or another node's; whatever is answered, it has said all that it wanted
 * to.
 */
final class Liar {

    /** What a token lets it do. */
    private static final List<Permissions> TOKENS = List.of(new Permissions(Set.of(), Set.of()),
            new Permissions(Set.of(Kind.SKILLS), Set.of()),
            new Permissions(Set.of(Kind.EPISODES), Set.of(Kind.EPISODES)),
                    new Permissions(Set.copyOf(Kind.ALL), Set.of(Kind.EPISODES, Kind.EDGES)));

    private final SimulatedMesh mesh;
    private final Random random;
    private final Lies lies;

    Liar(SimulatedMesh mesh, long seed) {
        this.mesh = mesh;
        this.random = new Random(seed);
        this.lies = new Lies(mesh, random);
    }

    /** @return what it has done, for the schedule */
    String lie() {
        SimulatedNode victim = lies.pick(mesh.nodes);
        SimulatedNode other = lies.pick(mesh.nodes);
        Permissions token = victim.heeds(Rule.PERMITTED) ? lies.pick(TOKENS) : Permissions.ALL;
        Actor name = other == victim || random.nextBoolean() ? Lies.LIAR : other.actor();
        List<Message> said = said(victim);
        try {
            Deque<Message> later = new ArrayDeque<>(said.subList(1, said.size()));
            OpenRequest steps = victim.serve(said.get(0), new End(name, victim.actor(), token, later));
            while (steps.next()) {
                // Until it has said everything.
            }
            return "liar as " + name + " to " + victim.name + ": " + said.get(0);
        } catch (SyncException | NothingMore refused) {
            return "liar as " + name + " to " + victim.name + ": " + said.get(0) + ", " + refused.getMessage();
        }
    }

    private List<Message> said(SimulatedNode victim) {
        Map<Kind, Knowledge> everything = Map.of(Kind.SKILLS, lies.everything());
        List<Kind> kinds = lies.pick(List.of(List.<Kind>of(), List.of(Kind.EPISODES), List.of(Kind.SKILLS)));
        return switch (random.nextInt(6)) {
            case 0 -> List.of(new PushRequest(kinds, Selection.ALL), new PushEnd(everything));
            case 1 -> List.of(new PushRequest(kinds, Selection.ALL),
                    new Batch(Kind.SKILLS, List.of(lies.grave(victim))), new PushEnd());
            case 2 -> List.of(new ClaimRequest(kinds), new Claims(
                    Kind.SKILLS, List.of(new Claim(lies.skill(victim), Lies.dot()))), new ClaimEnd());
            // Everything that there is, it has read; and knows, without asking for anything.
            case 3 -> List.of(new PullRequest(Map.of(Kind.SKILLS, Lies.end(victim)), Selection.ALL, 0));
            case 4 -> List.of(new PullRequest(Map.of(Kind.SKILLS, Cursor.start(victim.actor())), Selection.ALL, 0,
                    Map.of(Kind.SKILLS, lies.everything().without(Set.of(victim.actor()))), List.of(Kind.SKILLS)));
            default -> List.of(new PullRequest(Map.of(), Selection.ALL, 0, everything, List.of()));
        };
    }

    /** It has ended the stream. */
    private static final class NothingMore extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The victim's end of the stream. */
    private static final class End extends SimulatedEnd {

        @Override
        public boolean ready() {
            return true;
        }


        private final Session introduced;
        private final Deque<Message> lies;

        End(Actor name, Actor victim, Permissions token, Deque<Message> lies) {
            this.introduced = new Session("liar", name, victim, Set.of(), "nowhere", Duration.ZERO,
                    new Caller("token", token));
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
