package io.agentdb.sync.replica;

import io.agentdb.sync.conflict.ConflictLog;
import io.agentdb.sync.conflict.ConflictStrategy;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.TestPostgres;
import io.agentdb.sync.version.Actor;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A node's database and the replication core on it, without a network: what the tests of this room talk to. */
final class Database {

    final DataSource dataSource = TestPostgres.createMigrated();
    final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    final TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    final NodeIdentity self;
    final ChangeFeed feed = new PostgresFeed(jdbc, transaction);
    final CursorStore cursors = new PostgresCursors(jdbc);
    final KnowledgeStore knowledge = new PostgresKnowledge(jdbc);
    final ConflictLog log = new ConflictLog(jdbc);
    final Quarantine quarantine = new PostgresQuarantine(jdbc);
    final List<Conflict> conflicts = new ArrayList<>();
    final ChangeApplier applier;
    ConflictPolicy policy = ConflictStrategy.LATEST_WINS;

    Database(String nodeId) {
        self = new NodeIdentity(jdbc, transaction, Optional.of(nodeId));
        applier = new ChangeApplier(new PostgresTransactions(jdbc, transaction), new PostgresVersions(jdbc), cursors, knowledge, log,
                quarantine, new UnsentTable(jdbc, revision -> java.util.Optional.empty()), self, Clock.systemUTC());
    }

    /** Reads everything of another's feed from the stored cursor on, and applies it as the initiator of a sync does. */
    Applied pull(Kind kind, Database peer) {
        long fence = peer.feed.fence();
        CursorStore.Key key = new CursorStore.Key(peer.self.nodeId(), kind, CursorStore.Direction.PULL, self.actor(), "");
        Cursor from = cursors.find(key, peer.self.actor()).orElse(Cursor.start(peer.self.actor()));
        Applied all = Applied.NOTHING;
        for (Page page = peer.read(kind, from, fence, 3); ; page = peer.read(kind, from, fence, 3)) {
            Applied applied = applier.apply(kind, page.revisions(), source(peer), policy, new CursorStore.Move(key, page.end()));
            conflicts.addAll(applied.conflicts());
            all = all.and(applied);
            from = page.end();
            if (page.last()) {
                return all;
            }
        }
    }

    Page read(Kind kind, Cursor from, long fence, int records) {
        return feed.read(kind, from, fence, Selection.ALL, Reader.ANYONE, records, 1 << 20);
    }

    List<Revision> everything(Kind kind) {
        return read(kind, Cursor.start(self.actor()), feed.fence(), 100_000).revisions();
    }

    static Source source(Database peer) {
        return new Source(peer.self.nodeId(), peer.self.actor());
    }

    Actor actor() {
        return self.actor();
    }

    UUID episode(String task) {
        return jdbc.queryForObject("insert into episodes (session_id, task) values ('s', ?) returning id", UUID.class, task);
    }

    /** Every live record of a kind with all its content, as text: equal maps are equal memories. */
    Map<UUID, String> memory(Kind kind) {
        return jdbc.query("select id, (%s)::text as content from %s t".formatted(Rows.content(kind).contains(",")
                ? "(" + Rows.content(kind) + ")" : Rows.content(kind), kind), rows -> {
                    Map<UUID, String> memory = new java.util.TreeMap<>();
                    while (rows.next()) {
                        memory.put(rows.getObject(1, UUID.class), rows.getString(2));
                    }
                    return memory;
                });
    }

    /** A connection of its own with an open transaction, for the other side of a race. */
    Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }
}
