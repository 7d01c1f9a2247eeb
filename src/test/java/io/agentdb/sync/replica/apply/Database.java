package io.agentdb.sync.replica.apply;

import static org.awaitility.Awaitility.await;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.NodeIdentity;
import io.agentdb.sync.postgres.AsynchronousCommit;
import io.agentdb.sync.postgres.embedded.KeptConnections;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.replica.RevisionRows;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.PostgresCursors;
import io.agentdb.sync.replica.feed.PostgresFeed;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.feed.UnsentTable;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.PostgresKnowledge;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.replica.store.PostgresVersions;
import io.agentdb.sync.review.conflict.ConflictLog;
import io.agentdb.sync.review.quarantine.PostgresQuarantine;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictPolicy;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
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
public final class Database {

    public final DataSource dataSource = TestPostgres.createMigrated();
    private final DataSource kept = new KeptConnections(dataSource);
    public final JdbcTemplate jdbc = new JdbcTemplate(kept);
    public final TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(kept));
    private final AsynchronousCommit commit = new AsynchronousCommit(jdbc, transaction);
    public final NodeIdentity self;
    public final ChangeFeed feed = new PostgresFeed(jdbc, transaction);
    public final CursorStore cursors = new PostgresCursors(jdbc, commit);
    public final KnowledgeStore knowledge = new PostgresKnowledge(jdbc, commit);
    public final ConflictLog log = new ConflictLog(jdbc);
    public final Quarantine quarantine = new PostgresQuarantine(jdbc);
    final List<Conflict> conflicts = new ArrayList<>();
    public final ChangeApplier applier;
    public final HeldByPeer held;
    public ConflictPolicy policy = ConflictStrategy.LATEST_WINS;

    public Database(String nodeId) {
        self = new NodeIdentity(jdbc, transaction, Optional.of(new NodeId(nodeId)));
        applier = new ChangeApplier(new PostgresTransactions(jdbc, transaction), new PostgresVersions(jdbc), cursors,
                knowledge, log,
                quarantine, new UnsentTable(jdbc, revision -> Optional.empty()), self, Clock.systemUTC());
        held = new HeldByPeer(new PostgresTransactions(jdbc, transaction), new PostgresVersions(jdbc), knowledge, log,
                quarantine, self);
    }

    /** Reads everything of another's feed from the stored cursor on, and applies it as the initiator of a sync does. */
    public Applied pull(Kind kind, Database peer) {
        return pull(kind, peer, peer.fence());
    }

    /** As {@link #pull(Kind, Database)}, up to a fence that an open transaction may hold back. */
    Applied pull(Kind kind, Database peer, long fence) {
        CursorStore.CursorKey key = new CursorStore.CursorKey(
                peer.self.nodeId(), kind, CursorStore.Flow.PULL, self.actor(), "");
        Cursor from = cursors.find(key, peer.self.actor()).orElse(Cursor.start(peer.self.actor()));
        Applied all = Applied.NOTHING;
        for (FeedPage page = peer.read(kind, from, fence, 3); ; page = peer.read(kind, from, fence, 3)) {
            Applied applied = applier.apply(kind, page.revisions(), source(peer), policy,
                    Optional.of(new CursorStore.Move(key, page.end())));
            conflicts.addAll(applied.conflicts());
            all = all.and(applied);
            from = page.end();
            if (page.last()) {
                return all;
            }
        }
    }

    /**
     * A fence above whatever has ended by now. All databases of the server share one: what an application context of
     * another test still does would hide what was just written, and make a test red by chance.
     */
    public long fence() {
        long ended = feed.horizon();
        // Looked at first and waited for then: it nearly always is already there, and tests ask for it by the thousand.
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10))
                .until(feed::fence, fence -> fence >= ended);
    }

    public FeedPage read(Kind kind, Cursor from, long fence, int records) {
        return feed.read(kind, from, fence, Selection.ALL, Reader.ANYONE, records, 1 << 20);
    }

    public List<Revision> everything(Kind kind) {
        return read(kind, Cursor.start(self.actor()), fence(), 100_000).revisions();
    }

    public static BatchOrigin source(Database peer) {
        return new BatchOrigin(peer.self.nodeId(), peer.self.actor());
    }

    public Actor actor() {
        return self.actor();
    }

    public UUID episode(String task) {
        return jdbc.queryForObject("insert into episodes (session_id, task) values ('s', ?) returning id", UUID.class,
                task);
    }

    /** Every live record of a kind with all its content, as text: equal maps are equal memories. */
    public Map<UUID, String> memory(Kind kind) {
        return jdbc.query("select id, (%s)::text as content from %s t".formatted(
                RevisionRows.content(kind).contains(",")
                ? "(" + RevisionRows.content(kind) + ")" : RevisionRows.content(kind), kind), rows -> {
                    Map<UUID, String> memory = new java.util.TreeMap<>();
                    while (rows.next()) {
                        memory.put(rows.getObject(1, UUID.class), rows.getString(2));
                    }
                    return memory;
                });
    }

    /** A connection of its own with an open transaction, for the other side of a race. */
    public Connection begin() throws SQLException {
        Connection connection = dataSource.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    /** How many sessions wait for a lock; of other databases of the tests' server, somebody often does. */
    public int waiting() {
        return jdbc.queryForObject("select count(*) from pg_stat_activity"
                + " where wait_event_type = 'Lock' and datname = current_database()", Integer.class);
    }
}
