package io.agentdb.sync.replica.feed;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.StorableReason;
import io.agentdb.sync.replica.knowledge.ActorTransactions;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Table {@code unsent}. Thread-safe; blocks on the database. */
public final class UnsentTable implements Unsent {

    /** One version that is left out. */
    public record UnsentVersion(String kind, UUID id, String actor, long counter, String reason, Instant firstAt,
            Instant lastAt) { }

    private static final Logger log = LoggerFactory.getLogger(UnsentTable.class);

    private final JdbcTemplate jdbc;
    private final Function<Revision, Optional<String>> obstacle;

    /** @param obstacle why a version cannot be sent; empty of nearly all */
    public UnsentTable(JdbcTemplate jdbc, Function<Revision, Optional<String>> obstacle) {
        this.jdbc = jdbc;
        this.obstacle = obstacle;
    }

    @Override
    public boolean leavesOut(Revision revision) {
        Optional<String> reason = obstacle.apply(revision).map(StorableReason::of);
        reason.ifPresent(why -> {
            log.warn("{} {} cannot be sent to any peer, and is left out until it changes: {}", revision.kind(),
                    revision.id(), why);
            jdbc.update("""
                    insert into unsent (kind, id, actor, counter, xid, reason) values (?, ?, ?, ?, ?, ?)
                    on conflict (kind, id, actor, counter) do update set reason = excluded.reason, last_at = now()
                    """, revision.kind().name(), revision.id(), revision.version().dot().actor().name(),
                    revision.version().dot().counter(),
                    revision.version().dot().xid(), why);
        });
        return reason.isPresent();
    }

    @Override
    public Map<Kind, Map<Actor, Long>> floors(Collection<Kind> kinds) {
        return ActorTransactions.read(jdbc,
                "select kind, actor, min(xid) from unsent where kind = any (?) group by 1, 2", kinds);
    }

    /** The last ones that were left out, newest first. */
    public List<UnsentVersion> list(int limit) {
        return jdbc.query("select * from unsent order by last_at desc, kind, id, actor, counter limit ?",
                (row, i) -> new UnsentVersion(
                row.getString("kind"), row.getObject("id", UUID.class), row.getString("actor"), row.getLong("counter"),
                row.getString("reason"), row.getObject("first_at", OffsetDateTime.class).toInstant(),
                        row.getObject("last_at", OffsetDateTime.class).toInstant()), limit);
    }

    /** How many of each kind, also of those kinds that have none. */
    public Map<Kind, Long> counts() {
        Map<String, Long> byName = new HashMap<>();
        jdbc.query("select kind, count(*) from unsent group by kind",
                (RowCallbackHandler) row -> byName.put(row.getString(1), row.getLong(2)));
        Map<Kind, Long> counts = new LinkedHashMap<>();
        Kind.ALL.forEach(kind -> counts.put(kind, byName.getOrDefault(kind.name(), 0L)));
        return counts;
    }

    /** Forgets versions that have been overwritten. */
    public void sweep() {
        for (Kind kind : Kind.ALL) {
            jdbc.update("""
                    delete from unsent as u where kind = ?
                        and not exists (select from %s as t where t.id = u.id and t.actor = u.actor
                            and t.counter = u.counter)
                        and not exists (select from tombstones as t where t.kind = u.kind and t.id = u.id
                            and t.actor = u.actor and t.counter = u.counter)
                    """.formatted(kind), kind.name());
        }
    }
}
