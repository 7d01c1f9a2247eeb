package io.agentdb.sync.attach;

import io.agentdb.sync.attach.file.AttachedFile;
import io.agentdb.sync.attach.file.AttachedFile.FileWork;
import io.agentdb.sync.attach.file.AttachedVectors;
import io.agentdb.sync.attach.file.FileRows;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.SyncMap;
import io.agentdb.sync.memory.Kind;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * A file that is kept in step, and what is needed for that.
 *
 * @param id of the attachment, which stands in the file; another one in a copy of it
 */
record OpenFile(UUID id, AttachedFile file, SyncMap map, FileRows rows, AttachedVectors vectors, List<Kind> kinds)
        implements AutoCloseable {

    private static final String ID = "id";
    private static final String NODE = "node";
    private static final String FILE = "file";
    static final String CURSOR = "cursor.";

    /**
     * @param node who keeps it in step
     * @param takeOver whether a person wants it, although another node has kept it in step before
     * @param miniLm MiniLM's vector of a text, where the node has that model
     */
    static OpenFile open(Path path, String node, boolean takeOver, List<Kind> kinds,
            Function<String, Optional<float[]>> miniLm) throws FileStopped, SQLException {
        AttachedFile file = AttachedFile.open(path);
        try {
            SyncMap map = new SyncMap(file.connection());
            file.write(connection -> {
                map.create();
                return true;
            });
            Optional<String> before = map.note(NODE);
            if (before.isPresent() && !before.get().equals(node) && !takeOver) {
                throw new FileStopped("the node " + before.get() + " has kept this file in step before: if it does not"
                        + " any more, resume the attachment, and this node takes it over");
            }
            boolean same = before.filter(node::equals).isPresent()
                    && map.note(FILE).filter(file.key()::equals).isPresent();
            UUID id = same ? UUID.fromString(map.note(ID).orElseThrow()) : UUID.randomUUID();
            if (!same) {
                file.write(connection -> {
                    map.note(ID, id.toString());
                    map.note(NODE, node);
                    map.note(FILE, file.key());
                    if (!before.filter(node::equals).isPresent()) {
                        map.forgetNotes(CURSOR);
                    }
                    return true;
                });
            }
            return new OpenFile(id, file, map, new FileRows(file),
                    new AttachedVectors(file.connection(), miniLm), kinds);
        } catch (SQLException | FileStopped | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    List<FileTable> tables() {
        return rows.tables().stream().filter(table -> kinds.contains(table.kind())).toList();
    }

    /** What is read meanwhile is of one moment: a row and its entry in the map are of the same write. */
    <T> T ofOneMoment(FileWork<T> reading) throws SQLException {
        try (Statement statement = file.connection().createStatement()) {
            statement.executeUpdate("begin");
            try {
                return reading.in(file.connection());
            } finally {
                statement.executeUpdate("commit");
            }
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
