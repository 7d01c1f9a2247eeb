package io.agentdb.sync.memory;

import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import org.postgresql.util.PGobject;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.convert.WritingConverter;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;

/** Spring Data JDBC for the kinds' records: {@code jsonb} and times. */
@Configuration(proxyBeanMethods = false)
class MemoryConfiguration extends AbstractJdbcConfiguration {

    @Override
    protected List<?> userConverters() {
        return List.of(new JsonWriting(), new JsonReading(), new InstantWriting(), new InstantReading());
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
            return object.getValue() == null ? null : new Json(object.getValue());
        }
    }

    /** An OffsetDateTime reaches the database as it is; a Timestamp would pass through the process's time zone and calendar. */
    @WritingConverter
    static final class InstantWriting implements Converter<Instant, OffsetDateTime> {
        @Override
        public OffsetDateTime convert(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }
    }

    /** The driver's Timestamps are in the Julian calendar before 1582; taken as they are, old times would move by days. */
    @ReadingConverter
    static final class InstantReading implements Converter<Timestamp, Instant> {
        @Override
        public Instant convert(Timestamp timestamp) {
            Calendar utc = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
            utc.setTimeInMillis(timestamp.getTime());
            return LocalDateTime.of(utc.get(Calendar.YEAR), utc.get(Calendar.MONTH) + 1, utc.get(Calendar.DAY_OF_MONTH),
                    utc.get(Calendar.HOUR_OF_DAY), utc.get(Calendar.MINUTE), utc.get(Calendar.SECOND),
                    timestamp.getNanos()).toInstant(ZoneOffset.UTC);
        }
    }
}
