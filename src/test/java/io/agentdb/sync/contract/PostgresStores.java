package io.agentdb.sync.contract;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.node.PostgresMeetings;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.knowledge.Tombstones;
import io.agentdb.sync.replica.store.PostgresTransactions;
import io.agentdb.sync.replica.store.PostgresVersions;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** A node's database. */
final class PostgresStores implements Stores {

    private final Database database = new Database("here");

    @Override
    public LocalNode self() {
        return database.self;
    }

    @Override
    public Transactions transactions() {
        return new PostgresTransactions(database.jdbc, database.transaction);
    }

    @Override
    public ChangeFeed feed() {
        return database.feed;
    }

    @Override
    public VersionStore versions() {
        return new PostgresVersions(database.jdbc);
    }

    @Override
    public CursorStore cursors() {
        return database.cursors;
    }

    @Override
    public KnowledgeStore knowledge() {
        return database.knowledge;
    }

    @Override
    public MeetingStore meetings() {
        return new PostgresMeetings(database.jdbc);
    }

    @Override
    public Quarantine quarantine() {
        return database.quarantine;
    }

    @Override
    public ConflictSink conflicts() {
        return database.log;
    }

    @Override
    public void dropTombstones() {
        new Tombstones(database.jdbc, database.transaction)
                .drop(Kind.SKILLS, database.actor(), Instant.now().plus(Duration.ofDays(1)));
    }

    @Override
    public void sweepQuarantine() {
        new QuarantineTable(database.jdbc).sweep();
    }

    @Override
    public Writer begin() {
        try {
            return new Session(database.begin());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Session(Connection connection) implements Writer {

        @Override
        public void write(String skill, String code) {
            execute("insert into skills (name, code) values (?, ?) on conflict (id) do update set code = excluded.code",
                    skill, code);
        }

        @Override
        public void delete(String skill) {
            execute("delete from skills where name = ?", skill);
        }

        private void execute(String sql, String... values) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setString(i + 1, values[i]);
                }
                statement.executeUpdate();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void commit() {
            try {
                connection.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            try {
                connection.rollback();
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
