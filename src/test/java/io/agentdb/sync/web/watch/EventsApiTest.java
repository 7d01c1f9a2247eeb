package io.agentdb.sync.web.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.SyncCoordinator;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.peers.Peers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.jdbc.PgConnection;

/** The stream of what changes, over real HTTP. */
@Timeout(120)
class EventsApiTest {

    private record Event(String name, String data) { }

    /** What comes from there, as a browser takes it. */
    private static final class Listening implements AutoCloseable {

        private final BufferedReader lines;

        Listening(InputStream stream) {
            lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        }

        /** The next one; null if the node has ended the stream. */
        Event next() throws IOException {
            String name = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length());
                } else if (line.startsWith("data:")) {
                    return new Event(name, line.substring("data:".length()));
                }
            }
            return null;
        }

        Event next(String name) throws IOException {
            Event event = next();
            while (event != null && !event.name().equals(name)) {
                event = next();
            }
            return event;
        }

        @Override
        public void close() {
            try {
                lines.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start("watched");
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void everythingComesAtFirst_andThenWhatChanges() throws Exception {
        try (Listening listening = listen()) {
            Map<String, String> first = new HashMap<>();
            while (first.size() < 5) {
                Event event = listening.next();
                first.put(event.name(), event.data());
            }
            assertThat(first).containsOnlyKeys("status", "peers", "runs", "conflicts", "database");
            assertThat(JsonPath.<String>read(first.get("status"), "$.nodeId")).isEqualTo("watched");
            assertThat(JsonPath.<Integer>read(first.get("conflicts"), "$.open.skills")).isZero();
            assertThat(JsonPath.<Boolean>read(first.get("database"), "$.answers")).isTrue();
            node.episode("one more");
            assertThat(JsonPath.<Integer>read(listening.next("status").data(), "$.records.episodes")).isEqualTo(1);
            conflict();
            Event changed = listening.next();
            assertThat(changed.name()).isEqualTo("conflicts");
            assertThat(JsonPath.<Integer>read(changed.data(), "$.open.skills")).isEqualTo(1);
        }
    }

    @Test
    void aRun_isInTheStream_untilItsEnd() throws Exception {
        try (TestNode other = TestNode.start("other"); Listening listening = listen()) {
            listening.next("runs");
            assertThat(node.sync(other).success()).isTrue();
            String runs = listening.next("runs").data();
            while (JsonPath.<List<?>>read(runs, "$[?(@.state=='SUCCEEDED')]").isEmpty()) {
                runs = listening.next("runs").data();
            }
            assertThat(JsonPath.<List<String>>read(runs, "$[*].peer")).containsExactly("other");
        }
    }

    @Test
    void transactionThatHoldsTheFeedBack_isNamed_inStatusAndStream() throws Exception {
        try (Connection writer = node.jdbc().getDataSource().getConnection(); Listening listening = listen()) {
            writer.setAutoCommit(false);
            writer.createStatement().execute("select pg_current_xact_id() -- left open");
            int pid = writer.unwrap(PgConnection.class).getBackendPID();
            String status = http.send(HttpRequest.newBuilder(URI.create(node.url("/status"))).build(),
                    BodyHandlers.ofString()).body();
            assertThat(JsonPath.<String>read(status, "$.feed.heldBackBy")).startsWith("process " + pid + " of ");
            assertThat(JsonPath.<Map<String, Object>>read(status, "$.feed.holder")).containsEntry("pid", pid)
                    .containsEntry("state", "idle in transaction")
                    .containsEntry("query", "select pg_current_xact_id() -- left open").containsKeys("user", "database",
                            "client", "application", "since");
            String told = listening.next("status").data();
            while (!told.contains("left open")) {
                told = listening.next("status").data();
            }
            assertThat(JsonPath.<Integer>read(told, "$.heldBackForSeconds")).isGreaterThanOrEqualTo(2);
            writer.rollback();
            while (told.contains("left open")) {
                told = listening.next("status").data();
            }
            assertThat(JsonPath.<Integer>read(told, "$.heldBackForSeconds")).isZero();
        }
    }

    @Test
    void pausedPeer_isToldOf_andSoIsThePauseOfAll() throws Exception {
        try (TestNode other = TestNode.start("other"); Listening listening = listen()) {
            node.bean(Peers.class).save(node.peer(other), null);
            listening.next("peers");
            node.bean(SyncCoordinator.class).pause(node.peer(other).name(), Duration.ofMinutes(30), "olga");
            String peers = listening.next("peers").data();
            while (!peers.contains("paused")) {
                peers = listening.next("peers").data();
            }
            assertThat(JsonPath.<Map<String, Object>>read(peers, "$[0].paused")).containsEntry("by", "one")
                    .containsEntry("who", "olga").containsKeys("since", "until");
            node.bean(SyncCoordinator.class).pauseAll(null, "omar");
            String status = listening.next("status").data();
            while (!status.contains("pausedAll")) {
                status = listening.next("status").data();
            }
            assertThat(JsonPath.<Map<String, Object>>read(status, "$.pausedAll")).containsEntry("who", "omar");
        }
    }

    @Test
    void oneLookASecond_servesAllWhoListen_programsAndPages_andNoneIsTakenWithoutThem() throws Exception {
        Snapshots snapshots = node.bean(Snapshots.class);
        NodeStream stream = node.bean(NodeStream.class);
        stream.tell();
        assertThat(snapshots.looks()).as("while nobody listens").isZero();
        long start = System.nanoTime();
        List<Listening> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(listen());
            all.add(listen("/ui/events"));
        }
        for (Listening one : all) {
            assertThat(one.next()).isNotNull();
        }
        conflict();
        for (int i = 0; i < all.size(); i += 2) {
            assertThat(JsonPath.<Integer>read(all.get(i).next("conflicts").data(), "$.open.skills")).isNotNull();
        }
        for (int i = 0; i < 3; i++) {
            all.get(1).next("versions");
        }
        assertThat(snapshots.looks()).isBetween(1L, 2 + Duration.ofNanos(System.nanoTime() - start).toSeconds());
        all.forEach(Listening::close);
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            // Who has gone is noticed by telling it something.
            conflict();
            return stream.listeners() == 0;
        });
        long before = snapshots.looks();
        stream.tell();
        assertThat(snapshots.looks()).as("when all have gone").isEqualTo(before);
    }

    @Test
    void hundredListen_thenNobodyElse_untilOneHasGone() throws Exception {
        List<Listening> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(listen());
        }
        HttpResponse<InputStream> refused = ask();
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        all.remove(0).close();
        HttpResponse<InputStream> answer = ask();
        while (answer.statusCode() == 429) {
            // Who has gone is noticed by telling it something.
            conflict();
            answer = ask();
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        all.add(new Listening(answer.body()));
        all.forEach(Listening::close);
    }

    @Test
    void nodeThatStops_endsItsStreams_andWaitsForNone() throws Exception {
        Listening listening = listen();
        listening.next("database");
        long start = System.nanoTime();
        node.close();
        Event last = listening.next();
        while (last != null) {
            last = listening.next();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    private Listening listen() throws IOException, InterruptedException {
        return listen("/events");
    }

    private Listening listen(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = ask(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("text/event-stream"));
        return new Listening(answer.body());
    }

    private HttpResponse<InputStream> ask() throws IOException, InterruptedException {
        return ask("/events");
    }

    private HttpResponse<InputStream> ask(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(node.url(path))).build(), BodyHandlers.ofInputStream());
    }

    /** One more that waits for a person. */
    private void conflict() {
        String version = "{\"actor\": \"elsewhere.abcdefgh\", \"counter\": 1, \"xid\": 1}";
        node.jdbc().update("insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote,"
                + " remote_actor, remote_counter, remote_xid) values ('skills', ?, 'elsewhere', 'manual', 'open',"
                + " ?::jsonb, ?::jsonb, 'elsewhere.abcdefgh', 1, 1)", UUID.randomUUID(), version, version);
    }
}
