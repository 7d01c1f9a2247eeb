package io.agentdb.sync.memory;

import io.agentdb.sync.memory.Column.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** A sort of record. This is the one place that registers kinds; what else a new one takes is in CONTRIBUTING.md, under "How to add". */
public final class Kind {

    public static final Kind EPISODES = kind("episodes")
            .required("ts", Type.TIMESTAMP).required("session_id", Type.TEXT).required("task", Type.TEXT)
            .optional("input", Type.TEXT).optional("output", Type.TEXT).optional("critique", Type.TEXT)
            .optional("reward", Type.DOUBLE).optional("success", Type.BOOLEAN)
            .optional("latency_ms", Type.LONG).optional("tokens_used", Type.LONG)
            .optional("tags", Type.TEXT_ARRAY).optional("metadata", Type.JSON)
            .required("created_at", Type.TIMESTAMP)
            .build(content -> Optional.empty());

    public static final Kind SKILLS = kind("skills")
            .required("name", Type.TEXT).optional("description", Type.TEXT).optional("signature", Type.JSON)
            .optional("code", Type.TEXT).optional("success_rate", Type.DOUBLE).optional("uses", Type.LONG)
            .optional("avg_reward", Type.DOUBLE).optional("avg_latency_ms", Type.DOUBLE)
            .optional("tags", Type.TEXT_ARRAY).optional("metadata", Type.JSON)
            .optional("created_from_episode", Type.UUID).required("created_at", Type.TIMESTAMP)
            .optional("updated_at", Type.TIMESTAMP).optional("last_used_at", Type.TIMESTAMP)
            .build(content -> Optional.of(Identity.skill((String) content.required(0))));

    public static final Kind EDGES = kind("edges")
            .required("from_type", Type.TEXT).required("from_id", Type.UUID).required("relationship", Type.TEXT)
            .required("to_type", Type.TEXT).required("to_id", Type.UUID).optional("weight", Type.DOUBLE)
            .optional("co_occurrences", Type.LONG).optional("similarity", Type.DOUBLE)
            .optional("uplift", Type.DOUBLE).optional("confidence", Type.DOUBLE).optional("sample_size", Type.LONG)
            .optional("evidence_ids", Type.JSON).optional("experiment_ids", Type.JSON)
            .optional("confounder_score", Type.DOUBLE).optional("mechanism", Type.TEXT)
            .optional("metadata", Type.JSON).required("created_at", Type.TIMESTAMP)
            .optional("updated_at", Type.TIMESTAMP)
            .build(content -> Optional.of(
                    Identity.edge((UUID) content.required(1), (String) content.required(2), (UUID) content.required(4))));

    /** In the order in which a full sync goes through them. */
    public static final List<Kind> ALL = List.of(EPISODES, SKILLS, EDGES);

    private final String name;
    private final List<Column> columns;
    private final Function<Content, Optional<UUID>> identity;

    private Kind(String name, List<Column> columns, Function<Content, Optional<UUID>> identity) {
        this.name = name;
        this.columns = columns;
        this.identity = identity;
    }

    /** The kind of that name, in lower case and plural: {@code episodes}. */
    public static Optional<Kind> named(String name) {
        return ALL.stream().filter(kind -> kind.name.equals(name)).findFirst();
    }

    /** The name, which is also its table's. */
    public String name() {
        return name;
    }

    /** The replicated columns of its table, without {@code id} and the version columns. */
    public List<Column> columns() {
        return columns;
    }

    /**
     * The position of a column.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException(name + " have no column " + column);
    }

    /** The id that the content demands, where a record's content is its identity (design: skills and edges). */
    public Optional<UUID> identityOf(Content content) {
        return identity.apply(content);
    }

    @Override
    public String toString() {
        return name;
    }

    private static Builder kind(String name) {
        return new Builder(name);
    }

    private static final class Builder {
        private final String name;
        private final List<Column> columns = new ArrayList<>();

        Builder(String name) {
            this.name = name;
        }

        Builder required(String column, Type type) {
            columns.add(new Column(column, type, true));
            return this;
        }

        Builder optional(String column, Type type) {
            columns.add(new Column(column, type, false));
            return this;
        }

        Kind build(Function<Content, Optional<UUID>> identity) {
            return new Kind(name, List.copyOf(columns), identity);
        }
    }
}
