package io.agentdb.sync.memory;

import io.agentdb.sync.memory.Column.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A sort of record. This is the one place that registers kinds; what else a new one takes is in CONTRIBUTING.md, under
 * "How to add".
 */
public final class Kind {

    public static final Kind EPISODES = kind("episodes")
            .required("ts", Type.TIMESTAMP, Merging.LATER)
            .required("session_id", Type.TEXT, Merging.LATER)
            .required("task", Type.TEXT, Merging.LATER)
            .optional("input", Type.TEXT, Merging.LATER)
            .optional("output", Type.TEXT, Merging.LATER)
            .optional("critique", Type.TEXT, Merging.LATER)
            .optional("reward", Type.DOUBLE, Merging.LATER)
            .optional("success", Type.BOOLEAN, Merging.LATER)
            .optional("latency_ms", Type.LONG, Merging.LATER)
            .optional("tokens_used", Type.LONG, Merging.LATER)
            .optional("tags", Type.TEXT_ARRAY, Merging.UNITED)
            .optional("metadata", Type.JSON, Merging.BY_KEY)
            .required("created_at", Type.TIMESTAMP, Merging.EARLIEST)
            .build(content -> Optional.empty());

    public static final Kind SKILLS = kind("skills")
            .required("name", Type.TEXT, Merging.IDENTITY)
            .optional("description", Type.TEXT, Merging.LATER)
            .optional("signature", Type.JSON, Merging.LATER)
            .optional("code", Type.TEXT, Merging.LATER)
            .optional("success_rate", Type.DOUBLE, Merging.WEIGHTED)
            .optional("uses", Type.LONG, Merging.ADDED_UP)
            .optional("avg_reward", Type.DOUBLE, Merging.WEIGHTED)
            .optional("avg_latency_ms", Type.DOUBLE, Merging.WEIGHTED)
            .optional("tags", Type.TEXT_ARRAY, Merging.UNITED)
            .optional("metadata", Type.JSON, Merging.BY_KEY)
            .optional("created_from_episode", Type.UUID, Merging.LATER)
            .required("created_at", Type.TIMESTAMP, Merging.EARLIEST)
            .optional("updated_at", Type.TIMESTAMP, Merging.LATEST)
            .optional("last_used_at", Type.TIMESTAMP, Merging.LATEST)
            .build(content -> Optional.of(Identity.skill((String) content.required(0))));

    public static final Kind EDGES = kind("edges")
            .required("from_type", Type.TEXT, Merging.LATER)
            .required("from_id", Type.UUID, Merging.IDENTITY)
            .required("relationship", Type.TEXT, Merging.IDENTITY)
            .required("to_type", Type.TEXT, Merging.LATER)
            .required("to_id", Type.UUID, Merging.IDENTITY)
            .optional("weight", Type.DOUBLE, Merging.LATER)
            .optional("co_occurrences", Type.LONG, Merging.LATER)
            .optional("similarity", Type.DOUBLE, Merging.LATER)
            .optional("uplift", Type.DOUBLE, Merging.LATER)
            .optional("confidence", Type.DOUBLE, Merging.LATER)
            .optional("sample_size", Type.LONG, Merging.LATER)
            .optional("evidence_ids", Type.JSON, Merging.LATER)
            .optional("experiment_ids", Type.JSON, Merging.LATER)
            .optional("confounder_score", Type.DOUBLE, Merging.LATER)
            .optional("mechanism", Type.TEXT, Merging.LATER)
            .optional("metadata", Type.JSON, Merging.BY_KEY)
            .required("created_at", Type.TIMESTAMP, Merging.EARLIEST)
            .optional("updated_at", Type.TIMESTAMP, Merging.LATEST)
            .build(content -> Optional.of(
                    Identity.edge((UUID) content.required(1), (String) content.required(2),
                            (UUID) content.required(4))));

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

    /** The names of the columns that are merged like this, in order. */
    public List<String> merged(Merging merging) {
        return columns.stream().filter(column -> column.merging() == merging).map(Column::name).toList();
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

        Builder required(String column, Type type, Merging merging) {
            columns.add(new Column(column, type, true, merging));
            return this;
        }

        Builder optional(String column, Type type, Merging merging) {
            columns.add(new Column(column, type, false, merging));
            return this;
        }

        Kind build(Function<Content, Optional<UUID>> identity) {
            return new Kind(name, List.copyOf(columns), identity);
        }
    }
}
