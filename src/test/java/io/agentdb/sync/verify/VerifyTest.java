package io.agentdb.sync.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.protocol.Exchange;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.Message.DigestAnswer;
import io.agentdb.sync.protocol.Message.DigestQuery;
import io.agentdb.sync.protocol.Message.ItemsAnswer;
import io.agentdb.sync.protocol.Message.ItemsQuery;
import io.agentdb.sync.protocol.Message.VerifyEnd;
import io.agentdb.sync.protocol.Message.VerifyRequest;
import io.agentdb.sync.protocol.ProtocolException;
import io.agentdb.sync.protocol.RequestHandler;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.Loopback;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.digest.IdRange;
import io.agentdb.sync.replica.digest.RangeDigest;
import io.agentdb.sync.replica.digest.RangeDigests;
import io.agentdb.sync.replica.digest.RecordDigest;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncState;
import io.agentdb.sync.verify.Difference.Divergence;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Write;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two whole nodes that compare their memories over real QUIC. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class VerifyTest {

    private static final int MANY = 5_000;
    private static final String NOTHING = "0".repeat(32);

    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        a = TestNode.start("a", "agentdb.client.max-retries=0");
        b = TestNode.start("b");
        a.jdbc().update("insert into episodes (session_id, task, input) select 'old', 'task ' || i, repeat('x', i %"
                + " 500)" + " from generate_series(1, ?) i", MANY);
    }

    @BeforeEach
    void equal() {
        for (TestNode node : List.of(a, b)) {
            node.jdbc().update("delete from episodes where session_id <> 'old'");
            node.jdbc().update("delete from skills");
            node.jdbc().update("delete from edges");
        }
        assertThat(a.sync(b).errors()).isEmpty();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void equalMemories_takeFewRoundTripsAndKilobytes() throws Exception {
        a.jdbc().update("insert into skills (name) select 'skill ' || i from generate_series(1, 300) i");
        a.sync(b);
        VerifyReport report = verify(false);
        assertThat(report.equal()).isTrue();
        assertThat(report.roundTrips()).isLessThanOrEqualTo(3);
        assertThat(report.wireBytes()).isBetween(1L, 1024L);
        assertThat(report.kinds()).extracting(VerifyReport.OfKind::kind, VerifyReport.OfKind::here,
                VerifyReport.OfKind::there)
                .containsExactly(tuple("episodes", (long) MANY, (long) MANY), tuple("skills", 300L, 300L),
                        tuple("edges", 0L, 0L));
        assertThat(report.differing()).isEmpty();
        assertThat(report.advice()).isEmpty();
    }

    @Test
    void differences_areNamed() throws Exception {
        UUID changed = some(1).get(0);
        b.jdbc().update("update episodes set critique = 'new' where id = ?", changed);
        UUID mine = a.episode("mine");
        UUID theirs = b.episode("theirs");
        b.jdbc().update("insert into skills (name) values ('fib')");
        VerifyReport report = verify(false);
        assertThat(report.equal()).isFalse();
        assertThat(report.differing()).extracting(Difference::id, Difference::difference, Difference::repaired)
                .contains(tuple(changed, Divergence.VERSIONS_DIFFER, null), tuple(mine, Divergence.ONLY_HERE, null),
                        tuple(theirs, Divergence.ONLY_THERE, null)).hasSize(4);
        assertThat(report.kinds()).extracting(VerifyReport.OfKind::onlyHere, VerifyReport.OfKind::onlyThere,
                VerifyReport.OfKind::versionsDiffer).containsExactly(
                tuple(1L, 1L, 1L), tuple(0L, 1L, 0L), tuple(0L, 0L, 0L));
        assertThat(report.advice()).singleElement().asString().contains("repair=true");
        assertThat(a.digests()).as("nothing is exchanged").isNotEqualTo(b.digests());
    }

    @Test
    void repair_exchangesJustThose() throws Exception {
        List<UUID> chosen = some(4);
        a.jdbc().update("update episodes set critique = 'by a' where id = ?", chosen.get(0));
        b.jdbc().update("update episodes set critique = 'by b' where id = ?", chosen.get(1));
        a.jdbc().update("update episodes set critique = 'by a, first' where id = ?", chosen.get(2));
        b.jdbc().update("update episodes set critique = 'by b, last' where id = ?", chosen.get(2));
        UUID mine = a.episode("mine");
        UUID gone = a.episode("that b deletes");
        a.sync(b);
        a.jdbc().update("update episodes set critique = 'again by a' where id = ?", chosen.get(0));
        b.jdbc().update("update episodes set critique = 'again by b' where id = ?", chosen.get(1));
        a.jdbc().update("update episodes set critique = 'both, a first' where id = ?", chosen.get(2));
        b.jdbc().update("update episodes set critique = 'both, b last' where id = ?", chosen.get(2));
        b.jdbc().update("delete from episodes where id = ?", gone);
        a.jdbc().update("delete from episodes where id = ?", mine);
        UUID theirs = b.episode("theirs");
        VerifyReport report = verify(true);
        assertThat(report.equal()).isTrue();
        assertThat(report.differing()).extracting(Difference::id, Difference::repaired).containsExactlyInAnyOrder(
                tuple(chosen.get(0), true), tuple(chosen.get(1), true), tuple(chosen.get(2), true), tuple(mine, true),
                tuple(gone, true), tuple(theirs, true));
        assertThat(report.kinds().get(0).repaired()).isEqualTo(6);
        assertThat(report.wireBytes()).isLessThan(40_000);
        assertThat(a.digests()).isEqualTo(b.digests());
        assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, chosen.get(2)))
                .isEqualTo("both, b last");
        assertThat(a.jdbc().queryForObject("select count(*) from episodes where id in (?, ?)", Integer.class, mine,
                gone)).isZero();
        assertThat(verify(false).equal()).isTrue();
    }

    @Test
    void repair_isCountedUnderThePeersName_asASyncIs() throws Exception {
        Peer known = a.peer(b);
        Peer neighbour = new Peer(new PeerName("neighbour"), known.address(), null, known.fingerprint(), Kind.ALL,
                Selection.ALL,
                null, Peer.Origin.API);
        a.episode("mine");
        b.episode("theirs");
        double underItsNode = exchanged("b");
        assertThat(a.bean(Verifier.class).verify(neighbour, null, true).orElseThrow().equal()).isTrue();
        assertThat(exchanged("neighbour")).isEqualTo(2);
        assertThat(exchanged("b")).isEqualTo(underItsNode);
    }

    @Test
    void thousandsThatOneSideHasAlone_areExchanged() throws Exception {
        b.jdbc().update("insert into episodes (session_id, task) select 'new', 'task ' || i from generate_series(1,"
                + " 2500) i");
        // Their ids are spread over all that there are, and half of them are negative numbers to Java.
        a.jdbc().update("insert into skills (name) select 'a ' || i from generate_series(1, 150) i");
        b.jdbc().update("insert into skills (name) select 'b ' || i from generate_series(1, 150) i");
        VerifyReport named = verify(false);
        assertThat(named.kinds().get(0).onlyThere()).isEqualTo(2_500);
        assertThat(named.kinds().get(1)).matches(skills -> skills.onlyHere() == 150 && skills.onlyThere() == 150);
        assertThat(named.differing()).hasSize(1_000);
        assertThat(verify(true).equal()).isTrue();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    @Test
    void damagedRecord_isNamedNotRepaired() throws Exception {
        UUID damaged = some(1).get(0);
        String before = a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, damaged);
        pastTheTriggers(b, "update episodes set critique = 'never written' where id = '" + damaged + "'");
        VerifyReport report = verify(true);
        assertThat(report.equal()).isFalse();
        assertThat(report.differing()).extracting(Difference::id, Difference::difference, Difference::repaired)
                .containsExactly(tuple(damaged, Divergence.DAMAGED, false));
        assertThat(report.advice()).singleElement().asString()
                .contains("1 records are damaged", "write the right content");
        assertThat(a.jdbc().queryForObject("select critique from episodes where id = ?", String.class, damaged))
                .isEqualTo(before);
        // As the advice says.
        b.jdbc().update("update episodes set critique = ? where id = ?", before, damaged);
        a.sync(b);
        assertThat(verify(false).equal()).isTrue();
    }

    @Test
    void recordThatWasLostBehindTheTriggers_isRepaired() throws Exception {
        UUID lost = some(1).get(0);
        pastTheTriggers(b, "delete from episodes where id = '" + lost + "'");
        a.sync(b);
        assertThat(b.digests()).as("a sync does not see it").isNotEqualTo(a.digests());
        assertThat(verify(true).equal()).isTrue();
        assertThat(b.digests()).isEqualTo(a.digests());
    }

    @Test
    void bytesGrowWithTheDifference() throws Exception {
        long none = verify(false).wireBytes();
        a.jdbc().update("update episodes set critique = clock_timestamp()::text where id = ?", some(1).get(0));
        long one = verify(false).wireBytes();
        some(50).forEach(id -> a.jdbc().update("update episodes set critique = clock_timestamp()::text where id = ?",
                id));
        long fifty = verify(false).wireBytes();
        assertThat(one).isBetween(none + 1, 8_192L);
        assertThat(fifty).isBetween(one * 4, one * 50);
    }

    @Test
    void inSyncAsOf_isTheLastTimeBothWereKnownToBeEqual() throws Exception {
        Instant before = Instant.now();
        assertThat(a.sync(b).success()).isTrue();
        Instant synced = inSyncAsOf();
        assertThat(synced).isBetween(before, Instant.now());
        a.sync(a.peer(b), new RunOptions(List.of(Kind.SKILLS), null, null, null));
        a.sync(a.peer(b), new RunOptions(null, new Selection(null, "s", null, null, null, null), null, null));
        assertThat(inSyncAsOf()).isEqualTo(synced);
        assertThat(verify(false).equal()).isTrue();
        assertThat(inSyncAsOf()).isAfter(synced);
        b.episode("unknown to a");
        assertThat(verify(false).equal()).isFalse();
        assertThat(inSyncAsOf()).isNull();
        assertThat(verify(true).equal()).isTrue();
        assertThat(inSyncAsOf()).isNotNull();
    }

    @Test
    void inSyncAsOf_isNotLaterThanAnOpenTransaction_thatHoldsBackTheFeed() throws Exception {
        try (Connection writer = a.jdbc().getDataSource().getConnection(); Statement statement =
                writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into episodes (session_id, task) values ('s', 'not committed yet')");
            Instant begun = Instant.now();
            a.episode("committed, and above the fence");
            assertThat(a.sync(b).success()).isTrue();
            assertThat(inSyncAsOf()).isBeforeOrEqualTo(begun);
            writer.rollback();
        }
    }

    @Test
    void inSyncAsOf_isNotLaterThanAnOpenTransactionOfThePeer() throws Exception {
        try (Connection writer = b.jdbc().getDataSource().getConnection(); Statement statement =
                writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into episodes (session_id, task) values ('s', 'not committed yet')");
            Instant begun = Instant.now();
            b.episode("committed, and above the fence");
            assertThat(a.sync(b).success()).isTrue();
            assertThat(inSyncAsOf()).isBeforeOrEqualTo(begun);
            writer.rollback();
        }
    }

    @Test
    void inSyncAsOf_staysWhereAConflictThatWasMetOnAnotherNodeIsOpen() throws Exception {
        assertThat(a.sync(b).success()).isTrue();
        Instant synced = inSyncAsOf();
        a.jdbc().update("insert into skills (name, description) values ('open', 'of a')");
        b.jdbc().update("insert into skills (name, description) values ('open', 'of b')");
        a.sync(a.peer(b), new RunOptions(null, null, ConflictStrategy.MANUAL, null));
        a.jdbc().update("update conflicts set peer_node = 'c'");
        assertThat(a.sync(b).success()).isTrue();
        assertThat(inSyncAsOf()).isEqualTo(synced);
    }

    @Test
    void inSyncAsOf_staysWhereThePeerHasSetSomethingAside_untilAComparison() throws Exception {
        assertThat(a.sync(b).success()).isTrue();
        Instant synced = inSyncAsOf();
        b.jdbc().execute("alter table episodes add constraint strict check (task <> 'poison')");
        UUID poison = a.episode("poison");
        assertThat(a.sync(b).itemsQuarantined()).isEqualTo(1);
        assertThat(a.sync(b).itemsQuarantined()).as("it is not sent again").isZero();
        assertThat(inSyncAsOf()).isEqualTo(synced);
        a.jdbc().update("delete from episodes where id = ?", poison);
        assertThat(a.sync(b).success()).isTrue();
        assertThat(inSyncAsOf()).isEqualTo(synced);
        assertThat(verify(false).equal()).isTrue();
        assertThat(a.sync(b).success()).isTrue();
        assertThat(inSyncAsOf()).isAfter(synced);
    }

    @Test
    void peerWithFilters_isNotCompared() throws Exception {
        Peer whole = a.peer(b);
        a.bean(Peers.class).save(new Peer(new PeerName("filtered"), whole.address(), null, whole.fingerprint(),
                Kind.ALL,
                new Selection(null, "s", null, null, null, null), null, Peer.Origin.API), Map.of("sessionId", "s"));
        a.jdbc().update("insert into episodes (session_id, task) values ('private', 'not for b')");
        assertThat(post("/peers/filtered/verify?repair=true", "")).matches(refused -> refused.statusCode() == 409
                && refused.body().contains("gets a selection of the records only"));
    }

    @Test
    void verify_overHttp_namesWhatIsWrong() throws Exception {
        a.bean(Peers.class).save(a.peer(b), null);
        HttpResponse<String> answer = post("/peers/b/verify?repair=true", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"equal\":true", "\"repair\":true", "\"roundTrips\":3", "\"wireBytes\":");
        assertThat(post("/peers/b/verify", "{\"kinds\": [\"skills\"]}").body()).contains("\"skills\"")
                .doesNotContain("episodes");
        assertThat(get("/status")).contains("\"inSyncAsOf\":\"20");
        assertThat(post("/peers/nobody/verify", "")).matches(missing -> missing.statusCode() == 404
                && missing.body().contains("there is no peer 'nobody'"));
        assertThat(post("/peers/b/verify", "{\"kinds\": [\"dreams\"]}")).matches(wrong -> wrong.statusCode() == 400
                && wrong.body().contains("unknown kind 'dreams'"));
        a.bean(Peers.class).save(new Peer(new PeerName("nowhere"), new HostPort("127.0.0.1", 1), null, null,
                Kind.ALL, Selection.ALL,
                null, Peer.Origin.API), null);
        assertThat(post("/peers/nowhere/verify", "")).matches(failed -> failed.statusCode() == 502
                && failed.body().contains("verifying with nowhere failed"));
    }

    @Test
    void peerWhoseDigestsNeverMatchItsRecords_isNamed() {
        liar(new RangeDigest(MANY, NOTHING), ranges -> {
            List<RecordDigest> items = a.bean(RangeDigests.class).items(Kind.EPISODES, ranges, Limits.ITEMS);
            return new ItemsAnswer(items, items.size() == Limits.ITEMS);
        }, "digest of the range of episodes from", "does not match the records that it lists");
    }

    @Test
    void peerThatListsWhatItWasNotAskedFor_isNamed() {
        RecordDigest first = new RecordDigest(new UUID(0, 1), new Write(new Actor("x.aaaaaaaa"), 1), NOTHING);
        RecordDigest second = new RecordDigest(new UUID(0, 2), new Write(new Actor("x.aaaaaaaa"), 1), NOTHING);
        liar(new RangeDigest(2, NOTHING), ranges -> new ItemsAnswer(List.of(second, first), false),
                "not in the order of ids at " + first.id());
        liar(new RangeDigest(2, NOTHING), ranges -> new ItemsAnswer(List.of(), true),
                "says that there is more, and has nothing");
        // After its first page only what comes then is asked for.
        liar(new RangeDigest(2, NOTHING), ranges -> new ItemsAnswer(List.of(first, second), true),
                first.id() + ", which was not asked for");
    }

    /** Has a compare itself with a server that gives every range this digest. */
    private void liar(RangeDigest digest, Function<List<IdRange>, ItemsAnswer> items, String... reason) {
        try (Loopback loopback = new Loopback()) {
            QuicServer server = loopback.server(new RequestHandler<VerifyRequest>() {
                @Override
                public Class<VerifyRequest> request() {
                    return VerifyRequest.class;
                }

                @Override
                public void handle(VerifyRequest request, Exchange exchange) {
                    for (Message message = exchange.receive(); !(message instanceof VerifyEnd);
                            message = exchange.receive()) {
                        exchange.send(message instanceof ItemsQuery query ? items.apply(query.ranges())
                                : new DigestAnswer(((DigestQuery) message).ranges().stream().map(range -> digest)
                                        .toList()));
                    }
                }
            });
            Peer peer = new Peer(new PeerName("liar"), new HostPort("127.0.0.1", server.port()), null,
                    server.status().fingerprint(),
                    List.of(Kind.EPISODES), Selection.ALL, null, Peer.Origin.API);
            assertThatThrownBy(() -> a.bean(Verifier.class).verify(peer, null, true))
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContainingAll(reason);
        }
    }

    /** Records that a has sent and applied, by the label of its metrics. */
    private double exchanged(String peer) {
        return a.bean(MeterRegistry.class).find("agentdb.sync.records").tag("peer", peer).counters().stream()
                .filter(counter -> List.of("sent", "applied").contains(counter.getId().getTag("outcome")))
                .mapToDouble(Counter::count).sum();
    }

    private VerifyReport verify(boolean repair) throws InterruptedException {
        return a.bean(Verifier.class).verify(a.peer(b), null, repair).orElseThrow();
    }

    private Instant inSyncAsOf() {
        return a.bean(SyncState.class).all().stream().filter(row -> row.peer().equals("b")).findFirst().orElseThrow()
                .inSyncAsOf();
    }

    private List<UUID> some(int count) {
        return a.jdbc().queryForList("select id from episodes where session_id = 'old' order by md5(id::text) limit ?",
                UUID.class, count);
    }

    private static void pastTheTriggers(TestNode node, String sql) throws Exception {
        try (Connection connection = node.jdbc().getDataSource().getConnection(); Statement statement =
                connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local agentdb.applying = 'on'");
            assertThat(statement.executeUpdate(sql)).isEqualTo(1);
            connection.commit();
        }
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(a.url(path)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(a.url(path))).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }
}
