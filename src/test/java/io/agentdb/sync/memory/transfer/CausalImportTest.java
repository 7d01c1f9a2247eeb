package io.agentdb.sync.memory.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Edge;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.store.CausalEdges;
import io.agentdb.sync.memory.store.MemoryFixture;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Edges that AgentDB's command line has noted down: it says episodes 1 and 2 of each of them. */
class CausalImportTest {

    private static final String TABLE = """
            create table causal_edges (id integer primary key autoincrement, from_memory_id integer not null,
                from_memory_type text not null, to_memory_id integer not null, to_memory_type text not null,
                similarity real, uplift real, evidence_ids text, mechanism text, created_at integer not null default 5,
                updated_at integer not null default 5)""";

    @Test
    void theCommandLinesEdges_areOfTheirWords_eachForItself(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("cli.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                MemoryFixture node = new MemoryFixture()) {
            statement.executeUpdate(TABLE);
            statement.executeUpdate("""
                    insert into causal_edges (from_memory_id, from_memory_type, to_memory_id, to_memory_type,
                        similarity, uplift, evidence_ids, mechanism) values
                    (1, 'episode', 2, 'episode', 0.9, 0.1, '[]', 'add tests → fewer bugs'),
                    (1, 'episode', 2, 'episode', 0.9, 0.2, '[]', 'add types → fewer bugs'),
                    (1, 'episode', 2, 'episode', 0.9, 0.3, '[]', 'add tests → fewer bugs'),
                    (1, 'episode', 2, 'episode', 0.9, 0.4, '[]', 'one → two → three'),
                    (0, 'add logs', 0, 'fewer bugs', 0.9, 0.5, '[]', null),
                    (1, 'episode', 2, 'episode', 0.5, 0.6, '["1"]', 'lesson 1 → fewer retries'),
                    (1, 'episode', 2, 'episode', 0.9, 0.7, '[]', 'skill → → ')""");
            for (int time = 1; time <= 2; time++) {
                ImportReport report = node.importer.sqlite(file);
                assertThat(report.errors()).isEmpty();
                assertThat(report.of(Kind.EDGES)).isEqualTo(time == 1 ? new ImportReport.Counts(5, 0, 0, 0, 2, 0)
                        : new ImportReport.Counts(0, 0, 5, 0, 2, 0));
            }
            Edge edge = node.store.find(Shape.EDGES, Identity.edge(CausalEdges.end("add tests"), CausalEdges.CAUSAL,
                    CausalEdges.end("fewer bugs"))).orElseThrow();
            assertThat(edge.uplift()).isEqualTo(0.3);
            assertThat(edge.mechanism()).isEqualTo("add tests → fewer bugs");
            CausalEdges edges = new CausalEdges(node.bean(DataSource.class));
            assertThat(edges.find(Optional.empty(), Optional.of("fewer bugs"), 0, 0, 9).edges()).hasSize(3);
            assertThat(edges.find(Optional.of("one"), Optional.of("two → three"), 0, 0, 9).edges()).hasSize(1);
        }
    }
}
