package io.agentdb.sync.memory.store;

import io.agentdb.sync.memory.Json;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.postgresql.util.PGobject;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.jdbc.core.dialect.JdbcPostgresDialect;
import org.springframework.data.jdbc.core.mapping.JdbcValue;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/**
 * Spring Data JDBC for writing the kinds' records: {@code jsonb} and times. {@link Columns} reads them, since Spring
 * Data would read times as Timestamps, where the days before 1582 are of another calendar.
 */
@Configuration(proxyBeanMethods = false)
class MemoryConfiguration extends AbstractJdbcConfiguration {

    /** Told, since Spring Data would ask the database, which may not be there yet. */
    @Override
    public JdbcDialect jdbcDialect(NamedParameterJdbcOperations operations) {
        return JdbcPostgresDialect.INSTANCE;
    }

    @Override
    protected List<?> userConverters() {
        return List.of(new JsonWriting(), new JsonReading(), new InstantWriting());
    }

    @WritingConverter
    static final class JsonWriting implements Converter<Json, PGobject> {
        @Override
        public PGobject convert(Json json) {
            PGobject object = new PGobject();
            object.setType("jsonb");
            try {
                object.setValue(json.text());
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return object;
        }
    }

    @ReadingConverter
    static final class JsonReading implements Converter<PGobject, Json> {
        @Override
        public Json convert(PGobject object) {
            return new Json(Objects.requireNonNull(object.getValue(), "a column that is null comes as no object"));
        }
    }

    /**
     * An OffsetDateTime reaches the database as it is; a Timestamp would pass through the process's time zone and
     * calendar.
     */
    @WritingConverter
    static final class InstantWriting implements Converter<Instant, JdbcValue> {
        @Override
        public JdbcValue convert(Instant instant) {
            return JdbcValue.of(instant.atOffset(ZoneOffset.UTC), JDBCType.TIMESTAMP_WITH_TIMEZONE);
        }
    }
}
