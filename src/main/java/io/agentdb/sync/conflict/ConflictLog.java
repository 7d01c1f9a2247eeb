package io.agentdb.sync.conflict;

import io.agentdb.sync.replica.Conflict;
import io.agentdb.sync.replica.ConflictSink;
import io.agentdb.sync.replica.RevisionJson;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Table {@code conflicts}: both versions of every conflict, the strategy and the outcome. */
@Component
public class ConflictLog implements ConflictSink {

    private final JdbcTemplate jdbc;

    ConflictLog(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public void keep(String peerNode, String strategy, List<Conflict> conflicts) {
        jdbc.batchUpdate("""
                insert into conflicts (kind, record_id, peer_node, strategy, outcome, local, remote)
                values (?, ?, ?, ?, ?, ?::jsonb, ?::jsonb)
                """, conflicts.stream().map(conflict -> new Object[] {
                    conflict.local().kind().name(), conflict.local().id(), peerNode, strategy,
                    conflict.resolution().outcome(), RevisionJson.of(conflict.local()), RevisionJson.of(conflict.remote())
                }).toList());
    }

    /** How many conflicts have been logged and are still kept. */
    public long count() {
        return jdbc.queryForObject("select count(*) from conflicts", Long.class);
    }
}
