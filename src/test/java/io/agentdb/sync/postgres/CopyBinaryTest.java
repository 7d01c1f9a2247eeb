package io.agentdb.sync.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.postgres.embedded.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CopyBinaryTest {

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = TestPostgres.newDatabase().getConnection();
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    @Test
    void everyType_arrivesAsWritten() throws SQLException {
        UUID uuid = UUID.fromString("01936b2e-7c5d-7aaa-bbbb-0123456789ab");
        Instant instant = Instant.parse("2026-11-22T03:04:05.678901Z");
        execute("CREATE TABLE target"
                + " (t text, u uuid, l bigint, d float8, b boolean, j jsonb, a text[], z timestamptz)");
        try (CopyBinary copy = into("target")) {
            copy.startRow(8);
            copy.writeText("naïve ✓ 🐘");
            copy.writeUuid(uuid);
            copy.writeLong(Long.MIN_VALUE);
            copy.writeDouble(-0.1);
            copy.writeBoolean(true);
            copy.writeJsonb("{\"k\": [1, \"ü\"]}");
            copy.writeTextArray(List.of("a,b", "", "{\"x\"}", "NULL", "🐘"));
            copy.writeTimestamp(instant);
            copy.startRow(8);
            for (int i = 0; i < 8; i++) {
                copy.writeNull();
            }
            assertThat(copy.finish()).isEqualTo(2);
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM target ORDER BY t NULLS LAST")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("t")).isEqualTo("naïve ✓ 🐘");
            assertThat(rows.getObject("u")).isEqualTo(uuid);
            assertThat(rows.getLong("l")).isEqualTo(Long.MIN_VALUE);
            assertThat(rows.getDouble("d")).isEqualTo(-0.1);
            assertThat(rows.getBoolean("b")).isTrue();
            assertThat(rows.getString("j")).isEqualTo("{\"k\": [1, \"ü\"]}");
            assertThat((Object[]) rows.getArray("a").getArray()).containsExactly("a,b", "", "{\"x\"}", "NULL", "🐘");
            assertThat(rows.getObject("z", OffsetDateTime.class).toInstant()).isEqualTo(instant);
            assertThat(rows.next()).isTrue();
            for (int column = 1; column <= 8; column++) {
                assertThat(rows.getObject(column)).isNull();
            }
        }
    }

    @Test
    void specialDoubles_arriveAsWritten() throws SQLException {
        execute("CREATE TABLE target (n int GENERATED ALWAYS AS IDENTITY, d float8)");
        double[] values = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE};
        try (CopyBinary copy = into("target (d)")) {
            for (double value : values) {
                copy.startRow(1);
                copy.writeDouble(value);
            }
            copy.finish();
        }
        assertThat(column("SELECT d::text FROM target ORDER BY n"))
                .containsExactly("NaN", "Infinity", "-Infinity", "-0", "5e-324");
    }

    @Test
    void emptyArray_isEmptyAndNotNull() throws SQLException {
        execute("CREATE TABLE target (a text[])");
        try (CopyBinary copy = into("target")) {
            copy.startRow(1);
            copy.writeTextArray(List.of());
            copy.finish();
        }
        assertThat(column("SELECT a = '{}' FROM target")).containsExactly("t");
    }

    @Test
    void extremeInstants_surviveToTheMicrosecond() throws SQLException {
        execute("CREATE TABLE target (n int GENERATED ALWAYS AS IDENTITY, z timestamptz)");
        List<Instant> instants = List.of(
                Instant.parse("-4713-11-24T00:00:00Z"),
                Instant.parse("+294276-12-31T23:59:59.999999Z"),
                Instant.EPOCH.minusNanos(1000),
                Instant.parse("1999-12-31T23:59:59.999999Z"));
        try (CopyBinary copy = into("target (z)")) {
            for (Instant instant : instants) {
                copy.startRow(1);
                copy.writeTimestamp(instant);
            }
            copy.finish();
        }
        assertThat(column("SELECT to_char(z AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US BC') FROM target ORDER BY n"))
                .containsExactly("4714-11-24 00:00:00.000000 BC", "294276-12-31 23:59:59.999999 AD",
                        "1969-12-31 23:59:59.999999 AD", "1999-12-31 23:59:59.999999 AD");
    }

    @Test
    void nanoseconds_areCutTowardsThePast() throws SQLException {
        execute("CREATE TABLE target (z timestamptz)");
        try (CopyBinary copy = into("target")) {
            copy.startRow(1);
            copy.writeTimestamp(Instant.parse("1969-07-20T20:17:40.000000999Z"));
            copy.finish();
        }
        assertThat(column("SELECT extract(epoch FROM z)::text FROM target")).containsExactly("-14182940.000000");
    }

    @Test
    void textOfFiveMegabytes_arrivesWhole() throws SQLException {
        execute("CREATE TABLE target (t text)");
        String text = "0123456789✓🐘abc".repeat(5_000_000 / 20);
        try (CopyBinary copy = into("target")) {
            copy.startRow(1);
            copy.writeText(text);
            assertThat(copy.finish()).isOne();
        }
        assertThat(column("SELECT octet_length(t)::text FROM target"))
                .containsExactly("" + text.getBytes(UTF_8).length);
        assertThat(column("SELECT t FROM target").get(0).equals(text)).isTrue();
    }

    @Test
    void manyRowsAcrossTheBuffer_arriveInOrder() throws SQLException {
        execute("CREATE TABLE target (l bigint, t text)");
        int rows = 50_000;
        try (CopyBinary copy = into("target")) {
            for (int i = 0; i < rows; i++) {
                copy.startRow(2);
                copy.writeLong(i);
                copy.writeText("row " + i);
            }
            assertThat(copy.finish()).isEqualTo(rows);
        }
        assertThat(column("SELECT count(*) FROM target WHERE t = 'row ' || l")).containsExactly("" + rows);
    }

    @Test
    void unstorableValue_isRefusedAndTheRowGoesOn() throws SQLException {
        execute("CREATE TABLE target (t text)");
        try (CopyBinary copy = into("target")) {
            copy.startRow(1);
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeText("a\0b"));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeText("half \ud83d pair"));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeText("\udc18\ud83d"));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeText(null));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeTextArray(Arrays.asList("a", null)));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeTimestamp(Instant.MAX));
            assertThatIllegalArgumentException().isThrownBy(() -> copy.writeTimestamp(Instant.MIN));
            copy.writeText("fine");
            assertThat(copy.finish()).isOne();
        }
        assertThat(column("SELECT t FROM target")).containsExactly("fine");
    }

    @Test
    void rowOfWrongWidth_isRefused() throws SQLException {
        execute("CREATE TABLE target (t text)");
        try (CopyBinary copy = into("target")) {
            copy.startRow(1);
            assertThatIllegalStateException().isThrownBy(() -> copy.startRow(1));
            assertThatIllegalStateException().isThrownBy(copy::finish);
            copy.writeNull();
            assertThatIllegalStateException().isThrownBy(copy::writeNull);
        }
    }

    @Test
    void closedWithoutFinish_keepsNothingAndFreesTheConnection() throws SQLException {
        execute("CREATE TABLE target (l bigint)");
        try (CopyBinary copy = into("target")) {
            for (int i = 0; i < 20_000; i++) {
                copy.startRow(1);
                copy.writeLong(i);
            }
        }
        assertThat(column("SELECT count(*) FROM target")).containsExactly("0");
    }

    @Test
    void refusalByTheServer_namesItsReasonAndFreesTheConnection() throws SQLException {
        execute("CREATE TABLE target (l bigint PRIMARY KEY)");
        try (CopyBinary copy = into("target")) {
            for (int i = 0; i < 2; i++) {
                copy.startRow(1);
                copy.writeLong(7);
            }
            assertThatThrownBy(copy::finish).isInstanceOf(SQLException.class).hasMessageContaining("duplicate key");
        }
        assertThat(column("SELECT count(*) FROM target")).containsExactly("0");
    }

    private CopyBinary into(String target) throws SQLException {
        return new CopyBinary(connection, "COPY " + target + " FROM STDIN (FORMAT binary)");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
