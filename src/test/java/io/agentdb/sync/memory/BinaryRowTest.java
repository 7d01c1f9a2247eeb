package io.agentdb.sync.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.protocol.codec.FuzzCases;
import io.agentdb.sync.protocol.codec.Mutations;
import io.agentdb.sync.protocol.codec.Samples;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What a peer says of a record's fields is read as it was written, or refused by the column's name. */
class BinaryRowTest {

    private static final int TASK = Kind.EPISODES.indexOf("task");
    private static final int TAGS = Kind.EPISODES.indexOf("tags");

    @Test
    void everyField_isReadAsItWasWritten() {
        for (int number = 0; number < 500; number++) {
            List<Object> values = storable(number);
            assertThat((List<Object>) BinaryRows.of(Kind.EPISODES, values)).as("case %s", number).isEqualTo(values);
        }
    }

    @Test
    void spoiltRow_isRefused_orEachOfItsFieldsCanBeRead() {
        int read = 0;
        for (int number = FuzzCases.FIRST; number < FuzzCases.FIRST + FuzzCases.COUNT; number++) {
            byte[] fields = BinaryRows.fields(Kind.EPISODES, storable(number));
            byte[] other = BinaryRows.fields(Kind.EPISODES, storable(-number));
            byte[] spoilt = new Mutations(FuzzCases.random(number)).spoil(fields, other);
            try {
                BinaryRow row = BinaryRow.checked(Kind.EPISODES, spoilt);
                assertThat(BinaryRows.fields(Kind.EPISODES, row)).as("case %s", number).isEqualTo(spoilt);
                read++;
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).as("case %s", number).containsAnyOf("episodes", "columns");
            }
        }
        assertThat(read).as("rows that could still be read").isPositive();
    }

    @Test
    void whatTheDatabaseWouldNotStore_isRefusedByTheColumnsName() {
        assertRefused("episodes.task is missing", values -> set(values, TASK, null));
        assertRefused("episodes.task has a NUL at 2", values -> set(values, TASK, "ab\0"));
        assertRefused("episodes.reward is not a finite number",
                values -> set(values, Kind.EPISODES.indexOf("reward"), Double.NaN));
        assertRefused("episodes.ts lies outside the years 1 to 9999",
                values -> set(values, 0, Instant.parse("+10000-01-01T00:00:00Z")));
        assertRefused("more fields than there are episodes columns",
                bytes -> Arrays.copyOf(bytes, bytes.length + 1), 0);
        assertRefused("the row ends before episodes.created_at",
                bytes -> Arrays.copyOf(bytes, bytes.length - 1), 0);
        assertRefused("episodes.session_id is not UTF-8", bytes -> with(bytes, 12 + 4, (byte) 0xff), 0);
        assertRefused("episodes.tags is no array of texts", bytes -> with(bytes, 3, (byte) 2), TAGS);
        assertRefused("episodes.tags is no array of texts", bytes -> with(bytes, 7, (byte) 1), TAGS);
        assertRefused("episodes.tags is no array of texts", bytes -> with(bytes, 11, (byte) 26), TAGS);
        assertRefused("episodes.tags ends within its element 3", bytes -> with(bytes, 15, (byte) 3), TAGS);
        assertRefused("episodes.tags has", bytes -> with(bytes, 15, (byte) 1), TAGS);
        assertRefused("episodes.tags is no array that begins at 1", bytes -> with(bytes, 19, (byte) 0), TAGS);
        assertRefused("episodes.tags ends within its element 1", bytes -> with(bytes, 20, (byte) 0xff), TAGS);
        assertRefused("episodes.success is neither true nor false",
                bytes -> with(bytes, 0, (byte) 2), Kind.EPISODES.indexOf("success"));
        assertRefused("episodes.metadata is no jsonb of version 1",
                bytes -> with(bytes, 0, (byte) 2), Kind.EPISODES.indexOf("metadata"));
    }

    private static void assertRefused(String why, UnaryOperator<List<Object>> change) {
        assertThatThrownBy(() -> BinaryRows.of(Kind.EPISODES, change.apply(values())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }

    /** @param column in whose value the change counts its bytes; the first one counts from the row's beginning */
    private static void assertRefused(String why, UnaryOperator<byte[]> change, int column) {
        byte[] fields = BinaryRows.fields(Kind.EPISODES, values());
        int from = column == 0 ? 0 : BinaryRows.fields(Kind.EPISODES, values().subList(0, column)).length + 4;
        byte[] changed = change.apply(Arrays.copyOfRange(fields, from, fields.length));
        ByteBuffer row = ByteBuffer.allocate(from + changed.length).put(fields, 0, from).put(changed);
        assertThatThrownBy(() -> BinaryRow.checked(Kind.EPISODES, row.array()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }

    private static List<Object> values() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        return new ArrayList<>(Arrays.asList(now, "s", "t", null, null, null, 0.5, true, 1L, 2L, List.of("x", "y"),
                "{}", now));
    }

    private static List<Object> set(List<Object> values, int column, Object value) {
        values.set(column, value);
        return values;
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        bytes[at] = value;
        return bytes;
    }

    private static List<Object> storable(int number) {
        RandomGenerator random = FuzzCases.random(number);
        return new Samples(random).storable(Kind.EPISODES).values();
    }
}
