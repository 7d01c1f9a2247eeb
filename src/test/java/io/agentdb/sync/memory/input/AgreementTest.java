package io.agentdb.sync.memory.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.store.MemoryFixture;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What Java and the migrations say twice, they must say alike. */
class AgreementTest {

    @Test
    void idsOfSkillsAndEdges_areTheSameInJavaAndInSql() {
        try (MemoryFixture node = new MemoryFixture()) {
            for (String name : List.of("fibonacci", "é", "e\u0301", "日本語 и русский", "\ud83d\ude00", " a|b ", "x".repeat(512))) {
                assertThat(node.jdbc.sql("select agentdb_skill_id(?)").param(name).query(UUID.class).single())
                        .isEqualTo(Identity.skill(name));
                UUID from = Identity.skill(name);
                UUID to = Identity.newEpisode();
                assertThat(node.jdbc.sql("select agentdb_edge_id(?, ?, ?)").params(from, name, to).query(UUID.class).single())
                        .isEqualTo(Identity.edge(from, name, to));
                assertThat(node.jdbc.sql("insert into skills (name) values (?) returning id").param(name)
                        .query(UUID.class).single()).isEqualTo(Identity.skill(name));
            }
        }
    }

    @Test
    void theKindsColumns_areTheTables() {
        try (MemoryFixture node = new MemoryFixture()) {
            for (Kind kind : Kind.ALL) {
                List<Map<String, Object>> columns = node.jdbc.sql("""
                        select column_name, is_nullable = 'NO' as required from information_schema.columns
                        where table_name = ? and column_name not in
                            ('id', 'actor', 'counter', 'xid', 'context', 'hlc', 'feed_xid', 'via', 'choice', 'field_hlc', 'tallies', 'unknown_fields')
                        order by ordinal_position""").param(kind.name()).query().listOfRows();
                assertThat(columns).as(kind.name()).extracting(row -> row.get("column_name")).containsExactlyElementsOf(
                        kind.columns().stream().map(column -> (Object) column.name()).toList());
                assertThat(columns).extracting(row -> row.get("required")).containsExactlyElementsOf(
                        kind.columns().stream().map(column -> (Object) column.required()).toList());
            }
        }
    }

    @Test
    void namesAreBounded_whereTheDatabaseBoundsThem() {
        try (MemoryFixture node = new MemoryFixture()) {
            assertThat(new HashSet<>(node.jdbc.sql("""
                    select column_name from information_schema.columns where domain_name = 'short_text'""")
                    .query(String.class).list())).isEqualTo(FieldLimits.SHORT);
        }
    }
}
