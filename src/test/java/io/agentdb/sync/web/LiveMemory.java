package io.agentdb.sync.web;

import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.home.EmbeddedSettings;
import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.home.NodeSettings;
import io.agentdb.sync.home.Scratch;
import io.agentdb.sync.home.TestProcess;
import io.agentdb.sync.memory.store.MemoryFixture;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.NodeIdentity;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.sqlite.FileVectors;
import io.agentdb.sync.sqlite.SqliteExporter;
import io.agentdb.sync.web.access.AdminSecurity;
import io.agentdb.sync.web.problem.ProblemAdvice;
import io.agentdb.sync.web.problem.ProblemPage;
import io.agentdb.sync.web.request.StrictIds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The memory endpoints behind a real server on a free port, with a database of their own and nothing else of the
 * service.
 */
final class LiveMemory implements AutoCloseable {

    /** Not a configuration of its own right, so that no scan of the whole service finds it. */
    @EnableAutoConfiguration
    @ConfigurationPropertiesScan("io.agentdb.sync.search")
    @ComponentScan({"io.agentdb.sync.memory", "io.agentdb.sync.web.transfer", "io.agentdb.sync.search"})
    @Import({EpisodesController.class, SkillsController.class, EdgesController.class, ImportController.class,
        ExportController.class, ProblemAdvice.class, ProblemPage.class, StrictIds.class, WebConfiguration.class,
        AdminSecurity.class, Audit.class, EmbeddingStore.class, FileVectors.class,
        SqliteExporter.class, Scratch.class, ProcessLock.class})
    static class Application {

        @Bean
        AsynchronousCommit commit(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
            return new AsynchronousCommit(jdbc, new TransactionTemplate(transactions));
        }

        @Bean
        LocalNode self(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
            return new NodeIdentity(jdbc, new TransactionTemplate(transactions), Optional.empty());
        }

        @Bean
        NodeHome nodeHome() {
            return NodeHome.of(new NodeSettings(null), new EmbeddedSettings(
                    TestProcess.directory("memory-node").toString(), 0, null), false, Path.of(""));
        }
    }

    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        JsonNode json() {
            return new JsonMapper().readTree(response.body());
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        String field(String name) {
            return json().path(name).asString(null);
        }
    }

    final JdbcClient jdbc;
    private final ServletWebServerApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI root;

    LiveMemory(String... arguments) {
        this(MemoryFixture.newNode(), arguments);
    }

    private LiveMemory(DataSource database, String... properties) {
        jdbc = JdbcClient.create(database);
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0", "--agentdb.server.port=0", "--server.address=127.0.0.1",
                        "--agentdb.admin.open=true",
                        // REST alone: there is no listener that could be ready.
                        "--management.endpoint.health.validate-group-membership=false",
                        "--spring.datasource.url=" + TestPostgres.url(database),
                                "--spring.datasource.hikari.minimum-idle=0"));
        arguments.addAll(List.of(properties));
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(Application.class)
                .run(arguments.toArray(String[]::new));
        root = URI.create("http://127.0.0.1:" + context.getWebServer().getPort());
    }

    int port() {
        return root.getPort();
    }

    Answer get(String path) {
        return send("GET", path, null, BodyPublishers.noBody());
    }

    Answer delete(String path) {
        return send("DELETE", path, null, BodyPublishers.noBody());
    }

    /** @param json with single quotes for double ones */
    Answer post(String path, String json) {
        return send("POST", path, "application/json", BodyPublishers.ofString(json.replace('\'', '"')));
    }

    Answer put(String path, String json) {
        return send("PUT", path, "application/json", BodyPublishers.ofString(json.replace('\'', '"')));
    }

    Answer patch(String path, String json) {
        return send("PATCH", path, "application/merge-patch+json", BodyPublishers.ofString(json.replace('\'', '"')));
    }

    Answer stream(String path, String type, Supplier<InputStream> body) {
        return send("POST", path, type, BodyPublishers.ofInputStream(body));
    }

    Answer send(String method, String path, String type, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path)).method(method, body);
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
