package io.agentdb.sync.deploy.metrics;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.home.TestProcess;
import io.agentdb.sync.quic.server.QuicServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Two nodes that have been through everything that is counted: syncs, a conflict, a quarantined record, a client that
 * was refused and one that was told to wait, runs that failed, a login that was refused.
 */
final class WatchedNodes {

    private static final String TOKEN = "olgas";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static List<Scrape> scrapes;

    private WatchedNodes() {
    }

    /** Of the node that dials, then of the one that is dialled. Once for all tests. */
    static synchronized List<Scrape> scrapes() {
        if (scrapes == null) {
            try (TestNode beta = TestNode.start("beta", "agentdb.server.open=false", "agentdb.server.auth-token=right",
                    "agentdb.sync.lag-interval=200ms", "agentdb.server.rate-limit.max-bytes-per-minute=300000B");
                    TestNode alpha = TestNode.start("alpha", alpha(beta))) {
                live(alpha, beta);
                scrapes = List.of(scrape(alpha, TOKEN), scrape(beta, null));
            }
        }
        return scrapes;
    }

    private static String[] alpha(TestNode beta) {
        List<String> settings = new ArrayList<>(List.of(
                "agentdb.sync.lag-interval=200ms", "agentdb.client.max-retries=0",
                "agentdb.attach[0].path=" + TestProcess.directory("attached").resolve("none.db"),
                "agentdb.sync.conflict-strategy=manual", "agentdb.admin.open=false", "agentdb.admin.users[0].name=olga",
                        "agentdb.admin.users[0].token=" + TOKEN, "agentdb.admin.users[0].role=operator"));
        String[] tokens = {"right", "wrong", "right"};
        for (int i = 0; i < tokens.length; i++) {
            settings.add("agentdb.peers[%d].name=%s".formatted(i, List.of("beta", "stranger", "nowhere").get(i)));
            settings.add("agentdb.peers[%d].address=127.0.0.1:%d".formatted(i, i == 2 ? 1 : beta.quicPort()));
            settings.add("agentdb.peers[%d].auth-token=%s".formatted(i, tokens[i]));
            settings.add("agentdb.peers[%d].fingerprint=%s".formatted(
                    i, beta.bean(QuicServer.class).status().fingerprint()));
        }
        return settings.toArray(String[]::new);
    }

    private static void live(TestNode alpha, TestNode beta) {
        UUID both = alpha.episode("both");
        sync(alpha, "beta");
        alpha.jdbc().update("update episodes set task = 'by alpha' where id = ?", both);
        beta.jdbc().update("update episodes set task = 'by beta' where id = ?", both);
        alpha.jdbc().execute("alter table episodes add constraint broken check (task <> 'poison') not valid");
        beta.episode("poison");
        sync(alpha, "beta");
        sync(alpha, "stranger");
        sync(alpha, "nowhere");
        // More than beta gives in a minute, also when compressed: what is asked next has to wait.
        alpha.jdbc().update(
                "insert into episodes (session_id, task, input) select 's', 'large', string_agg(md5(j::text), '')"
                        + " from generate_series(1, 22000) j");
        sync(alpha, "beta");
        send(alpha, "GET", "/status", null, "guessed");
        // Young nodes in a large heap may not have had a collection yet.
        System.gc();
        await().atMost(Duration.ofSeconds(60)).until(() ->
                value(scrape(alpha, TOKEN), "agentdb_sync_quarantined", "episodes") == 1
                && value(scrape(beta, null), "agentdb_ratelimit_paced_total", "bytes") > 0
                && value(scrape(alpha, TOKEN), "agentdb_sync_conflicts_open", "episodes") == 1
                && value(scrape(alpha, TOKEN), "agentdb_sync_failures_in_a_row", "nowhere") == 1
                && value(scrape(alpha, TOKEN), "agentdb_database_records", "episodes") > 0
                && !scrape(alpha, TOKEN).named("agentdb_sync_backlog_records").isEmpty()
                && !scrape(alpha, TOKEN).named("agentdb_sync_in_sync_timestamp_seconds").isEmpty()
                && !scrape(alpha, TOKEN).named("jvm_gc_pause_seconds_count").isEmpty());
    }

    /** Of the sample of that name that has that value in some label. */
    static double value(Scrape scrape, String name, String label) {
        return scrape.named(name).stream().filter(sample -> sample.labels().containsValue(label))
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    private static void sync(TestNode node, String peer) {
        send(node, "POST", "/sync?wait=true", "{\"peer\": \"" + peer + "\"}", TOKEN);
    }

    private static Scrape scrape(TestNode node, String token) {
        return Scrape.parse(send(node, "GET", "/actuator/prometheus", null, token));
    }

    private static String send(TestNode node, String method, String path, String body, String token) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)))
                    .timeout(Duration.ofSeconds(60))
                    .header("Content-Type", "application/json")
                    .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            return HTTP.send(request.build(), BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
