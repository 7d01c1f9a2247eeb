package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.RuleBroken;
import io.agentdb.sync.memory.store.Columns;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JsonGenerator;

/** One statement that writes many rows of a kind, which reach it as one JSON array: no row costs a round trip. */
final class BulkUpsert {

    /** @param buried rows whose record was deleted here */
    record UpsertCounts(long created, long updated, long buried) {
    }

    private BulkUpsert() {
    }

    /** In the order of the ids, so that two imports wait for each other and do not deadlock. */
    static UpsertCounts write(JdbcClient jdbc, Kind kind, List<Row> rows, boolean replace) {
        String sql = (replace ? REPLACING : KEEPING)
                .replace("{kind}", kind.name())
                .replace("{names}", Columns.list(kind, ""))
                .replace("{typed}", columns(kind, column -> column.name() + " " + type(column)))
                .replace("{values}", columns(kind, BulkUpsert::value))
                .replace("{excluded}", Columns.list(kind, "excluded."))
                .replace("{present}", Columns.list(kind, "present."));
        UpsertCounts outcome = jdbc.sql(sql).param("rows", json(kind, rows)).query(UpsertCounts.class).single();
        long here = jdbc.sql("select count(*) from " + kind + " where id in (:ids)")
                .param("ids", rows.stream().map(Row::id).toList())
                .query(Long.class).single();
        if (here + outcome.buried() < rows.size()) {
            // By a trigger of somebody's own, say; counted as unchanged, they would be taken for stored.
            throw RuleBroken.dropped(kind);
        }
        return outcome;
    }

    private static final String ROWS = """
            with given as materialized (
                select id, {names}
                from jsonb_to_recordset(:rows::jsonb) as given (id uuid, {typed})
            ),
            """;

    private static final String REPLACING = ROWS + """
            written as (
                insert into {kind} as present (id, {names})
                select given.id, {values}
                from given left join {kind} as old on old.id = given.id
                order by given.id
                on conflict (id) do update set ({names}) = row ({excluded})
                    where ({present}) is distinct from ({excluded})
                returning xmax = 0 as created
            )
            select count(*) filter (where created) as created, count(*) filter (where not created) as updated,
                0 as buried
            from written
            """;

    private static final String KEEPING = ROWS + """
            buried as (
                select given.id from given join tombstones on tombstones.kind = '{kind}' and tombstones.id = given.id
            ),
            written as (
                insert into {kind} (id, {names})
                select given.id, {values}
                from given left join {kind} as old on old.id = given.id
                where old.id is null and given.id not in (select id from buried)
                order by given.id
                on conflict (id) do nothing
                returning id
            )
            select (select count(*) from written) as created, 0 as updated, (select count(*) from buried) as buried
            """;

    private static String columns(Kind kind, Function<Column, String> sql) {
        return kind.columns().stream().map(sql).collect(Collectors.joining(", "));
    }

    private static String type(Column column) {
        return switch (column.type()) {
            // As text, and cast below: a JSON null would become an SQL null.
            case TEXT, JSON -> "text";
            case LONG -> "bigint";
            case DOUBLE -> "double precision";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamptz";
            case TEXT_ARRAY -> "text[]";
            case UUID -> "uuid";
        };
    }

    private static String value(Column column) {
        String name = "given." + column.name();
        return column.type() == Column.Type.JSON ? name + "::jsonb"
                // A line that does not say when keeps the record's time; a new time would make every repeated import a
                // change.
                : column.required() && column.type() == Column.Type.TIMESTAMP
                ? "coalesce(" + name + ", old." + column.name() + ", now())" : name;
    }

    private static String json(Kind kind, List<Row> rows) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JsonText.MAPPER.createGenerator(text)) {
            out.writeStartArray();
            for (Row row : rows) {
                out.writeStartObject();
                out.writeStringProperty("id", row.id().toString());
                for (int i = 0; i < kind.columns().size(); i++) {
                    Object value = row.content().get(i);
                    if (value != null) {
                        out.writeName(kind.columns().get(i).name());
                        write(out, value);
                    }
                }
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, Object value) {
        if (value instanceof Long number) {
            out.writeNumber(number);
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof List<?> texts) {
            out.writeStartArray();
            texts.forEach(text -> out.writeString((String) text));
            out.writeEndArray();
        } else {
            out.writeString(value.toString());
        }
    }
}
