package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record's fields as the cells of AgentDB's row, none of which makes AgentDB fail. The lists of ids in
 * {@code evidence_ids} and {@code experiment_ids} are left out: they are row numbers of the file that they were written
 * in. Pure.
 */
public final class Cells {

    private static final String NO_SIGNATURE = "{\"inputs\":{},\"outputs\":{}}";
    /** What AgentDB writes NULL for, and so comes back as nothing: else it would come back as the agent's change. */
    private static final Map<String, Object> NONE = Map.of("input", "", "latency_ms", 0L);
    private static final Map<FileTable, List<Cell>> ALL = Map.of(
            FileTable.EPISODES, new Cells(Kind.EPISODES)
                    .with("ts").with("session_id").with("task").with("input").with("output").with("critique")
                    .with("reward", 0.0).with("success", 0L).with("latency_ms").with("tokens_used").with("tags")
                    .with("metadata").with("created_at").cells,
            FileTable.SKILLS, new Cells(Kind.SKILLS)
                    .with("name").with("description", "").with("signature", NO_SIGNATURE).with("code")
                    .with("success_rate", 0.0).with("uses", 0L).with("avg_reward", 0.0).with("avg_latency_ms", 0.0)
                    .with("metadata").with("created_at").cells,
            FileTable.SKILL_LINKS, new Cells(Kind.EDGES)
                    .row("parent_skill_id").row("child_skill_id").with("relationship").with("weight", 1.0)
                    .with("metadata").cells,
            FileTable.CAUSAL_EDGES, new Cells(Kind.EDGES)
                    .row("from_memory_id").as("from_memory_type", "from_type").row("to_memory_id")
                    .as("to_memory_type", "to_type").with("similarity", 0.0).with("uplift", 0.0)
                    .with("confidence", 0.5).with("sample_size", 0L).with("confounder_score").with("mechanism")
                    .with("metadata").with("created_at").cells);

    private final Kind kind;
    private final List<Cell> cells = new ArrayList<>();

    private Cells(Kind kind) {
        this.kind = kind;
    }

    /** The table's columns, in the order of {@link #of}. */
    static List<Cell> columns(FileTable table) {
        return Objects.requireNonNull(ALL.get(table), "it has all tables");
    }

    /**
     * @param ends the row numbers of an edge's ends; not read of other tables
     * @return String, Long, Double or null each
     */
    static @Nullable Object[] of(FileTable table, Content content, long... ends) {
        List<Cell> columns = columns(table);
        @Nullable Object[] cells = new Object[columns.size()];
        int end = 0;
        for (int i = 0; i < cells.length; i++) {
            Cell cell = columns.get(i);
            cells[i] = cell.field() == null ? (Object) ends[end++]
                    : safe(cell, content.get(table.kind().indexOf(cell.field())));
        }
        return cells;
    }

    private static @Nullable Object safe(Cell cell, @Nullable Object value) {
        if (value != null && value.equals(NONE.get(cell.column()))) {
            return null;
        }
        if (value == null || value instanceof Double number && !Double.isFinite(number)) {
            return cell.instead();
        }
        if (value instanceof Instant time) {
            return time.getEpochSecond();
        }
        if (value instanceof Boolean bool) {
            return bool ? 1L : 0L;
        }
        if (value instanceof List<?> texts) {
            return JsonText.MAPPER.valueToTree(texts).toString();
        }
        if (cell.column().equals("confidence") && value instanceof Double number) {
            return Math.max(0, Math.min(1, number));
        }
        return value;
    }

    private Cells with(String column) {
        return add(column, column, null);
    }

    private Cells with(String column, Object instead) {
        return add(column, column, instead);
    }

    private Cells as(String column, String field) {
        return add(column, field, null);
    }

    private Cells row(String column) {
        cells.add(new Cell(column, null, Column.Type.LONG, null));
        return this;
    }

    private Cells add(String column, String field, @Nullable Object instead) {
        cells.add(new Cell(column, field, kind.columns().get(kind.indexOf(field)).type(), instead));
        return this;
    }
}
