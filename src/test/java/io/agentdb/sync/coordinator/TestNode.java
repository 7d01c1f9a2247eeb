package io.agentdb.sync.coordinator;

import io.agentdb.sync.SyncNodeApplication;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.quic.server.QuicServer;
import io.agentdb.sync.quic.tls.Certificates;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** A whole node in this JVM, on a database of its own, with real QUIC on a free port. */
public final class TestNode implements AutoCloseable {

    private final String id;
    private final DataSource database;
    private final Path directory;
    private final List<String> settings;
    private ConfigurableApplicationContext context;

    private TestNode(String id, DataSource database, List<String> settings) {
        this.id = id;
        this.database = database;
        this.settings = settings;
        try {
            this.directory = Files.createTempDirectory("agentdb-test-" + id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Certificates.development(directory);
        start(0);
    }

    /** @param settings as {@code name=value} */
    public static TestNode start(String id, String... settings) {
        return new TestNode(id, TestPostgres.createMigrated(), List.of(settings));
    }

    /** Another process of the same node, on the same database. */
    public TestNode sibling(String... more) {
        return new TestNode(id, database, List.of(more));
    }

    /** Stops the node and starts it again on the same database and the same QUIC port. */
    public void restart() {
        restart(() -> { });
    }

    /** As {@link #restart()}, with what happens in between. */
    public void restart(Runnable meanwhile) {
        int port = quicPort();
        context.close();
        meanwhile.run();
        start(port);
    }

    private void start(int quicPort) {
        List<String> all = new ArrayList<>(List.of("server.port=0", "agentdb.server.host=127.0.0.1",
                "agentdb.server.port=" + quicPort, "agentdb.node.id=" + id, "agentdb.embedded.data-dir=" + directory,
                "spring.datasource.url=" + TestPostgres.url(database),
                "agentdb.server.rate-limit.max-requests-per-minute=1000000",
                "agentdb.server.rate-limit.max-bytes-per-minute=10GB", "agentdb.server.open=true",
                "agentdb.admin.open=true", "management.endpoint.health.show-details=always",
                        "agentdb.client.retry-delay=50ms", "agentdb.client.timeout=10s", "spring.jmx.enabled=false"));
        // Given twice, a setting would be a list of both.
        all.removeIf(one -> settings.stream().anyMatch(other ->
                other.startsWith(one.substring(0, one.indexOf('=') + 1))));
        all.addAll(settings);
        context = new SpringApplicationBuilder(SyncNodeApplication.class)
                .run(all.stream().map("--"::concat).toArray(String[]::new));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** All of that type; empty if it has none. */
    public <T> java.util.Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    public JdbcTemplate jdbc() {
        return new JdbcTemplate(database);
    }

    public int quicPort() {
        return bean(QuicServer.class).port();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + ((WebServerApplicationContext) context).getWebServer().getPort() + path;
    }

    /** How this node would dial that one. */
    public Peer peer(TestNode other) {
        return peer(other, null);
    }

    public Peer peer(TestNode other, String token) {
        return peer(other, token, other.quicPort());
    }

    /** By way of a relay that listens at that port. */
    public Peer peer(TestNode other, int relayPort) {
        return peer(other, null, relayPort);
    }

    public Peer peer(TestNode other, String token, int port) {
        return new Peer(new PeerName(other.id), new HostPort("127.0.0.1", port), token,
                other.bean(QuicServer.class).status().fingerprint(), Kind.ALL,
                io.agentdb.sync.replica.feed.Selection.ALL, null, Peer.Origin.API);
    }

    /** A run with that node, until its report. */
    public SyncReport sync(TestNode other) {
        return sync(peer(other), RunOptions.DEFAULT);
    }

    public SyncReport sync(Peer peer, RunOptions options) {
        try {
            return bean(SyncCoordinator.class).start(peer, options).await(Duration.ofMinutes(5)).orElseThrow();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it holds: equal lists, equal memories. */
    public List<NodeCounts.Digest> digests() {
        return Kind.ALL.stream().map(bean(NodeCounts.class)::digest).toList();
    }

    public UUID episode(String task) {
        return jdbc().queryForObject("insert into episodes (session_id, task) values ('s', ?) returning id", UUID.class,
                task);
    }

    @Override
    public void close() {
        context.close();
    }
}
