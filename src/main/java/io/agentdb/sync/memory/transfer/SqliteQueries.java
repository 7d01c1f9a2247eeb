package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.input.FieldLimits;
import io.agentdb.sync.memory.input.FieldNames;
import io.agentdb.sync.memory.store.Columns;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The SQL over a file of AgentDB's, as far as the file has the columns: its releases differ. Pure. */
final class SqliteQueries {

    static final Map<String, List<String>> REQUIRED = Map.of(
            "episodes", List.of("ts", "session_id", "task"),
            "skills", List.of("name"),
            "skill_links", List.of("parent_skill_id", "child_skill_id", "relationship"),
            "causal_edges", List.of("from_memory_id", "from_memory_type", "to_memory_id", "to_memory_type"));

    /** What an episode's id is made of, in this order. */
    static final List<String> EPISODE = List.of("row", "created_at", "ts", "session_id", "task");

    /** The table by which a file that a node has made says which record a row is. */
    static final String EXPORT = "agentdb_sync_export";
    /** The same of a file that a node keeps in step: rows of its peers have ids that no row number tells. */
    static final String MAP = "agentdb_sync_map";

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
        return file.columns(table).stream().filter(c -> !MAPPED.contains(c) && !c.equals(created(table))
                && FieldNames.column(kind, c).isEmpty()).toList();
    }

    /** Whether the time of a row's making stands in another column than a record's. */
    boolean isMadeAtTs(String table) {
        return created(table).equals("ts");
    }

    /** The tables that AgentDB's tool {@code agentdb_init} makes have that time in {@code ts} alone. */
    private String created(String table) {
        return Stream.of("created_at", "ts").filter(file.columns(table)::contains).findFirst().orElse("null");
    }

    String episodes() {
        return "select t.rowid as row, " + cells("episodes", Kind.EPISODES)
                + identity("own", "t", "rowid", created("episodes"))
                + ", " + given("t") + " as own_given" + vector("episode") + " from episodes t"
                + said("t", "t.rowid") + vectors("episode");
    }

    String skills() {
        boolean origin = file.columns("skills").contains("created_from_episode");
        return "select t.rowid as row, " + cells("skills", Kind.SKILLS)
                + (origin ? "t.created_from_episode" : "null") + " as origin_key, "
                + identity("origin", "e", "id", "created_at")
                + ", " + given("e") + " as origin_given" + vector("skill") + " from skills t left join " + episodeRows()
                + " e on e.id = " + (origin ? "t.created_from_episode" : "null") + said("e", "e.id") + vectors("skill");
    }

    String links() {
        return "select t.rowid as row, " + cells("skill_links", Kind.EDGES) + """
                'skill' as from_kind, t.parent_skill_id as from_key, p.name as from_skill, null as from_row,
                'skill' as to_kind, t.child_skill_id as to_key, c.name as to_skill, null as to_row,
                null as from_end, null as to_end,
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
        return causal("""
                select ends.*, row_number() over same as place, words is not first_value(words) over same as otherwise
                from ({ends}) ends window same as (partition by from_kind, from_key, from_end, to_kind, to_key, to_end
                    order by updated_at desc, row desc)""");
    }

    /** Every row, whatever others have the same ends. */
    String everyCausal() {
        return causal("select ends.*, 1 as place, 0 as otherwise from ({ends}) ends");
    }

    private String causal(String places) {
        return "select t.rowid as row, " + cells("causal_edges", Kind.EDGES) + end("from", "fs", "fe")
                + end("to", "ts", "te") + "e.place, e.otherwise from causal_edges t join (" + places.replace("{ends}",
                "select c.rowid as row, " + causalEnds() + ", "
                + (file.columns("causal_edges").contains("updated_at") ? "c.updated_at" : created("causal_edges"))
                + " as updated_at, "
                + (file.columns("causal_edges").contains("mechanism")
                        // Its beginning tells as much, and a whole one may have a gigabyte.
                        ? "substr(c.mechanism, 1, 200)" : "null") + " as words, "
                + (has(EXPORT) ? "substr(x.from_id, 1, 40) as from_end, substr(x.to_id, 1, 40) as to_end"
                        : "null as from_end, null as to_end")
                + " from causal_edges c" + (has(EXPORT) ? on("x", EXPORT, "causal_edges", "c.rowid") : ""))
                + """
                ) e on e.row = t.rowid
                left join {skills} fs on e.from_kind = 'skill' and fs.id = e.from_key
                left join {skills} ts on e.to_kind = 'skill' and ts.id = e.to_key
                left join {episodes} fe on e.from_kind = 'episode' and fe.id = e.from_key
                left join {episodes} te on e.to_kind = 'episode' and te.id = e.to_key"""
                        .replace("{skills}", skillRows()).replace("{episodes}", episodeRows())
                + said("fe", "fe.id") + said("te", "te.id");
    }

    /**
     * AgentDB's command line says episodes 1 and 2 of every edge, whatever they are, and cause and effect in the
     * mechanism alone: those are its ends. They are as of an edge that its MCP server notes down.
     */
    private String causalEnds() {
        String plain = "c.from_memory_type as from_kind, c.from_memory_id as from_key, c.to_memory_type as to_kind,"
                + " c.to_memory_id as to_key";
        if (!file.columns("causal_edges").containsAll(List.of("similarity", "evidence_ids", "mechanism"))) {
            return plain;
        }
        String arrow = "instr(c.mechanism, ' → ')";
        String words = "c.from_memory_id = 1 and c.from_memory_type = 'episode' and c.to_memory_id = 2"
                + " and c.to_memory_type = 'episode' and c.similarity = 0.9 and c.evidence_ids = '[]'"
                + " and octet_length(c.mechanism) < 5000 and " + arrow + " between 2 and 513"
                + " and length(c.mechanism) - " + arrow + " - 2 between 1 and 512"
                // They would be taken for ends that are records.
                + " and substr(c.mechanism, 1, " + arrow + " - 1) not in ('skill', 'episode')"
                + " and substr(c.mechanism, " + arrow + " + 3) not in ('skill', 'episode')";
        return "case when " + words + " then substr(c.mechanism, 1, " + arrow + " - 1) else c.from_memory_type end"
                + " as from_kind, case when " + words + " then 0 else c.from_memory_id end as from_key,"
                + " case when " + words + " then substr(c.mechanism, " + arrow + " + 3) else c.to_memory_type end"
                + " as to_kind, case when " + words + " then 0 else c.to_memory_id end as to_key";
    }

    private boolean has(String said) {
        return file.columns(said).containsAll(said.equals(MAP) ? List.of("kind", "row", "uuid")
                : List.of("kind", "row", "id", "from_id", "to_id"));
    }

    /** What the file says of an episode's row: joined, and no subquery, since nobody's table need have an index. */
    private String said(String episode, String row) {
        return (has(MAP) ? on(episode + "m", MAP, "episodes", row) : "")
                + (has(EXPORT) ? on(episode + "x", EXPORT, "episodes", row) : "");
    }

    private static String on(String alias, String table, String kind, String row) {
        return " left join " + table + " " + alias + " on " + alias + ".kind = '" + kind + "' and " + alias + ".row = "
                + row;
    }

    /** The id that it says; null if none. */
    private String given(String episode) {
        return "coalesce(null, null" + (has(MAP) ? ", substr(" + episode + "m.uuid, 1, 40)" : "")
                + (has(EXPORT) ? ", substr(" + episode + "x.id, 1, 40)" : "") + ")";
    }

    private boolean hasVectors(String what) {
        return file.columns(what + "_embeddings").containsAll(List.of(what + "_id", "embedding"));
    }

    private String vector(String what) {
        return hasVectors(what) ? ", case when octet_length(v.embedding) <= " + RowVectors.MOST_BYTES
                + " then v.embedding end as vector" : ", null as vector";
    }

    private String vectors(String what) {
        return hasVectors(what) ? " left join " + what + "_embeddings v on v." + what + "_id = t.rowid" : "";
    }

    private String cells(String table, Kind kind) {
        return carried(table, kind).stream().map(c -> cell("t." + SqliteFile.quoted(c)) + " as " + SqliteFile.quoted(c)
                + ", ")
                .collect(Collectors.joining()) + (isMadeAtTs(table) ? "t.ts as made_at, " : "");
    }

    /**
     * A blob where it is over the limit, which is refused: a cell may have a gigabyte. Not substr, which stops at a
     * NUL.
     */
    private static String cell(String column) {
        return "case when octet_length(" + column + ") > " + FieldLimits.MAX_RECORD + " then x'' else " + column
                + " end";
    }

    private String end(String end, String skill, String episode) {
        return "e." + end + "_kind, e." + end + "_key, e." + end + "_end, " + skill + ".name as " + end + "_skill, "
                + given(episode) + " as " + end + "_given, " + identity(end, episode, "id", "created_at") + ", ";
    }

    private static String identity(String prefix, String table, String row, String created) {
        return EPISODE.stream().map(c -> (c.equals("row") ? table + "." + row
                : cell(table + "." + (c.equals("created_at") ? created : c))) + " as " + prefix + "_" + c)
                .collect(Collectors.joining(", "));
    }

    private String episodeRows() {
        return file.columns("episodes").isEmpty()
                ? "(select null as id, null as created_at, null as ts, null as session_id, null as task where 0)"
                : "(select rowid as id, " + created("episodes") + " as created_at, ts, session_id, task from episodes)";
    }

    private String skillRows() {
        return file.columns("skills").isEmpty() ? "(select null as id, null as name, null as created_at where 0)"
                : "(select rowid as id, name, " + created("skills") + " as created_at from skills)";
    }
}
