package io.agentdb.sync.web.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.TransactionException;

/**
 * Tables {@code page_key} and {@code signed_out}: by which key all processes of the node sign sessions, and which of
 * them have ended early. Thread-safe; blocks on the database.
 */
@Repository
class PageKey {

    private static final Logger log = LoggerFactory.getLogger(PageKey.class);
    private static final int BYTES = 32;
    /** So long another process may take a session that has ended here: each request would else ask the database. */
    private static final Duration SEEN_FOR = Duration.ofSeconds(2);

    private final JdbcClient jdbc;
    private final Clock clock = Clock.systemUTC();
    private volatile byte @Nullable [] key;
    private volatile Map<UUID, Instant> ended = Map.of();
    private volatile Instant seenAt = Instant.MIN;

    PageKey(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Made at its first use; of two processes at once both get the same. */
    byte[] key() {
        byte[] known = key;
        if (known == null) {
            byte[] made = new byte[BYTES];
            new SecureRandom().nextBytes(made);
            jdbc.sql("insert into page_key (key) values (?) on conflict do nothing").param(made).update();
            known = jdbc.sql("select key from page_key").query(byte[].class).single();
            key = known;
        }
        return known;
    }

    /** Without a database, as it was seen last: nobody should have to sign in again since it is away. */
    boolean hasEnded(UUID session) {
        Instant now = clock.instant();
        if (seenAt.isBefore(now.minus(SEEN_FOR))) {
            seenAt = now;
            try {
                ended = new ConcurrentHashMap<>(jdbc.sql("select session, until from signed_out where until > now()")
                        .query((row, i) -> Map.entry(row.getObject(1, UUID.class),
                                row.getObject(2, OffsetDateTime.class).toInstant()))
                        .list().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
            } catch (DataAccessException | TransactionException e) {
                log.debug("Which sessions have ended cannot be looked up now", e);
            }
        }
        return ended.containsKey(session);
    }

    void end(UUID session, Instant until) {
        jdbc.sql("delete from signed_out where until <= now()").update();
        jdbc.sql("insert into signed_out (session, until) values (?, ?) on conflict do nothing")
                .param(session).param(until.atOffset(ZoneOffset.UTC)).update();
        // The next look finds it.
        seenAt = Instant.MIN;
    }
}
