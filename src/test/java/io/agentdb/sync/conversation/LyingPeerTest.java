package io.agentdb.sync.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.Batch;
import io.agentdb.sync.protocol.Message.BatchAck;
import io.agentdb.sync.protocol.Message.Claims;
import io.agentdb.sync.protocol.Message.PullEnd;
import io.agentdb.sync.protocol.Message.PullRequest;
import io.agentdb.sync.protocol.Message.PullStart;
import io.agentdb.sync.protocol.Message.PushDone;
import io.agentdb.sync.protocol.Message.PushReady;
import io.agentdb.sync.protocol.Message.PushRequest;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A peer that speaks the protocol and lies: it is told why, our own data stays as it is, and honest records beside the
 * lie land.
 */
class LyingPeerTest {

    private static final Actor LIAR = new Actor("server.aaaaaaaa");
    private static TestNode node;

    /** Nobody is believed twice within an hour, which a process that was started again has forgotten. */
    private final String name = "liar-" + UUID.randomUUID();
    private final List<Revision> served = new ArrayList<>();
    private Cursor next = new Cursor(LIAR, 7, new UUID(0, 0));
    private Map<Kind, Knowledge> told = Map.of();
    private Map<Kind, Knowledge> known = Map.of();
    private final List<Message> unasked = new ArrayList<>();
    private final List<Revision> unsent = new ArrayList<>();
    private String refusal;
    private Selection selection = Selection.ALL;
    private long met;
    private UUID ours;

