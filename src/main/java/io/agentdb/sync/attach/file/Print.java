package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a row said when both sides last agreed on it, eight bytes a column: a number itself, of a text a digest. So it
 * can be told which columns the agent has changed since, and by how much a count has grown. JSON counts by its value,
 * since PostgreSQL writes it otherwise than AgentDB. Immutable.
 */
public final class Print {

    private static final long NOTHING = 0x7ff8_0000_0000_0001L;

    private final FileTable table;
    private final byte[] bytes;

    private Print(FileTable table, byte[] bytes) {
        this.table = table;
        this.bytes = bytes;
    }

    /** @param bytes as {@link #bytes} gave them */
    public static Print stored(FileTable table, byte[] bytes) {
        return new Print(table, bytes);
    }

    /** What a file with all columns would say of a record. */
    public static Print of(FileTable table, Content content) {
        return of(table, Cells.of(table, content, new long[2]));
    }

    static Print of(FileTable table, @Nullable Object[] cells) {
        ByteBuffer print = ByteBuffer.allocate(Long.BYTES * cells.length);
        for (int i = 0; i < cells.length; i++) {
            print.putLong(one(Cells.columns(table).get(i), cells[i]));
        }
        return new Print(table, print.array());
    }

    public byte[] bytes() {
        return bytes;
    }

    /** The columns of the record in which the two differ; an edge's ends are none. */
    public Set<String> changed(Print other) {
        List<Cell> columns = Cells.columns(table);
        Set<String> changed = new LinkedHashSet<>();
        for (int i = 0; i < columns.size(); i++) {
            String field = columns.get(i).field();
            if (field != null && (other.bytes.length != bytes.length || at(i) != other.at(i))) {
                changed.add(field);
            }
        }
        return changed;
    }

    /** The number in a column; 0 where there was none. */
    public double number(String column) {
        List<Cell> columns = Cells.columns(table);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).column().equals(column)) {
                double number = Double.longBitsToDouble(at(i));
                return Double.isNaN(number) ? 0 : number;
            }
        }
        throw new IllegalArgumentException(table + " has no column " + column);
    }

    /** Whether both are of the same row's neighbours: an edge's ends are row numbers. */
    public boolean hasEndsOf(Print other) {
        List<Cell> columns = Cells.columns(table);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).field() == null && at(i) != other.at(i)) {
                return false;
            }
        }
        return true;
    }

    /** The row numbers of an edge's ends; none of other tables. */
    public long[] ends() {
        List<Cell> columns = Cells.columns(table);
        return IntStream.range(0, columns.size()).filter(i -> columns.get(i).field() == null)
                .mapToLong(i -> (long) Double.longBitsToDouble(at(i))).toArray();
    }

    private long at(int column) {
        return ByteBuffer.wrap(bytes).getLong(column * Long.BYTES);
    }

    private static long one(Cell cell, @Nullable Object value) {
        if (value == null) {
            return NOTHING;
        }
        if (value instanceof Number number) {
            return Double.doubleToLongBits(number.doubleValue() + 0.0);
        }
        String text = (String) value;
        return digest(cell.type() == Column.Type.JSON || cell.type() == Column.Type.TEXT_ARRAY
                ? canonical(JsonText.trusted(text)) : text);
    }

    private static String canonical(JsonNode node) {
        if (node.isObject()) {
            return node.propertyNames().stream().sorted()
                    .map(name -> JsonText.MAPPER.valueToTree(name) + ":" + canonical(node.get(name)))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream().map(Print::canonical).collect(Collectors.joining(",", "[", "]"));
        }
        return node.isNumber() ? node.decimalValue().stripTrailingZeros().toString() : node.toString();
    }

    private static long digest(String text) {
        return ByteBuffer.wrap(sha256(text.getBytes(StandardCharsets.UTF_8))).getLong();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Print print && table == print.table && Arrays.equals(bytes, print.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return table + " of " + bytes.length / Long.BYTES + " columns";
    }
}
