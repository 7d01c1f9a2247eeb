package io.agentdb.sync.memory.input;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
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
            for (String name : List.of("fibonacci", "é", "e\u0301", "日本語 и русский", "\ud83d\ude00", " a|b ",
                    "x".repeat(512))) {
                assertThat(node.jdbc.sql("select agentdb_skill_id(?)").param(name).query(UUID.class).single())
                        .isEqualTo(Identity.skill(name));
                UUID from = Identity.skill(name);
                UUID to = Identity.newEpisode();
                assertThat(node.jdbc.sql("select agentdb_edge_id(?, ?, ?)").params(from, name, to).query(UUID.class)
                        .single())
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
                            ('id', 'actor', 'counter', 'xid', 'context', 'hlc', 'feed_xid', 'via', 'choice',
                                'field_hlc', 'tallies', 'unknown_fields')
                        order by ordinal_position""").param(kind.name()).query().listOfRows();
                assertThat(columns).as(kind.name()).extracting(row -> row.get("column_name")).containsExactlyElementsOf(
                        kind.columns().stream().map(column -> (Object) column.name()).toList());
                assertThat(columns).extracting(row -> row.get("required")).containsExactlyElementsOf(
                        kind.columns().stream().map(column -> (Object) column.required()).toList());
            }
        }
    }

    /** The trigger does half of what a column declares: it keeps who counted what, each key's time, and the id. */
    @Test
    void theTrigger_takesEachColumnAsItIsDeclared() {
        try (MemoryFixture node = new MemoryFixture()) {
            for (Kind kind : Kind.ALL) {
                for (Column column : kind.columns()) {
                    String name = kind + "." + column.name();
                    Merging merging = column.merging();
                    UUID id = node.jdbc.sql(insert(kind)).query(UUID.class).single();
                    Map<String, Object> after = node.jdbc.sql("""
                            update %s set %s = %s where id = ?
                            returning id, tallies is not null as counted, field_hlc -> 'metadata/k' is not null as keyed
                            """.formatted(kind, column.name(), value(column, 2))).param(id).query().singleRow();
                    assertThat(after.get("counted")).as(name)
                            .isEqualTo(merging == Merging.ADDED_UP || merging == Merging.WEIGHTED);
                    assertThat(after.get("keyed")).as(name).isEqualTo(merging == Merging.BY_KEY);
                    assertThat(!id.equals(after.get("id"))).as(name).isEqualTo(merging == Merging.IDENTITY);
                    node.jdbc.sql("delete from " + kind).update();
                }
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

    private static String insert(Kind kind) {
        return kind.columns().stream().map(Column::name).collect(joining(", ", "insert into " + kind + " (", ")"))
                + kind.columns().stream().map(column -> value(column, 1))
                        .collect(joining(", ", " values (", ") returning id"));
    }

    /** A value of the column, in SQL; another one for each number. */
    private static String value(Column column, int number) {
        String sql = switch (column.type()) {
            case TEXT -> "'text %d'";
            case LONG, DOUBLE -> "%d";
            case BOOLEAN -> "%d = 1";
            case TIMESTAMP -> "'2026-01-0%dT00:00:00Z'";
            case JSON -> "'{\"k\": %d}'";
            case TEXT_ARRAY -> "array ['tag %d']";
            case UUID -> "'00000000-0000-0000-0000-00000000000%d'";
        };
        return sql.formatted(number);
    }
}