    @BeforeAll
    static void start() {
        node = TestNode.start("honest");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void empty() {
        node.jdbc().update("delete from quarantine");
        node.jdbc().update("delete from cursors");
        node.jdbc().update("delete from skills");
        node.jdbc().update("insert into skills (name, description) values ('ours', 'as we wrote it')");
        ours = Identity.skill("ours");
    }

    @Test
    void recordFromYearsAhead_isSetAside_asFutureClock() {
        long ahead = Hlc.at(Instant.now().plus(Duration.ofDays(3 * 365)));
        lie(ours, new Version(new Dot(LIAR, 1, 1), VersionVector.of(new Dot(LIAR, 1, 1)), ahead), "ours");
        assertSetAside("future-clock", "would win over everything until then");
    }

    @Test
    void recordThatClaimsOurActor_isSetAside() {
        Dot dot = new Dot(actor(), 1_000_000, 1);
        lie(ours, new Version(dot, VersionVector.of(dot), now()), "ours");
        assertSetAside("own-actor-from-future", "claims to be write 1000000 of this node");
    }

    @Test
    void contextThatKnowsOurFuture_isSetAside() {
        Dot dot = new Dot(LIAR, 1, 1);
        lie(ours, new Version(dot, VersionVector.of(dot).with(new Dot(actor(), 1_000_000, 1)), now()), "ours");
        assertSetAside("context-from-future", "claims to know write 1000000 of this node");
    }

    @Test
    void statisticsThatClaimWhatWeNeverCounted_areSetAside() {
        Dot dot = new Dot(LIAR, 1, 1);
        String tallies = ("{\"%s\": {\"n\": 4000000000, \"uses\": 0, \"success_rate\": [0, 0],"
                + " \"avg_reward\": [0, 0], \"avg_latency_ms\": [0, 0]}}").formatted(actor());
        served.add(new Revision(Kind.SKILLS, ours, new Version(dot, VersionVector.of(dot), now()),
                skill("ours", "a lie"), new History(null, tallies)));
        served.add(honest());
        assertSetAside("tallies-from-future", "has counted with write 4000000000, and it knows of none");
    }

    @Test
    void recordUnderAnotherRecordsId_isSetAside() {
        Dot dot = new Dot(LIAR, 1, 1);
        lie(UUID.randomUUID(), new Version(dot, VersionVector.of(dot), now()), "ours");
        assertSetAside("refused-by-database", "its content demands the id " + ours);
    }

    @Test
    void cursorOfSomeoneElsesFeed_isRefused_andNotStored() {
        next = new Cursor(actor(), 7, new UUID(0, 0));
        served.add(honest());
        SyncReport report = sync();
        assertThat(report.success()).isFalse();
        assertThat(report.errors()).singleElement().asString().contains("has become " + actor());
        assertThat(node.jdbc().queryForObject("select count(*) from cursors where direction = 'pull'", Integer.class))
                .isZero();
        assertOursIsUntouched();
    }

    @Test
    void knowledgeOfOurOwnWrites_isIgnored() {
        told = Map.of(Kind.SKILLS, Knowledge.of(Map.of(actor(), Long.MAX_VALUE, LIAR, 8L)));
        assertThat(sync().success()).isTrue();
        assertThat(node.jdbc().queryForList("select actor from knowledge", String.class))
                .doesNotContain(actor().name());
        assertOursIsUntouched();
    }

    @Test
    void knowledgeOfOurFuture_isTakenForARestore_once_andLosesNothing() {
        node.restart();
        Actor before = actor();
        known = Map.of(Kind.SKILLS, Knowledge.of(Map.of(before, Long.MAX_VALUE)));
        assertThat(sync().success()).as("of the new incarnation the liar claims nothing").isTrue();
        assertThat(actor()).isNotEqualTo(before);
        assertOursIsUntouched();
        try (TestNode friend = TestNode.start("friend")) {
            assertThat(node.sync(friend).success()).isTrue();
            assertThat(friend.digests()).isEqualTo(node.digests());
        }
    }

    @Test
    void answerThatWeNeverGave_isTakenForARestore_once_andLosesNothing() {
        node.restart();
        Actor before = actor();
        met = 1_000;
        served.add(honest());
        assertThat(sync().errors()).singleElement().asString().contains("has been answered by this node 1000 times");
        assertThat(actor()).isNotEqualTo(before);
        assertOursIsUntouched();
    }

    @Test
    void meetingThatNeverWas_isTakenForARestore_andLosesNothing() {
        node.restart();
        Actor before = actor();
        try (TestNode liar = TestNode.start("forgetful")) {
            assertThat(liar.sync(node).success()).isTrue();
            liar.jdbc().update("update meetings set begun = begun + 10, confirmed = confirmed + 10");
            assertThat(liar.sync(node).success()).isTrue();
            assertThat(actor()).isNotEqualTo(before);
            assertThat(liar.digests()).isEqualTo(node.digests());
        }
        assertOursIsUntouched();
    }

    @Test
    void recordsOfKindsThatWereNotAskedFor_areRefused_plantedOrBuried() {
        UUID mine = node.episode("ours");
        long counter = node.jdbc().queryForObject("select counter from episodes where id = ?", Long.class, mine);
        long xid = node.jdbc().queryForObject("select xid from episodes where id = ?", Long.class, mine);
        Dot dot = new Dot(LIAR, 1, 1);
        unasked.add(new Batch(Kind.EPISODES, List.of(new Revision(
                Kind.EPISODES, mine, new Version(dot, VersionVector.of(dot)
                .with(new Dot(actor(), counter, xid)), now()), null)), next));
        assertRefused("batch names episodes, which this request does not");
        unasked.set(0, new Claims(Kind.EPISODES, List.of(new Claim(mine, dot))));
        assertRefused("claims names episodes");
        assertThat(node.jdbc().queryForList("select id from episodes", UUID.class)).containsExactly(mine);
        node.jdbc().update("delete from episodes");
    }

    @Test
    void knowledgeAndCursorsOfKindsThatWereNotAskedFor_areRefused() {
        told = Map.of(Kind.EPISODES, Knowledge.of(Map.of(LIAR, 8L)));
        assertRefused("told names episodes");
        known = Map.of(Kind.EPISODES, Knowledge.of(Map.of(actor(), Long.MAX_VALUE)));
        Actor before = actor();
        assertRefused("push_ready.known names episodes");
        assertThat(actor()).as("nor is it a reason for another identity").isEqualTo(before);
        assertThat(node.jdbc().queryForObject("select count(*) from knowledge where kind = 'episodes'", Integer.class))
                .isZero();
    }

    @Test
    void recordThatDoesNotBelongToTheSelection_isRefused() {
        served.add(honest());
        selection = new Selection(null, null, null, null, List.of("asked"), null);
        assertRefused("does not belong to what it was asked for");
        assertThat(node.bean(NodeCounts.class).records(Kind.SKILLS)).isEqualTo(1);
    }

    @Test
    void answerWithRecordsThatWereNotSent_isRefused() {
        unsent.add(honest());
        assertRefused("which it was not sent");
        assertThat(node.bean(NodeCounts.class).records(Kind.SKILLS)).isEqualTo(1);
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void wordsOfThreeLines_forgeNoLineOfTheLog(CapturedOutput output) {
        refusal = "no\n23:59:59.999 INFO  agentdb.audit  changed by olga"
                + " path=/peers/b\u001b[2J\u009b1m\u202eevil\u2028end";
        assertThat(sync().errors()).singleElement().asString().contains("no?23:59:59.999", "?[2J?1m?evil?end");
        refusal = "x".repeat(10_000);
        assertThat(sync().errors()).singleElement().asString().hasSizeLessThan(5_000);
        assertThat(output.getAll().lines()).noneMatch(line -> line.startsWith("23:59:59.999"));
        assertThat(output.getAll()).contains("no?23:59:59.999")
                .doesNotContain("\u001b[2J", "\u009b", "\u202e", "\u2028");
    }

    private void assertRefused(String why) {
        SyncReport report = sync();
        assertThat(report.success()).isFalse();
        assertThat(report.errors()).singleElement().asString().contains(why);
        assertOursIsUntouched();
    }

    private void lie(UUID id, Version version, String name) {
        served.add(new Revision(Kind.SKILLS, id, version, skill(name, "a lie")));
        served.add(honest());
    }

    private void assertSetAside(String code, String reason) {
        SyncReport report = sync();
        assertThat(report.success()).isTrue();
        assertThat(report.itemsQuarantined()).isEqualTo(1);
        assertThat(node.jdbc().queryForObject("select code from quarantine", String.class)).isEqualTo(code);
        assertThat(node.jdbc().queryForObject("select reason from quarantine", String.class)).contains(reason);
        assertThat(node.jdbc().queryForObject("select description from skills where name = 'honest'", String.class))
                .isEqualTo("the truth");
        assertOursIsUntouched();
    }

    private void assertOursIsUntouched() {
        assertThat(node.jdbc().queryForObject("select description from skills where name = 'ours'", String.class))
                .isEqualTo("as we wrote it");
        assertThat(node.bean(NodeCounts.class).records(Kind.SKILLS)).isLessThanOrEqualTo(2);
    }

    private static Revision honest() {
        Dot dot = new Dot(LIAR, System.nanoTime(), 2);
        return new Revision(Kind.SKILLS, Identity.skill("honest"), new Version(dot, VersionVector.of(dot), now()),
                skill("honest", "the truth"));
    }

    private static Content skill(String name, String description) {
        Object[] values = new Object[Kind.SKILLS.columns().size()];
        values[Kind.SKILLS.indexOf("name")] = name;
        values[Kind.SKILLS.indexOf("description")] = description;
        values[Kind.SKILLS.indexOf("created_at")] = Instant.EPOCH;
        return new Content(Arrays.asList(values));
    }

    private static long now() {
        return Hlc.at(Instant.now());
    }

    private static Actor actor() {
        return node.bean(LocalNode.class).actor();
    }

    /** One that comes again with another lie, a moment later, costs no second pass over all records. */
    @Test
    void liar_whoIsBelievedOnce_isNotBelievedAgainAtOnce() {
        node.restart();
        met = 1_000;
        served.add(honest());
        sync();
        Actor once = actor();
        served.add(honest());
        met = 2_000;
        assertThat(sync().errors()).singleElement().asString().contains("has been answered by this node 2000 times");
        assertThat(actor()).isEqualTo(once);
        assertOursIsUntouched();
    }

    private SyncReport sync() {
        try (Loopback loopback = new Loopback()) {
            QuicServer server = loopback.server(new Taking(), new Serving());
            return node.sync(new Peer(new PeerName(name), new HostPort("127.0.0.1", server.port()), null,
                    server.status().fingerprint(), List.of(Kind.SKILLS), selection, null, Peer.Origin.API),
                            RunOptions.DEFAULT);
        }
    }

    private final class Serving implements RequestHandler<PullRequest> {
        @Override
        public Class<PullRequest> request() {
            return PullRequest.class;
        }

        @Override
        public void handle(PullRequest request, Exchange exchange) {
            exchange.send(new PullStart(Map.of(Kind.SKILLS, (long) served.size())));
            if (!served.isEmpty()) {
                exchange.send(new Batch(Kind.SKILLS, served, next));
            }
            unasked.forEach(exchange::send);
            exchange.send(new PullEnd(Map.of(Kind.SKILLS, next), told, Duration.ZERO));
        }
    }

    private final class Taking implements RequestHandler<PushRequest> {
        @Override
        public Class<PushRequest> request() {
            return PushRequest.class;
        }

        @Override
        public void handle(PushRequest request, Exchange exchange) {
            if (refusal != null) {
                throw new PeerRejected(ErrorCode.FORBIDDEN, refusal, Duration.ZERO);
            }
            exchange.send(new PushReady(Map.of(), known, met));
            for (Message message = exchange.receive(); message instanceof Batch batch; message = exchange.receive()) {
                exchange.send(new BatchAck(batch.records().size(), 0, 0, unsent, false));
            }
            exchange.send(new PushDone());
        }
    }
}
