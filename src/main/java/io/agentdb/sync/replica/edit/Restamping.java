package io.agentdb.sync.replica.edit;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Hlc;
import io.agentdb.sync.version.Version;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The way out for records that were stamped by a clock that was far ahead. An update of one sorts after it, and so does
 * making a deleted one anew: every peer whose clock is right would go on to set it aside. So what is there becomes a
 * new version of now that knows the old one, which dominates it whatever its time. Thread-safe; blocks on the database.
 *
 * <p>Only what nobody with a right clock has taken in: elsewhere, the old version may have won over a third one that
 * then wins over the new one, and two nodes would each keep another without noticing.
 */
public final class Restamping {

    /** A record whose version is of a time so far ahead that others set it aside. */
    public record AheadRecord(Kind kind, UUID id, boolean deleted, Instant stampedAt) { }

    /** The record's time is not so far ahead that anybody would set it aside. */
    public static final class NotAheadException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotAheadException(Instant stampedAt) {
            super("it was written at " + stampedAt + ", by this node's clock not more than "
                    + Hlc.RECORD_TOLERANCE.toHours() + " h ahead: peers take it in");
        }
    }

    private final JdbcTemplate jdbc;
    private final Transactions transactions;
    private final VersionStore versions;
    private final LocalNode self;
    private final Clock clock = Clock.systemUTC();

    public Restamping(JdbcTemplate jdbc, Transactions transactions, VersionStore versions, LocalNode self) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.versions = versions;
        this.self = self;
    }

    /** Reads every record of the node: for people, not for a schedule. */
    public List<AheadRecord> ahead(int limit) {
        List<AheadRecord> found = new ArrayList<>();
        for (Kind kind : Kind.ALL) {
            found.addAll(jdbc.query("""
                    select id, hlc, false from %1$s where hlc > ?
                    union all select id, hlc, true from tombstones where kind = '%1$s' and hlc > ?
                    order by id limit ?
                    """.formatted(kind), (row, i) -> new AheadRecord(
                    kind, row.getObject(1, UUID.class), row.getBoolean(3), Hlc.instant(row.getLong(2))),
                    latest(), latest(), limit - found.size()));
        }
        return found;
    }

    /**
     * Makes what is there, a deletion as well, a version of now: every field counts as written now, and what has been
     * counted stays.
     *
     * @return the new version; empty if there is no such record, not even a tombstone
     * @throws NotAheadException if its time is not that far ahead
     */
    public Optional<Revision> restamp(Kind kind, UUID id) {
        return transactions.run(() -> {
            StoredVersion head = versions.lock(kind, List.of(id)).get(id);
            Revision here = versions.load(kind, List.of(id)).get(id);
            if (head == null || here == null) {
                return Optional.empty();
            }
            if (head.version().hlc() <= latest()) {
                throw new NotAheadException(Hlc.instant(head.version().hlc()));
            }
            Version now = versions.stamps(kind, 1).next(head.version().context(), 0, head.version().choice());
            Revision anew = new Revision(kind, id, now, here.content(), History.carriedOver(here, true));
            versions.store(kind, List.of(new Change(anew, head)), new BatchOrigin(self.nodeId(), self.actor()));
            return Optional.of(anew);
        });
    }

    /** The last time that others take in. */
    private long latest() {
        return Hlc.at(clock.instant().plus(Hlc.RECORD_TOLERANCE).plus(Duration.ofMillis(1))) - 1;
    }
}
