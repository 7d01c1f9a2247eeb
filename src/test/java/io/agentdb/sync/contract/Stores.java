package io.agentdb.sync.contract;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.replica.apply.ConflictSink;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.ChangeFeed;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.replica.store.Transactions;
import io.agentdb.sync.replica.store.VersionStore;

/** The stores of a node that has nothing yet, and what else happens to them. */
public interface Stores {

    LocalNode self();

    Transactions transactions();

    ChangeFeed feed();

    VersionStore versions();

    CursorStore cursors();

    KnowledgeStore knowledge();

    MeetingStore meetings();

    Quarantine quarantine();

    ConflictSink conflicts();

    /** Somebody begins to write here. */
    Writer begin();

    /** Drops the tombstones that every peer has passed, however young they are. */
    void dropTombstones();

    /** Forgets what was set aside and came another way. */
    void sweepQuarantine();

    default void write(String skill, String code) {
        try (Writer writer = begin()) {
            writer.write(skill, code);
            writer.commit();
        }
    }

    default void delete(String skill) {
        try (Writer writer = begin()) {
            writer.delete(skill);
            writer.commit();
        }
    }

    /** A transaction of an agent that writes skills; rolled back unless it is committed before it is closed. */
    interface Writer extends AutoCloseable {

        /** Makes the skill of that name, or changes it. */
        void write(String skill, String code);

        void delete(String skill);

        void commit();

        @Override
        void close();
    }
}
