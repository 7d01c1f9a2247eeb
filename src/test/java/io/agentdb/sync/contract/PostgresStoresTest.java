package io.agentdb.sync.contract;

import org.junit.jupiter.api.Nested;

/** Every contract of replication's stores, held by PostgreSQL. */
class PostgresStoresTest {

    @Nested
    class Feed extends FeedContract {
        Feed() {
            super(new PostgresStores());
        }
    }

    @Nested
    class VersionStore extends VersionStoreContract {
        VersionStore() {
            super(new PostgresStores());
        }
    }

    @Nested
    class Transactions extends TransactionsContract {
        Transactions() {
            super(new PostgresStores());
        }
    }

    @Nested
    class Cursor extends CursorContract {
        Cursor() {
            super(new PostgresStores());
        }
    }

    @Nested
    class Knowledge extends KnowledgeContract {
        Knowledge() {
            super(new PostgresStores());
        }
    }

    @Nested
    class Meetings extends MeetingsContract {
        Meetings() {
            super(new PostgresStores());
        }
    }

    @Nested
    class Quarantine extends QuarantineContract {
        Quarantine() {
            super(new PostgresStores());
        }
    }

    @Nested
    class ConflictSink extends ConflictSinkContract {
        ConflictSink() {
            super(new PostgresStores());
        }
    }
}
