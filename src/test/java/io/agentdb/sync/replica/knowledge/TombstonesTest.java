package io.agentdb.sync.replica.knowledge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentdb.sync.OwnThread;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.version.Actor;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tombstones are dropped while a reader begins: it would walk past the gap, and keep what was deleted. */
class TombstonesTest {

    private static final Actor READER = new Actor("reader.aaaaaaaa");

    private final Database node = new Database("here");
    private final CursorStore cursors = node.cursors;

    @BeforeEach
    void bury() {
        node.jdbc.update("delete from episodes where id = ?", node.episode("gone"));
        node.jdbc.update("update tombstones set hlc = 1");
    }

    @Test
    void readerThatHasJustBegun_isWaitedFor_andKeepsThem() {
        CompletableFuture<Integer> dropping = node.transaction.execute(status -> {
            begin();
            CompletableFuture<Integer> other = OwnThread.get(this::drop);
            await().until(() -> other.isDone() || somebodyWaits());
            return other;
        });
        assertThat(dropping.join()).isZero();
        assertThat(node.knowledge.forgotten(Kind.EPISODES)).isZero();
    }

    @Test
    void readerThatBeginsMeanwhile_waits_andLearnsThatSomeAreGone() {
        CompletableFuture<Long> beginning = node.transaction.execute(status -> {
            assertThat(drop()).isEqualTo(1);
            CompletableFuture<Long> reader = OwnThread.get(() -> {
                begin();
                return node.knowledge.forgotten(Kind.EPISODES);
            });
            await().until(() -> reader.isDone() || somebodyWaits());
            return reader;
        });
        assertThat(beginning.join()).isPositive();
    }

    private int drop() {
        return new Tombstones(node.jdbc, node.transaction).drop(Kind.EPISODES, node.actor(), Instant.now());
    }

    private void begin() {
        CursorKey key = new CursorKey(READER.nodeId(), Kind.EPISODES, Flow.PUSH, READER, "");
        cursors.move(new CursorStore.Move(key, Cursor.start(node.actor())));
    }

    private boolean somebodyWaits() {
        return node.waiting() > 0;
    }
}
