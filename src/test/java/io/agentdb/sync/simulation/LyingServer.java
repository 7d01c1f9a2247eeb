package io.agentdb.sync.simulation;

import io.agentdb.sync.admission.Caller;
import io.agentdb.sync.admission.Permissions;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.ClaimDone;
import io.agentdb.sync.protocol.Message.ClaimEnd;
import io.agentdb.sync.protocol.Message.ClaimReady;
import io.agentdb.sync.protocol.Message.ClaimRequest;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushEnd;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerUnreachable;
import io.agentdb.sync.protocol.Session;
import io.agentdb.sync.protocol.SyncException;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.DatabaseWentBack;
import io.agentdb.sync.version.Actor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A peer that nodes dial, and that answers wrongly: it acknowledges what it never takes, tells more than it was asked
 * for, and says of others and of the node itself what cannot be so. What a node does ask it for, it may of course
 * write; so there it does not make up records.
 */
final class LyingServer {

    private static final String NAME = "liar";

    private final SimulatedMesh mesh;
    private final Random random;
    private final Lies lies;
    /** Whether it says as well that nodes have forgotten what they did. */
    private final boolean renewing;
    private final boolean renewals;
    /** The node whose name it says, if not its own. */
    private Actor name;
    private Map<Kind, Cursor> read;
    private Map<Kind, Knowledge> known;
    private long met;
    private List<Kind> missed;
    private List<Message> served;
    private Map<Kind, Cursor> reached;
    private Map<Kind, Knowledge> told;
    private List<Revision> unsent;

    LyingServer(Simulation simulation, long seed) {
        this.mesh = simulation.mesh;
        // What is drawn first hardly differs between neighbouring seeds.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.lies = new Lies(mesh, random);
        this.renewing = random.nextBoolean();
        this.renewals = renewing || simulation.restores;
        mesh.strangers.put(NAME, this::answer);
    }

    /** Has one node call it. @return what came of it, for the schedule */
    String lie() {
        SimulatedNode victim = lies.pick(mesh.nodes);
        SimulatedNode other = lies.pick(mesh.nodes);
        name = other == victim || random.nextInt(4) > 0 ? Lies.LIAR : other.actor();
        prepare();
        boolean everything = random.nextBoolean();
        String about = everything ? ofTheNode(victim) : beyondWhatWasAsked(victim);
        Kind kind = everything || !victim.heeds(Rule.ASKED) || random.nextBoolean() ? Kind.SKILLS : Kind.EPISODES;
        Selection selection = everything || !victim.heeds(Rule.ASKED) || kind == Kind.EPISODES ? Selection.ALL
                : new Selection(null, null, null, null, List.of("tagged by nobody"), null);
        String what = victim.name + " calls a liar that says it is " + name + ", about " + kind + ": " + about;
        try {
            victim.sync(NAME, kind, selection, 1 + random.nextInt(3));
            return what;
        } catch (SyncException | DatabaseWentBack refused) {
            return what + ", " + refused.getMessage();
        }
    }

    private void prepare() {
        read = new HashMap<>();
        known = new HashMap<>();
        met = 0;
        missed = new ArrayList<>();
        served = new ArrayList<>();
        reached = new HashMap<>();
        told = new HashMap<>();
        unsent = new ArrayList<>();
    }

    /** Where it was asked for skills: what no peer can know, or may say of itself only. */
    private String ofTheNode(SimulatedNode victim) {
        switch (random.nextInt(9)) {
            case 0 -> {
                known.put(Kind.SKILLS, Knowledge.of(Map.of(victim.actor(), victim.rows.horizon())));
                return "it has all that there is";
            }
            case 1 -> {
                read.put(Kind.SKILLS, Lies.end(victim));
                return "it has read all that there is";
            }
            case 2 -> {
                served.add(new Batch(Kind.SKILLS, List.of(lies.incredible(victim, renewals)), end(name)));
                return "the node's own future";
            }
            case 3 -> {
                told.put(Kind.SKILLS, Knowledge.of(Map.of(victim.actor(), Lies.FOR_EVER, name, Lies.FOR_EVER)));
                return "the node has got its own writes from it";
            }
            case 4 -> {
                missed.add(Kind.SKILLS);
                return "the node has missed deletions";
            }
            case 5 -> {
                reached.put(Kind.SKILLS, end(lies.pick(mesh.nodes).actor()));
                return "the node has read somebody's feed to the end";
            }
            case 6 -> {
                unsent.add(lies.planted());
                return "it was sent what it was not";
            }
            case 7 -> {
                return theFuture(victim);
            }
            default -> {
                return "it takes what it is sent";
            }
        }
    }

