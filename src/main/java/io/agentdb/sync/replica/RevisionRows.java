package io.agentdb.sync.replica;

import io.agentdb.sync.memory.BinaryRow;
import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import java.util.stream.Collectors;

/** Between a kind's rows and {@link Revision}s; the SQL of every reader of versions selects through here. */
public final class RevisionRows {

    /** The version columns, as every reader selects them. */
    public static final String VERSION = "id, actor, counter, xid, context::text as context, hlc, feed_xid, choice";

    private RevisionRows() {
    }

    /** The content columns of a kind's table. */
    public static String content(Kind kind) {
        return kind.columns().stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /**
     * The content of a kind's table as a {@link BinaryRow}, and what merging needs beside it. A slice begins at 1: an
     * array that somebody began elsewhere would be another one on a peer.
     */
    public static String whole(Kind kind) {
        return "record_send(row(" + sliced(kind)
                + ")) as content, unknown_fields, field_hlc::text as field_hlc, tallies::text as tallies";
    }

    /**
     * All of a row's content as one text, for digests: fields that nobody has leave it as releases wrote it that do not
     * know of them. A slice begins at 1: an array that somebody began elsewhere would be another text than the same
     * array on a peer.
     */
    public static String digested(Kind kind, String row) {
        return "(row(" + row + sliced(kind) + ")::text || coalesce(unknown_fields, ''))";
    }

    private static String sliced(Kind kind) {
        return kind.columns().stream().map(column -> column.type() == Column.Type.TEXT_ARRAY
                ? column.name() + "[:]" : column.name())
                .collect(Collectors.joining(", "));
    }

    /** What a tombstone has in the places of {@link #whole}: typed nulls. */
    public static String nothing() {
        return "null::bytea, null::text, null::text, null::text";
    }

    public static Revision revision(Kind kind, ResultSet row) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        return row.getBoolean("deleted") ? new Revision(kind, id, version(row), null)
                : new Revision(kind, id, version(row), content(kind, row),
                        History.of(row.getString("field_hlc"), row.getString("tallies")));
    }

    public static Version version(ResultSet row) throws SQLException {
        return new Version(new Dot(new Actor(row.getString("actor")), row.getLong("counter"), row.getLong("xid")),
                ContextJson.parse(row.getString("context")), row.getLong("hlc"), row.getBoolean("choice"));
    }

    private static Content content(Kind kind, ResultSet row) throws SQLException {
        return new Content(BinaryRow.sent(kind, row.getBytes("content")), row.getString("unknown_fields"));
    }
}
