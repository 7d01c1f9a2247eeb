package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.store.Columns;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The SQL over a file of AgentDB's, as far as the file has the columns: its releases differ. Pure. */
final class SqliteQueries {

    static final Map<String, List<String>> REQUIRED = Map.of(
            "episodes", List.of("ts", "session_id", "task", "created_at"),
            "skills", List.of("name", "created_at"),
            "skill_links", List.of("parent_skill_id", "child_skill_id", "relationship"),
            "causal_edges", List.of("from_memory_id", "from_memory_type", "to_memory_id", "to_memory_type",
                    "updated_at"));

    /** What an episode's id is made of, in this order. */
    static final List<String> EPISODE = List.of("row", "created_at", "ts", "session_id", "task");

    /** Columns with a meaning of their own, and row numbers. */
    private static final Set<String> MAPPED = Set.of("id", "created_from_episode", "parent_skill_id", "child_skill_id",
            "from_memory_id", "from_memory_type", "to_memory_id", "to_memory_type");

    private final SqliteFile file;

    SqliteQueries(SqliteFile file) {
        this.file = file;
    }

    /** The columns that become the field of their name. */
    List<String> carried(String table, Kind kind) {
        return file.columns(table).stream()
                .filter(c -> !MAPPED.contains(c) && FieldNames.column(kind, c).isPresent()).toList();
    }

    /** The columns that no record has. */
    List<String> ignored(String table, Kind kind) {
        return file.columns(table).stream()
                .filter(c -> !MAPPED.contains(c) && FieldNames.column(kind, c).isEmpty()).toList();
    }

    String episodes() {
        return "select t.rowid as row, " + cells("episodes", Kind.EPISODES) + identity("own", "t", "rowid")
                + " from episodes t";
    }

    String skills() {
        boolean origin = file.columns("skills").contains("created_from_episode");
        return "select t.rowid as row, " + cells("skills", Kind.SKILLS)
                + (origin ? "t.created_from_episode" : "null") + " as origin_key, " + identity("origin", "e", "id")
                + " from skills t left join " + episodeRows() + " e on e.id = "
                + (origin ? "t.created_from_episode" : "null");
    }

    String links() {
        return "select t.rowid as row, " + cells("skill_links", Kind.EDGES) + """
                'skill' as from_kind, t.parent_skill_id as from_key, p.name as from_skill, null as from_row,
                'skill' as to_kind, t.child_skill_id as to_key, c.name as to_skill, null as to_row,
                max(coalesce(p.created_at, 0), coalesce(c.created_at, 0)) as since
                from skill_links t left join {skills} p on p.id = t.parent_skill_id
                left join {skills} c on c.id = t.child_skill_id
                """.replace("{skills}", skillRows());
    }

    /**
     * The place is 1 for the row of its ends that was updated last. It is found among the keys alone, so that no row
     * waits in memory.
     */
    String causal() {
        String ends = end("from", "fs", "fe") + end("to", "ts", "te");
        return "select t.rowid as row, " + cells("causal_edges", Kind.EDGES) + ends + """
                places.place, places.otherwise from causal_edges t join (
                    select rowid as row, row_number() over same as place,
                        {mechanism} is not first_value({mechanism}) over same as otherwise
                    from causal_edges window same as (
                        partition by from_memory_type, from_memory_id, to_memory_type, to_memory_id
                        order by updated_at desc, rowid desc)) places on places.row = t.rowid
                left join {skills} fs on t.from_memory_type = 'skill' and fs.id = t.from_memory_id
                left join {skills} ts on t.to_memory_type = 'skill' and ts.id = t.to_memory_id
                left join {episodes} fe on t.from_memory_type = 'episode' and fe.id = t.from_memory_id
                left join {episodes} te on t.to_memory_type = 'episode' and te.id = t.to_memory_id
                """.replace("{skills}", skillRows()).replace("{episodes}", episodeRows())
                .replace("{mechanism}", file.columns("causal_edges").contains("mechanism")
                        // Its beginning tells as much, and a whole one may have a gigabyte.
                        ? "substr(mechanism, 1, 200)" : "null");
    }

    private String cells(String table, Kind kind) {
        return carried(table, kind).stream().map(c -> cell("t." + SqliteFile.quoted(c)) + " as " + SqliteFile.quoted(c)
                + ", ")
                .collect(Collectors.joining());
    }

    /**
     * A blob where it is over the limit, which is refused: a cell may have a gigabyte. Not substr, which stops at a
     * NUL.
     */
    private static String cell(String column) {
        return "case when octet_length(" + column + ") > " + FieldLimits.MAX_RECORD + " then x'' else " + column
                + " end";
    }

    private static String end(String end, String skill, String episode) {
        return "t." + end + "_memory_type as " + end + "_kind, t." + end + "_memory_id as " + end + "_key, "
                + skill + ".name as " + end + "_skill, " + identity(end, episode, "id") + ", ";
    }

    private static String identity(String prefix, String table, String row) {
        return EPISODE.stream().map(c -> (c.equals("row") ? table + "." + row : cell(table + "." + c)) + " as " + prefix
                + "_" + c)
                .collect(Collectors.joining(", "));
    }

    private String episodeRows() {
        return file.columns("episodes").isEmpty()
                ? "(select null as id, null as created_at, null as ts, null as session_id, null as task where 0)"
                : "(select rowid as id, created_at, ts, session_id, task from episodes)";
    }

    private String skillRows() {
        return file.columns("skills").isEmpty() ? "(select null as id, null as name, null as created_at where 0)"
                : "(select rowid as id, name, created_at from skills)";
    }
}