    /** If at all then rarely, since the node believes it, and takes another name. */
    private String theFuture(SimulatedNode victim) {
        switch (renewing ? random.nextInt(30) : 30) {
            case 0 -> known.put(Kind.SKILLS, lies.everything());
            case 1 -> met = 1_000;
            case 2 -> read.put(Kind.SKILLS, end(victim.actor()));
            default -> {
                return "nothing but that it takes what it is sent";
            }
        }
        return "the node has forgotten that they have met";
    }

    /** Where it was asked for episodes, or for few skills. */
    private String beyondWhatWasAsked(SimulatedNode victim) {
        switch (random.nextInt(6)) {
            case 0 -> served.add(new Batch(Kind.SKILLS, List.of(lies.planted()), new Cursor(name, 7, new UUID(0, 0))));
            case 1 -> {
                told.put(Kind.SKILLS, lies.everything());
                return "the node knows everything";
            }
            case 2 -> {
                reached.put(Kind.SKILLS, end(name));
                return "the node has read all skills";
            }
            case 3 -> served.add(new Claims(Kind.SKILLS, List.of(new Claim(lies.skill(victim), Lies.dot()))));
            case 4 -> missed.add(Kind.SKILLS);
            default -> unsent.add(lies.planted());
        }
        return "skills that were not asked for";
    }

    private Exchange answer(SimulatedNode client) {
        if (!name.equals(Lies.LIAR) && client.heeds(Rule.ANSWERING)) {
            throw new PeerUnreachable(PeerUnreachable.Reason.NOT_TRUSTED, NAME + " says now that it is " + name, null);
        }
        return new End(new Session("liar", name, client.actor(), Set.of(), "nowhere", Duration.ZERO,
                new Caller(client.name, Permissions.ALL)));
    }

    private List<Message> answers(Message message) {
        if (message instanceof PushRequest) {
            return List.of(new PushReady(read, known, met));
        }
        if (message instanceof Batch batch) {
            return List.of(new BatchAck(batch.records().size(), 0, 0, unsent, false));
        }
        if (message instanceof PullRequest) {
            List<Message> all = new ArrayList<>(List.of(new PullStart(Map.of(), missed)));
            all.addAll(served);
            all.add(new PullEnd(reached, told, Duration.ZERO));
            return all;
        }
        return message instanceof PushEnd ? List.of(new PushDone())
                : message instanceof ClaimRequest ? List.of(new ClaimReady(Map.of(Kind.SKILLS, lies.everything())))
                : message instanceof ClaimEnd ? List.of(new ClaimDone(1_000)) : List.of();
    }

    private static Cursor end(Actor feed) {
        return new Cursor(feed, Lies.FOR_EVER, new UUID(0, 0));
    }

    /** The node's end of the stream. */
    private final class End extends SimulatedEnd {

        @Override
        public boolean ready() {
            return true;
        }


        private final Session introduced;
        private final Deque<Message> answers = new ArrayDeque<>();

        End(Session introduced) {
            this.introduced = introduced;
        }

        @Override
        public Session session() {
            return introduced;
        }

        @Override
        public void send(Message message) {
            answers.addAll(answers(message));
        }

        @Override
        public Message receive() {
            return poll().orElseThrow(() -> new OutcomeUnknown("it says nothing more", null));
        }

        @Override
        public Optional<Message> poll() {
            return Optional.ofNullable(answers.poll());
        }
    }
}
