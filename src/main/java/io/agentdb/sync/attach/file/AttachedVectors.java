package io.agentdb.sync.attach.file;

import io.agentdb.sync.embedding.EmbeddedText;
import io.agentdb.sync.embedding.Embedding;
import io.agentdb.sync.embedding.EmbeddingModel;
import io.agentdb.sync.embedding.MockEmbedding;
import io.agentdb.sync.memory.transfer.AttachedRows;
import io.agentdb.sync.memory.transfer.AttachedRows.FileRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * AgentDB's vectors, and who has made them. A file calls its mocks by the real model's name, so one is made again and
 * compared. One thread.
 */
public final class AttachedVectors {

    /** Numbers of a vector; AgentDB compares as many, whatever a row has. */
    public static final int DIMENSIONS = EmbeddingModel.MINILM_DIMENSIONS;

    private final Connection connection;
    private final Function<String, Optional<float[]>> miniLm;
    /** Null until it is looked for. */
    private @Nullable Optional<String> maker;

    /** @param miniLm MiniLM's vector of a text, where this node has that model and it works; takes some milliseconds */
    public AttachedVectors(Connection connection, Function<String, Optional<float[]>> miniLm) {
        this.connection = connection;
        this.miniLm = miniLm;
    }

    /** Whose the file's vectors are, by its newest; empty if there are none, or of a maker that is not known. */
    public Optional<String> maker() throws SQLException {
        Optional<String> found = maker;
        if (found == null) {
            found = find(FileTable.EPISODES);
            if (found.isEmpty()) {
                found = find(FileTable.SKILLS);
            }
            maker = found;
        }
        return found;
    }

    /** To be found out anew: an agent may have got a model meanwhile. */
    public void forgetMaker() {
        maker = null;
    }

    /** Of which model a vector is, if it is that text's. */
    public Optional<String> maker(String text, byte[] bytes) {
        if (bytes.length != DIMENSIONS * Float.BYTES) {
            return Optional.empty();
        }
        float[] vector = new float[DIMENSIONS];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        if (MockEmbedding.is(vector)) {
            return Optional.of(EmbeddingModel.MOCK);
        }
        return miniLm.apply(text).filter(made -> EmbeddingModel.isSame(made, vector))
                .map(made -> EmbeddingModel.MINILM);
    }

    public Map<Long, byte[]> read(FileTable table, Collection<Long> rows) throws SQLException {
        Map<Long, byte[]> vectors = new LinkedHashMap<>();
        if (table.vectors().isPresent() && !rows.isEmpty()) {
            try (PreparedStatement query = connection.prepareStatement("select " + table.vectorsKey()
                    + ", embedding from " + table.vectors().get() + " where " + table.vectorsKey() + " in ("
                    + rows.stream().map(String::valueOf).collect(Collectors.joining(",")) + ")");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    byte[] vector = row.getBytes(2);
                    if (vector != null) {
                        vectors.put(row.getLong(1), vector);
                    }
                }
            }
        }
        return vectors;
    }

    /**
     * A vector that the file's own can be compared with; empty if there is none, and the row is then not found here. A
     * model is not run for it: agents would wait for that at the end of their transactions, and the node makes those
     * vectors anyway.
     *
     * @param known the record's vectors
     */
    public Optional<byte[]> fitting(String text, List<Embedding> known) throws SQLException {
        Optional<String> here = maker();
        if (here.isEmpty() || text.isEmpty()) {
            return Optional.empty();
        }
        if (here.get().equals(EmbeddingModel.MOCK)) {
            return Optional.of(new Embedding(EmbeddingModel.MOCK, EmbeddedText.digest(text), MockEmbedding.of(text))
                    .bytes());
        }
        return known.stream().filter(one -> one.model().equals(here.get()) && one.vector().length == DIMENSIONS
                && one.isOf(text)).map(Embedding::bytes).findFirst();
    }

    public void write(FileTable table, long row, byte[] vector) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert or replace into "
                + table.vectors().orElseThrow() + " (" + table.vectorsKey() + ", embedding) values (?, ?)")) {
            insert.setLong(1, row);
            insert.setBytes(2, vector);
            insert.executeUpdate();
        }
    }

    public void delete(FileTable table, long row) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table.vectors().orElseThrow()
                + " where " + table.vectorsKey() + " = ?")) {
            delete.setLong(1, row);
            delete.executeUpdate();
        }
    }

    private Optional<String> find(FileTable table) throws SQLException {
        long row = 0;
        try (PreparedStatement query = connection.prepareStatement("select max(" + table.vectorsKey() + ") from "
                + table.vectors().orElseThrow()); ResultSet newest = query.executeQuery()) {
            row = newest.next() ? newest.getLong(1) : 0;
        }
        Map<Long, byte[]> vectors = row == 0 ? Map.of() : read(table, List.of(row));
        for (FileRow one : AttachedRows.read(connection, table.table(), vectors.keySet()).rows()) {
            String text = EmbeddedText.of(table.kind(), one.content());
            byte[] vector = vectors.get(one.row());
            if (text != null && vector != null) {
                return maker(text, vector);
            }
        }
        return Optional.empty();
    }
}
