package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.version.Version;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the stamp notes for merging (docs/design.md, section 6): when each field was written, and who counted what. */
class FieldHistoryTest {

    private final Database a = new Database("a");
    private final Database b = new Database("b");

    @Test
    void fields_haveTheTimeOfTheirLastChange_andMetadataOneForEachKey() {
        a.jdbc.update("insert into episodes (session_id, task, metadata)"
                + " values ('s', 't', '{\"kept\": 1, \"changed\": 1, \"gone\": 1}')");
        long inserted = version(a, Kind.EPISODES).hlc();
        a.jdbc.update("update episodes set critique = 'c', metadata = '{\"kept\": 1, \"changed\": 2, \"new\": 1}'");
        long first = version(a, Kind.EPISODES).hlc();
        assertThat(times()).isEqualTo(Map.of("", inserted, "critique", first, "metadata/changed", first,
                "metadata/gone", first, "metadata/new", first));
        a.jdbc.update("update episodes set task = 'u', metadata = '[]'");
        long second = version(a, Kind.EPISODES).hlc();
        assertThat(times()).contains(Map.entry("task", second), Map.entry("metadata", second),
                Map.entry("critique", first));
    }

    @Test
    void keysThatChanged_areThoseOfTwoObjects() {
        String present = "{\"b\": 1.0, \"c\": null}";
        assertThat(changedKeys("{\"a\": 1, \"b\": 1}", present)).containsExactlyInAnyOrder("a", "c");
        assertThat(changedKeys("null", "{\"a\": 1}")).containsExactly("a");
        assertThat(changedKeys("{\"a\": 1}", "null")).containsExactly("a");
        assertThat(changedKeys("[]", "{\"a\": 1}")).as("another value as a whole").isNull();
    }

    @Test
    void statistics_areCountedByWhoMadeThem() {
        a.jdbc.update("insert into skills (name, uses) values ('s', 10)");
        b.pull(Kind.SKILLS, a);
        assertThat(b.jdbc.queryForObject("select tallies from skills", String.class)).as("all its dot's").isNull();
        b.jdbc.update("update skills set description = 'd'");
        assertThat(uses()).as("under another's dot that has to be said").isEqualTo(Map.of(a.actor().name(), 10L));
        b.jdbc.update("update skills set uses = uses + 2");
        b.jdbc.update("update skills set uses = uses + 1");
        assertThat(uses()).isEqualTo(Map.of(a.actor().name(), 10L, b.actor().name(), 3L));
        assertThat(b.jdbc.queryForObject("select tallies -> ? ->> 'n' from skills", Long.class, b.actor().name()))
                .isEqualTo(version(b, Kind.SKILLS).dot().counter());
    }

    private static Version version(Database node, Kind kind) {
        return node.everything(kind).get(0).version();
    }

    private Map<String, Long> times() {
        return numbers(a, "select key, value::text from episodes, jsonb_each(field_hlc)");
    }

    private Map<String, Long> uses() {
        return numbers(b, "select key, value ->> 'uses' from skills, jsonb_each(tallies)");
    }

    private static Map<String, Long> numbers(Database node, String sql) {
        return node.jdbc.query(sql, (row, i) -> Map.entry(row.getString(1), row.getLong(2))).stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private List<String> changedKeys(String past, String present) {
        return a.jdbc.query("select agentdb_changed_keys(?::jsonb, ?::jsonb)", rows -> {
            rows.next();
            return rows.getArray(1) == null ? null : List.of((String[]) rows.getArray(1).getArray());
        }, past, present);
    }
}
