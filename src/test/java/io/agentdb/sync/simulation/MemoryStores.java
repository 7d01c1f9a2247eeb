package io.agentdb.sync.simulation;

import io.agentdb.sync.contract.Stores;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;
import io.agentdb.sync.revision.ConflictStrategy;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;

/** A simulated node's memory, with all rules. */
final class MemoryStores implements Stores {

    private final SimulatedNode node = new SimulatedNode("here", ConflictStrategy.LATEST_WINS,
            EnumSet.allOf(Rule.class), Clock.systemUTC(),
            (peer, tally, request) -> {
                throw new IllegalStateException("nobody is called here");
            });

    @Override
    public LocalNode self() {
        return node;
    }

    @Override
    public Transactions transactions() {
        return node.rows;
    }

    @Override
    public ChangeFeed feed() {
        return node.rows;
    }

    @Override
    public VersionStore versions() {
        return node.rows;
    }

    @Override
    public CursorStore cursors() {
        return node.ledger;
    }

    @Override
    public KnowledgeStore knowledge() {
        return node.ledger;
    }

    @Override
    public MeetingStore meetings() {
        return node.ledger;
    }

    @Override
    public Quarantine quarantine() {
        return node.ledger;
    }

    @Override
    public ConflictSink conflicts() {
        return node.ledger;
    }

    @Override
    public void dropTombstones() {
        node.ledger.dropTombstones(Long.MAX_VALUE);
    }

    @Override
    public void sweepQuarantine() {
        node.ledger.sweep();
    }

    @Override
    public Writer begin() {
        return new Session(node.rows.begin());
    }

    private final class Session implements Writer {

        private final long transaction;

        Session(long transaction) {
            this.transaction = transaction;
        }

        @Override
        public void write(String skill, String code) {
            put(skill, Stamping.skill(skill, code, 0, List.of()));
        }

        @Override
        public void delete(String skill) {
            put(skill, null);
        }

        private void put(String skill, Content content) {
            node.rows.write(transaction, Stamping.id(skill), content);
        }

        @Override
        public void commit() {
            node.rows.commit(transaction);
        }

        @Override
        public void close() {
            node.rows.abort(transaction);
        }
    }
}
