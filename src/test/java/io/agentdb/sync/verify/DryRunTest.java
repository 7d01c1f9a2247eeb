package io.agentdb.sync.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import io.agentdb.sync.coordinator.DryRuns;
import io.agentdb.sync.coordinator.SyncRun;
import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.run.Forecast;
import io.agentdb.sync.run.RunDirection;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run would do, told without doing it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DryRunTest {

    private final HttpClient http = HttpClient.newHttpClient();
    private TestNode a;
    private TestNode b;

    @BeforeAll
    void start() {
        b = TestNode.start("b");
        a = TestNode.start("a", "agentdb.admin.open=false",
                "agentdb.admin.users[0].name=olga", "agentdb.admin.users[0].password=olgas",
                "agentdb.admin.users[0].role=operator", "agentdb.admin.users[1].name=victor",
                "agentdb.admin.users[1].password=victors", "agentdb.peers[0].name=b",
                "agentdb.peers[0].address=127.0.0.1:" + b.quicPort(), "agentdb.peers[0].fingerprint="
                        + b.bean(QuicServer.class).status().fingerprint());
    }

    @BeforeEach
    void different() {
        a.sync(b);
        List<UUID> shared = IntStream.range(0, 6).mapToObj(i -> a.episode("shared " + i)).toList();
        a.sync(b);
        for (int i = 0; i < 3; i++) {
            a.episode("of a");
        }
        b.episode("of b");
        b.jdbc().update("insert into skills (name) values (?)", "skill " + UUID.randomUUID());
        a.jdbc().update("update episodes set task = 'changed by a' where id = ?", shared.get(0));
        b.jdbc().update("update episodes set task = 'changed by b' where id = ?", shared.get(1));
        a.jdbc().update("update episodes set task = 'of a' where id = ?", shared.get(2));
        b.jdbc().update("update episodes set task = 'of b, too' where id = ?", shared.get(2));
        a.jdbc().update("delete from episodes where id = ?", shared.get(3));
        b.jdbc().update("delete from episodes where id = ?", shared.get(4));
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
    }

    @Test
    void dryRun_writesNothingOnEitherSide() throws Exception {
        Map<String, String> here = everything(a);
        Map<String, String> there = everything(b);
        SyncReport report = foreseen(RunOptions.DEFAULT);
        assertThat(report.errors()).isEmpty();
        assertThat(report.itemsPushed() + report.itemsPulled()).isZero();
        assertThat(everything(a)).isEqualTo(here);
        assertThat(everything(b)).isEqualTo(there);
    }

    @ParameterizedTest
    @EnumSource(RunDirection.class)
    void dryRun_saysWhatTheRunThenDoes(RunDirection direction) throws Exception {
        RunOptions options = new RunOptions(null, null, null, null, direction);
        List<Forecast> forecast = foreseen(options).forecast();
        assertThat(forecast).extracting(Forecast::kind).containsExactly("episodes", "skills", "edges");
        assertThat(forecast.get(0)).isEqualTo(new Forecast("episodes", direction.pushes() ? 5 : 0,
                direction.pulls() ? 3 : 0, direction.pushes() ? 1 : 0, direction.pulls() ? 1 : 0, 1, 0, 0));
        assertThat(forecast.get(1).pull()).isEqualTo(direction.pulls() ? 1 : 0);
        SyncReport done = a.sync(a.peer(b), options);
        assertThat(done.errors()).isEmpty();
        assertThat(done.conflictsDetected()).isEqualTo(1);
        long resolvedHere = direction == RunDirection.PUSH ? 0 : 1;
        assertThat(done.itemsPushed()).isEqualTo(sum(forecast, true));
        assertThat(done.itemsPulled()).isEqualTo(sum(forecast, false) + resolvedHere);
        assertThat(foreseen(options).forecast()).allSatisfy(left -> assertThat(left.push() + left.pull()).isZero());
    }

    @Test
    void dryRunOfASelection_countsWhatMatchesAlone() throws Exception {
        a.jdbc().update("insert into episodes (session_id, task) values ('chosen', 'one')");
        b.jdbc().update("insert into episodes (session_id, task) values ('chosen', 'other')");
        RunOptions options = new RunOptions(List.of(Kind.EPISODES),
                new Selection(null, "chosen", null, null, null, null), null, null);
        Forecast forecast = foreseen(options).forecast().get(0);
        assertThat(forecast.push()).as("one, and a deletion, which no filter keeps").isEqualTo(2);
        assertThat(forecast.pull()).as("the same").isEqualTo(2);
        assertThat(forecast.bothChanged()).isZero();
    }

    @Test
    void dryRunWithAPeerThatIsAway_isNoFailureOfThePeer() throws Exception {
        Map<String, String> here = everything(a);
        SyncRun run = a.bean(DryRuns.class).start(a.peer(b, 1), RunOptions.DEFAULT.dry());
        SyncReport report = run.await(Duration.ofSeconds(60)).orElseThrow();
        assertThat(report.success()).isFalse();
        assertThat(report.failure()).isEqualTo("unreachable");
        assertThat(everything(a)).isEqualTo(here);
    }

    @Test
    void viewer_mayPing_verifyWithoutRepair_andMakeADryRun_andNothingElse() throws Exception {
        assertThat(post("victor", "/peers/b/ping", null).statusCode()).isEqualTo(200);
        assertThat(post("victor", "/peers/b/verify", null).statusCode()).isEqualTo(200);
        HttpResponse<String> foreseen = post("victor", "/sync?wait=true", "{\"peer\": \"b\", \"dryRun\": true}");
        assertThat(foreseen.statusCode()).as(foreseen.body()).isEqualTo(200);
        assertThat(JsonPath.<Integer>read(foreseen.body(), "$.items[0].report.forecast[0].push")).isEqualTo(5);
        assertThat(JsonPath.<Boolean>read(foreseen.body(), "$.items[0].dryRun")).isTrue();
        for (String body : List.of("{\"peer\": \"b\"}", "{\"peer\": \"b\", \"dryRun\": false}", "{}")) {
            assertThat(post("victor", "/sync", body).statusCode()).as(body).isEqualTo(403);
        }
        assertThat(post("victor", "/sync", null).statusCode()).isEqualTo(403);
        assertThat(post("victor", "/peers/b/verify?repair=true", null).statusCode()).isEqualTo(403);
        assertThat(post("victor", "/peers/b/verify", "{\"repair\": true}").statusCode()).isEqualTo(403);
        for (String path : List.of("/peers/b/pause", "/peers/pause", "/peers/b/resume", "/peers/resume")) {
            assertThat(post("victor", path, null).statusCode()).as(path).isEqualTo(403);
        }
        HttpRequest cancel = HttpRequest.newBuilder(URI.create(a.url("/sync/runs/" + UUID.randomUUID())))
                .header("Authorization", basic("victor")).DELETE().build();
        assertThat(http.send(cancel, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        assertThat(post("olga", "/sync?wait=true", "{\"peer\": \"b\"}").statusCode()).isEqualTo(200);
    }

    private SyncReport foreseen(RunOptions options) throws InterruptedException {
        return a.bean(DryRuns.class).start(a.peer(b), options.dry()).await(Duration.ofSeconds(60)).orElseThrow();
    }

    private static long sum(List<Forecast> forecast, boolean pushed) {
        return forecast.stream().mapToLong(kind -> pushed ? kind.push() : kind.pull()).sum();
    }

    /** All tables but that of the runs, and what only says that time goes by. */
    private static Map<String, String> everything(TestNode node) {
        Map<String, String> all = new TreeMap<>();
        for (String table : node.jdbc().queryForList("""
                select table_name from information_schema.tables where table_schema = 'public'
                    and table_type = 'BASE TABLE'
                    and table_name not in ('sync_runs', 'shedlock', 'flyway_schema_history')
                    and table_name not like 'search%' and table_name not like '%word%'
                """, String.class)) {
            all.put(table, node.jdbc().queryForObject("select md5(coalesce(string_agg(t::text, '|'"
                    + " order by t::text), '')) || count(*) from " + table + " t", String.class));
        }
        assertThat(all).containsKeys("episodes", "sync_state", "cursors", "conflicts");
        return all;
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + user + "s").getBytes(UTF_8));
    }

    private HttpResponse<String> post(String user, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(a.url(path)))
                .header("Authorization", basic(user))
                .POST(body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }
}
