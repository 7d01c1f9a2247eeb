package io.agentdb.sync.node;

import io.agentdb.sync.version.Actor;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Table {@code meetings}. */
public final class PostgresMeetings implements MeetingStore {

    private static final String LAST_COUNTER =
            "(select case when is_called then last_value else 0 end from agentdb_counter)";

    private final JdbcTemplate jdbc;

    public PostgresMeetings(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Meetings of(Actor own, Actor peer) {
        return jdbc.query("select begun, confirmed, heard from meetings where peer_actor = ? and own_actor = ?",
                (row, i) -> meetings(row), peer.name(), own.name())
                .stream().findFirst().orElse(new Meetings(0, 0, 0));
    }

    @Override
    public Meetings begin(Actor own, Actor peer) {
        return jdbc.queryForObject("""
                insert into meetings as m (peer_actor, own_actor, begun) values (?, ?, 1)
                on conflict (peer_actor, own_actor) do update set begun = m.begun + 1
                returning begun, confirmed, heard
                """, (row, i) -> meetings(row), peer.name(), own.name());
    }

    @Override
    public boolean confirm(Actor own, Actor peer, long number, long met) {
        return jdbc.update("update meetings set confirmed = greatest(confirmed, ?), own_counter = " + LAST_COUNTER
                + " where peer_actor = ? and own_actor = ? and heard >= ?", number, peer.name(), own.name(), met) > 0;
    }

    @Override
    public void hear(Actor own, Actor peer, long number) {
        jdbc.update("""
                insert into meetings as m (peer_actor, own_actor, heard, own_counter) values (?, ?, ?, %s)
                on conflict (peer_actor, own_actor) do update set heard = greatest(m.heard, excluded.heard),
                    own_counter = excluded.own_counter
                """.formatted(LAST_COUNTER), peer.name(), own.name(), number);
    }

    private static Meetings meetings(ResultSet row) throws SQLException {
        return new Meetings(row.getLong(1), row.getLong(2), row.getLong(3));
    }
}
