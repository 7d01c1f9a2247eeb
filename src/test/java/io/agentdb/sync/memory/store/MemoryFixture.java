package io.agentdb.sync.memory.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.transfer.Exporter;
import io.agentdb.sync.memory.transfer.ImportReport;
import io.agentdb.sync.memory.transfer.Importer;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.search.index.Meaning;
import io.agentdb.sync.sqlite.FileVectors;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The memory room on a database of its own, without the rest of the service. */
public final class MemoryFixture implements AutoCloseable {

    public final JdbcClient jdbc;
    public final MemoryStore store;
    public final Importer importer;
    public final Exporter exporter;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    public MemoryFixture() {
        this(newNode());
    }

    public MemoryFixture(DataSource node) {
        this(node, new Meaning(false, Optional::empty));
    }

    public MemoryFixture(DataSource node, Meaning meaning) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(node);
        pool.setMaximumPoolSize(8);
        HikariDataSource database = new HikariDataSource(pool);
        context.registerBean(DataSource.class, () -> database);
        context.registerBean(NamedParameterJdbcTemplate.class, () -> new NamedParameterJdbcTemplate(database));
        context.registerBean(JdbcClient.class, () -> JdbcClient.create(database));
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
        context.registerBean(Meaning.class, () -> meaning);
        context.register(MemoryConfiguration.class, MemoryStore.class, EmbeddingStore.class, FileVectors.class,
                Importer.class, Exporter.class);
        context.refresh();
        jdbc = context.getBean(JdbcClient.class);
        store = context.getBean(MemoryStore.class);
        importer = context.getBean(Importer.class);
        exporter = context.getBean(Exporter.class);
    }

    /** A migrated database with an identity, so that writes can be versioned. */
    public static DataSource newNode() {
        DataSource database = TestPostgres.createMigrated();
        JdbcClient.create(database).sql("""
                insert into node (node_id, actor, system_identifier, timeline, database_oid)
                values ('t', 't.aaaaaaaa', '1', 1, 1) on conflict do nothing""").update();
        return database;
    }

    public ImportReport lines(String... lines) {
        return lines(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    public ImportReport lines(byte[] bytes) {
        try {
            return importer.ndjson(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String exported() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            exporter.ndjson(Kind.ALL, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Everything that peers would see change: each record's version and content, and the tombstones. */
    public List<Map<String, Object>> everything() {
        return jdbc.sql("""
                select 'e' as k, id::text, counter, to_jsonb(episodes) #>> '{}' as row from episodes union all
                select 's', id::text, counter, to_jsonb(skills) #>> '{}' from skills union all
                select 'l', id::text, counter, to_jsonb(edges) #>> '{}' from edges union all
                select 't', id::text, counter, to_jsonb(tombstones) #>> '{}' from tombstones
                order by 1, 2""").query().listOfRows();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public long count(Kind kind) {
        return jdbc.sql("select count(*) from " + kind).query(Long.class).single();
    }

    @Override
    public void close() {
        context.close();
    }
}
