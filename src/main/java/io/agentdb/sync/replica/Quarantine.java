package io.agentdb.sync.replica;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Records that could not be stored, with their reason; set aside, so that the stream goes on. */
final class Quarantine {

    private final JdbcTemplate jdbc;

    Quarantine(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void setAside(Revision revision, Source source, DataAccessException refused) {
        jdbc.update("""
                insert into quarantine as q (kind, id, actor, counter, peer_node, reason, revision)
                values (?, ?, ?, ?, ?, ?, ?::json)
                on conflict (kind, id, actor, counter) do update
                    set attempts = q.attempts + 1, last_at = now(), reason = excluded.reason
                """, revision.kind().name(), revision.id(), revision.version().dot().actor().name(),
                revision.version().dot().counter(), source.nodeId(), reason(refused), RevisionJson.of(revision));
    }

    /** The database's own words, without statement and parameters. */
    private static String reason(DataAccessException refused) {
        String message = String.valueOf(refused.getMostSpecificCause().getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
