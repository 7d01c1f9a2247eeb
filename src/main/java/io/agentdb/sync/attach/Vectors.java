package io.agentdb.sync.attach;

import io.agentdb.sync.attach.AttachTally.Passed;
import io.agentdb.sync.attach.file.FileRows.PresentRow;
import io.agentdb.sync.attach.file.FileStopped;
import io.agentdb.sync.attach.file.FileTable;
import io.agentdb.sync.attach.file.Print;
import io.agentdb.sync.attach.file.SyncMap.RowEntry;
import io.agentdb.sync.attach.file.SyncMap.Waits;
import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.EmbeddingStore;
import io.agentdb.sync.embedding.EmbeddingStore.Kept;
import io.agentdb.sync.memory.Content;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Embeddings that come with an attached file's rows, and those that records need there to be found. One thread. */
final class Vectors {

    private static final int PAGE = 50;
    /** The columns of {@link EmbeddedText}. */
    private static final Set<String> EMBEDDED = Set.of("task", "critique", "output", "name", "description",
            "signature");

    private final OpenFile open;
    private final EmbeddingStore store;
    private final NodeRecords records;
    private final AttachTally tally;

    Vectors(OpenFile open, EmbeddingStore store, NodeRecords records, AttachTally tally) {
        this.open = open;
        this.records = records;
        this.store = store;
        this.tally = tally;
    }

    /**
     * Keeps what the file has for these rows, if it is a known model's: a mock can be made again, and says nothing. A
     * record may have been here with another text, and may be gone: then the row's vector is none of its.
     */
    void keep(FileTable table, Collection<PresentRow> rows) throws SQLException {
        Map<Long, byte[]> vectors = open.vectors().read(table, rows.stream().map(row -> row.row().row()).toList());
        if (vectors.isEmpty()) {
            return;
        }
        Map<UUID, Content> here = records.find(table.kind(), rows.stream().map(row -> row.row().id()).toList());
        List<Kept> kept = new ArrayList<>();
        for (PresentRow row : rows) {
            byte[] vector = vectors.get(row.row().row());
            Content content = here.get(row.row().id());
            if (vector != null && content != null
                    && !isOtherText(table, row.print(), open.rows().print(table, content, row.ends()))) {
                // The signature's keys are in the database's order there, and in the file's here.
                String made = Objects.requireNonNull(EmbeddedText.of(table.kind(), row.row().content()), "it has one");
                byte[] digest = EmbeddedText.digest(Objects.requireNonNull(EmbeddedText.of(table.kind(), content),
                        "it is of the same kind"));
                open.vectors().maker(made, vector).filter(maker -> !maker.equals(EmbeddingModel.MOCK))
                        .ifPresent(maker -> kept.add(new Kept(row.row().id(), Embedding.of(maker, digest, vector))));
            }
        }
        open.vectors().forgetMaker();
        store.add(table.kind(), kept);
    }

    boolean has(FileTable table, long row) throws SQLException {
        return !open.vectors().read(table, List.of(row)).isEmpty();
    }

    Map<UUID, List<Embedding>> known(FileTable table, Collection<UUID> ids) {
        return EmbeddedText.KINDS.contains(table.kind()) ? store.find(table.kind(), ids) : Map.of();
    }

    /**
     * Gives a row of this node's making a vector by which the agents find it. In a transaction on the file.
     *
     * @return whether it has one now
     */
    boolean write(FileTable table, long row, Content content, List<Embedding> known) throws SQLException {
        String text = EmbeddedText.of(table.kind(), content);
        Optional<byte[]> vector = text == null ? Optional.empty() : open.vectors().fitting(text, known);
        if (vector.isPresent()) {
            open.vectors().write(table, row, vector.get());
        } else if (text != null) {
            tally.count(Passed.WITHOUT_VECTOR);
        }
        return vector.isPresent();
    }

    /**
     * As {@link #write}, of a row that had another text: where no vector fits, it has none. By the former text's it
     * would be found for what it does not say any more, and get no other.
     */
    boolean replace(FileTable table, long row, Content content, List<Embedding> known) throws SQLException {
        open.vectors().delete(table, row);
        return write(table, row, content, known);
    }

    /** Whether what vectors are made of differs. */
    static boolean isOtherText(FileTable table, Print one, Print other) {
        return EmbeddedText.KINDS.contains(table.kind()) && !Collections.disjoint(one.changed(other), EMBEDDED);
    }

    /** What had no vector when it was looked at last: an agent's may have come, and ours may be known. */
    void late(FileTable table) throws SQLException, FileStopped {
        if (!EmbeddedText.KINDS.contains(table.kind())) {
            return;
        }
        long after = 0;
        while (true) {
            List<RowEntry> page = open.map().withoutVector(table, after, PAGE);
            List<Long> rows = page.stream().map(RowEntry::row).filter(Objects::nonNull).toList();
            if (rows.isEmpty()) {
                return;
            }
            if (after == 0) {
                // The model may have been loaded since.
                open.vectors().forgetMaker();
                if (open.vectors().maker().isEmpty()) {
                    return;
                }
            }
            Collection<PresentRow> present = open.rows().read(table, rows).rows().values();
            keep(table, present);
            Map<UUID, List<Embedding>> known = known(table, page.stream().map(RowEntry::id).toList());
            Map<Long, PresentRow> byRow = new HashMap<>();
            present.forEach(row -> byRow.put(row.row().row(), row));
            List<RowEntry> found = new ArrayList<>();
            for (RowEntry entry : page) {
                PresentRow row = byRow.get(entry.row());
                // A row of the agent's own gets its vector from the agent: where ours is first, AgentDB's store fails.
                if (row != null && (has(table, row.row().row())
                        || entry.waits() == Waits.VECTOR
                        && fits(row, table, known.getOrDefault(entry.id(), List.of())))) {
                    found.add(entry);
                }
            }
            if (!found.isEmpty()) {
                open.file().write(connection -> {
                    for (RowEntry entry : found) {
                        PresentRow row = Objects.requireNonNull(byRow.get(entry.row()));
                        if (has(table, row.row().row()) || write(table, row.row().row(), row.row().content(),
                                known.getOrDefault(entry.id(), List.of()))) {
                            open.map().embedded(table, entry.id());
                        }
                    }
                    return true;
                });
            }
            after = rows.get(rows.size() - 1);
        }
    }

    private boolean fits(PresentRow row, FileTable table, List<Embedding> known) throws SQLException {
        String text = EmbeddedText.of(table.kind(), row.row().content());
        return text != null && open.vectors().fitting(text, known).isPresent();
    }
}
