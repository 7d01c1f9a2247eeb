package io.agentdb.sync.peers;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Table {@code peer_pauses}: which peers this node leaves alone for a while, as a person has said, in all of its
 * processes. One peer's pause and that of all are kept apart, so that the end of the second leaves the first.
 * Thread-safe; blocks on the database, whose clock says what has ended.
 */
@Repository
public class PeerPauses {

    /** Whom a pause is about. */
    public enum Scope { ONE, ALL }

    /**
     * A pause that goes on.
     *
     * @param until null if only a person ends it
     * @param who by whom it was begun
     */
    public record PeerPause(Instant since, @Nullable Instant until, Scope scope, String who) {

        /** For people: {@code paused by alice at … until …}; and that it is of all, where it is. */
        public String words() {
            return "paused " + (scope == Scope.ALL ? "with all others " : "") + "by " + who + " at " + since
                    + (until == null ? "" : " until " + until);
        }

        private boolean outlasts(PeerPause other) {
            return other.until != null && (until == null || until.isAfter(other.until));
        }
    }

    /** The pauses of one moment. */
    public record Pauses(Optional<PeerPause> all, Map<PeerName, PeerPause> single) {

        /** Of that peer: where both hold, the one that ends last. */
        public Optional<PeerPause> of(PeerName peer) {
            Optional<PeerPause> one = Optional.ofNullable(single.get(peer));
            return one.isEmpty() || all.isPresent() && all.get().outlasts(one.get()) ? all : one;
        }
    }

    private record PauseRow(String peer, PeerPause pause) { }

    private final JdbcClient jdbc;

    PeerPauses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public Pauses now() {
        Map<PeerName, PeerPause> single = new HashMap<>();
        Optional<PeerPause> all = Optional.empty();
        for (PauseRow row : jdbc.sql("select * from peer_pauses where until is null or until > now()")
                .query((found, i) -> row(found)).list()) {
            if (row.pause.scope() == Scope.ALL) {
                all = Optional.of(row.pause);
            } else {
                single.put(new PeerName(row.peer), row.pause);
            }
        }
        return new Pauses(all, single);
    }

    /**
     * Takes the place of the pause before.
     *
     * @param time null until a person ends it
     */
    public void begin(PeerName peer, @Nullable Duration time, String who) {
        begin(false, peer.text(), time, who);
    }

    /** The same of all peers, those to come as well. */
    public void beginAll(@Nullable Duration time, String who) {
        begin(true, "", time, who);
    }

    /** Ends that peer's own pause; the one of all goes on. */
    public void end(PeerName peer) {
        jdbc.sql("delete from peer_pauses where not everybody and peer = ?").param(peer.text()).update();
    }

    /** Ends the pause of all; single ones go on. */
    public void endAll() {
        jdbc.sql("delete from peer_pauses where everybody").update();
    }

    private void begin(boolean everybody, String peer, @Nullable Duration time, String who) {
        jdbc.sql("""
                insert into peer_pauses (everybody, peer, until, who)
                values (:everybody, :peer, now() + :millis::bigint * interval '1 millisecond', :who)
                on conflict (everybody, peer) do update set since = excluded.since, until = excluded.until,
                    who = excluded.who
                """).param("everybody", everybody).param("peer", peer)
                .param("millis", time == null ? null : time.toMillis()).param("who", who).update();
    }

    private static PauseRow row(ResultSet row) throws SQLException {
        Timestamp until = row.getTimestamp("until");
        return new PauseRow(row.getString("peer"), new PeerPause(row.getTimestamp("since").toInstant(),
                until == null ? null : until.toInstant(), row.getBoolean("everybody") ? Scope.ALL : Scope.ONE,
                row.getString("who")));
    }
}
