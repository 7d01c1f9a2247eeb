package io.agentdb.sync.replica.store;

import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.CopyBinary;
import io.agentdb.sync.replica.ContextJson;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a version's row is sent by binary COPY, into a kind's table or one like it. */
final class RevisionCopy {

    private static final List<String> VERSION = List.of("actor", "counter", "xid", "context", "hlc", "feed_xid", "via",
            "choice", "field_hlc", "tallies", "unknown_fields");

    private RevisionCopy() {
    }

    /** The columns that are sent, separated by commas. */
    static String columns(Kind kind) {
        return Stream.of(Stream.of("id"), VERSION.stream(), kind.columns().stream().map(Column::name))
                .flatMap(names -> names).collect(Collectors.joining(", "));
    }

    /**
     * Sends rows.
     *
     * @return how many the table has taken
     * @throws Transactions.Unstorable if one cannot be stored
     */
    static long copy(Connection connection, Kind kind, String table, List<Change> changes, Provenance origin)
            throws SQLException {
        String sql = "copy %s (%s) from stdin (format binary)".formatted(table, columns(kind));
        try (CopyBinary copy = new CopyBinary(connection, sql)) {
            for (Change change : changes) {
                requireOwnId(change.revision());
                copy.startRow(1 + VERSION.size() + kind.columns().size());
                copy.writeUuid(change.revision().id());
                Version version = change.revision().version();
                copy.writeText(version.dot().actor().name());
                copy.writeLong(version.dot().counter());
                copy.writeLong(version.dot().xid());
                copy.writeJsonb(ContextJson.json(version.context()));
                copy.writeLong(version.hlc());
                copy.writeLong(origin.xid());
                write(copy, Column.Type.TEXT, origin.of(version));
                copy.writeBoolean(version.choice());
                write(copy, Column.Type.JSON, change.revision().history().fieldTimes());
                write(copy, Column.Type.JSON, change.revision().history().tallies());
                write(copy, Column.Type.TEXT, change.revision().fields().unknown());
                write(copy, kind, change.revision().fields());
            }
            return copy.finish();
        } catch (IllegalArgumentException unstorable) {
            throw new Transactions.Unstorable(Objects.requireNonNullElse(
                    unstorable.getMessage(), "it cannot be stored"), unstorable);
        }
    }

    /** Under another id, a skill would be there twice, and a local update of it would take it for a rename. */
    private static void requireOwnId(Revision revision) {
        revision.kind().identityOf(revision.fields()).filter(id -> !id.equals(revision.id())).ifPresent(id -> {
            throw new IllegalArgumentException("its content demands the id " + id + ", not " + revision.id());
        });
    }

    private static void write(CopyBinary copy, Kind kind, Content content) throws SQLException {
        BinaryRow row = content.row();
        if (row != null) {
            copy.writeEncoded(row.fields(), row.size());
            return;
        }
        for (int i = 0; i < kind.columns().size(); i++) {
            write(copy, kind.columns().get(i).type(), content.get(i));
        }
    }

    @SuppressWarnings("unchecked")
    private static void write(CopyBinary copy, Column.Type type, @Nullable Object value) throws SQLException {
        if (value == null) {
            copy.writeNull();
            return;
        }
        switch (type) {
            case TEXT -> copy.writeText((String) value);
            case JSON -> copy.writeJsonb((String) value);
            case LONG -> copy.writeLong((Long) value);
            case DOUBLE -> copy.writeDouble((Double) value);
            case BOOLEAN -> copy.writeBoolean((Boolean) value);
            case UUID -> copy.writeUuid((UUID) value);
            case TIMESTAMP -> copy.writeTimestamp((Instant) value);
            case TEXT_ARRAY -> copy.writeTextArray((List<String>) value);
            default -> throw new IllegalStateException("unforeseen type " + type);
        }
    }
}
