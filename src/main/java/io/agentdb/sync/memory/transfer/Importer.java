package io.agentdb.sync.memory.transfer;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Identity;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.MalformedJson;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.input.ParsedFields;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes records from elsewhere. Any thread; blocks until everything is stored; memory is bounded whatever the size of
 * the source.
 *
 * <p>A bad row fails alone and is reported. If the database or the source fails, the exception comes out, what was
 * stored before stays, and importing the whole source again is safe.
 */
@Component
public class Importer {

    /** Bytes of one line: the largest record may be all characters that take six to be escaped. */
    public static final int MAX_LINE = 26 << 20;
    /** Bytes at the start of a SQLite file by which it is known. */
    public static final int MAGIC_LENGTH = SqliteFile.MAGIC.length;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final RowVectors vectors;

    public Importer(JdbcClient jdbc, PlatformTransactionManager transactions, RowVectors vectors) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.vectors = vectors;
    }

    /** Whether a file that begins with these {@link #MAGIC_LENGTH} bytes is for {@link #sqlite}. */
    public static boolean isSqlite(byte[] start) {
        return SqliteFile.isMagic(start);
    }

    /**
     * One JSON object a line, with a field {@code kind}, or a row of AgentDB's export without it. A line takes the
     * place of the record of its id, or of its identity; an episode without an id gets one made of the line if it says
     * when it happened, so that importing it again changes nothing.
     *
     * @param lines not closed here
     */
    public ImportReport ndjson(InputStream lines) throws IOException {
        return ndjson(lines, ImportWatch.NONE);
    }

    /** The same, while somebody looks. */
    public ImportReport ndjson(InputStream lines, ImportWatch watch) throws IOException {
        return json(new LineReader(lines, MAX_LINE), watch);
    }

    /**
     * The same as one JSON array, each element being what a line is.
     *
     * @param array not closed here
     */
    public ImportReport array(InputStream array) throws IOException {
        return array(array, ImportWatch.NONE);
    }

    /** The same, while somebody looks. */
    public ImportReport array(InputStream array, ImportWatch watch) throws IOException {
        return json(new ArrayReader(array, MAX_LINE), watch);
    }

    /**
     * A row of AgentDB's export is taken as {@link #sqlite} takes it: a record that is here, or was deleted here, stays
     * as it is.
     */
    private ImportReport json(Entries entries, ImportWatch watch) throws IOException {
        ImportCounts tally = new ImportCounts();
        RowVectors.Intake taken = vectors.begin();
        BulkWriter lines = new BulkWriter(jdbc, transaction, true, tally, taken);
        BulkWriter rows = new BulkWriter(jdbc, transaction, false, tally, taken);
        ExportedRow exported = new ExportedRow();
        try {
            while (entries.next()) {
                if (!entries.blank()) {
                    one(new RowOrigin(null, entries.number()), entries, exported, lines, rows, tally);
                }
                watch.passed(Math.min(entries.number(), Math.min(lines.oldest(), rows.oldest()) - 1), tally::soFar);
            }
        } catch (MalformedJson cutOff) {
            tally.failed(new RowOrigin(null, entries.number() + 1), null, cutOff);
        }
        lines.flush();
        rows.flush();
        watch.ended(entries.number());
        List<String> notes = new ArrayList<>(exported.notes());
        notes.addAll(taken.notes());
        return tally.report(exported.embeddings(), taken.kept(), null, notes.isEmpty() ? null : notes);
    }

    /**
     * The same of a file whose WAL, if it is in that mode, is beside it.
     *
     * @throws WalMissing if it is not
     */
    public ImportReport sqlite(Path file) {
        return sqlite(file, false);
    }

    /**
     * A database file of AgentDB's, which is only read. A record that is here, or that was deleted here, stays as it
     * is.
     *
     * @param complete whether the caller knows that nothing is missing of a file in WAL mode that is alone, as after
     *     its last program has closed it
     * @throws InvalidInput if the file is not a sound database of AgentDB's
     */
    public ImportReport sqlite(Path file, boolean complete) {
        return sqlite(file, complete, ImportWatch.NONE);
    }

    /** The same, while somebody looks. */
    public ImportReport sqlite(Path file, boolean complete, ImportWatch watch) {
        ImportCounts tally = new ImportCounts();
        RowVectors.Intake taken = vectors.begin();
        BulkWriter writer = new BulkWriter(jdbc, transaction, false, tally, taken);
        try (SqliteFile source = SqliteFile.open(file, complete)) {
            watch.expect(source.rows());
            WatchedSink sink = new WatchedSink(writer, tally, watch);
            SqliteRows rows = new SqliteRows(source, sink);
            rows.read();
            writer.flush();
            sink.ended();
            List<String> notes = new ArrayList<>(rows.notes());
            notes.addAll(taken.notes());
            return tally.report(source.embeddings(), taken.kept(), source.otherTables(), notes);
        }
    }

    private static void one(RowOrigin source, Entries entries, ExportedRow exported, BulkWriter lines, BulkWriter rows,
            ImportCounts tally) {
        Kind kind = null;
        try {
            ObjectNode object = JsonText.object(entries.text());
            if (ExportedRow.is(object)) {
                kind = Kind.EPISODES;
                rows.add(kind, exported.read(source, object));
                return;
            }
            kind = kind(object.remove("kind"));
            ParsedFields draft = ParsedFields.read(kind, object);
            Content content = draft.content(Importer::absent);
            UUID id = draft.id() == null && kind == Kind.EPISODES && content.get(kind.indexOf("ts")) != null
                    ? Identity.foreign("line|" + content.values()) : draft.id();
            lines.add(kind, new Row(source, Edits.identified(kind, id, content), content, null));
        } catch (InvalidInput e) {
            tally.failed(source, kind, e);
        }
    }

    /** Times stay absent: {@link BulkUpsert} keeps the record's own. */
    static @Nullable Object absent(Column column) {
        return Edits.otherwise(time -> null).apply(column);
    }

    private static Kind kind(@Nullable JsonNode node) {
        if (node != null && node.isString()) {
            for (Kind kind : Kind.ALL) {
                String plural = kind.name();
                if (node.stringValue().equals(plural)
                        || node.stringValue().equals(plural.substring(0, plural.length() - 1))) {
                    return kind;
                }
            }
        }
        throw new InvalidInput("kind", "must be one of " + Kind.ALL + ", but is "
                + (node == null ? "absent" : SafeText.value(node)));
    }
}
