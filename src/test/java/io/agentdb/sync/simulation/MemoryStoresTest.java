package io.agentdb.sync.simulation;

import io.agentdb.sync.contract.ConflictSinkContract;
import io.agentdb.sync.contract.CursorContract;
import io.agentdb.sync.contract.FeedContract;
import io.agentdb.sync.contract.KnowledgeContract;
import io.agentdb.sync.contract.MeetingsContract;
import io.agentdb.sync.contract.QuarantineContract;
import io.agentdb.sync.contract.TransactionsContract;
import io.agentdb.sync.contract.VersionStoreContract;
import org.junit.jupiter.api.Nested;

/** Every contract of replication's stores, held by those that the simulator runs on. */
class MemoryStoresTest {

    @Nested
    class Feed extends FeedContract {
        Feed() {
            super(new MemoryStores());
        }
    }

    @Nested
    class VersionStore extends VersionStoreContract {
        VersionStore() {
            super(new MemoryStores());
        }
    }

    @Nested
    class Transactions extends TransactionsContract {
        Transactions() {
            super(new MemoryStores());
        }
    }

    @Nested
    class Cursor extends CursorContract {
        Cursor() {
            super(new MemoryStores());
        }
    }

    @Nested
    class Knowledge extends KnowledgeContract {
        Knowledge() {
            super(new MemoryStores());
        }
    }

    @Nested
    class Meetings extends MeetingsContract {
        Meetings() {
            super(new MemoryStores());
        }
    }

    @Nested
    class Quarantine extends QuarantineContract {
        Quarantine() {
            super(new MemoryStores());
        }
    }

    @Nested
    class ConflictSink extends ConflictSinkContract {
        ConflictSink() {
            super(new MemoryStores());
        }
    }
}
