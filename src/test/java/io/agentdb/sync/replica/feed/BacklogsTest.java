package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.replica.feed.Backlogs.Backlog;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BacklogsTest {

    private final Database node = new Database("a");
    private final Actor reader = new Actor("away.aaaaaaaa");
    private int counts;
    private long now;
    private Duration takes = Duration.ZERO;
    private final Backlogs backlogs = new Backlogs(slow(node.feed), node.cursors, () -> now);

    @BeforeEach
    void knowsAReader() {
        reads(Cursor.start(node.actor()));
    }

    @Test
    void whatWaits_isCounted_andHowOldItIs() {
        Instant before = Instant.now().minusSeconds(1);
        node.episode("one");
        node.episode("two");
        node.jdbc.update("delete from episodes where id = ?", node.episode("gone"));
        assertThat(backlog().records()).isEqualTo(3);
        assertThat(backlog().oldest()).isBetween(before, Instant.now().plusSeconds(1));
    }

    @Test
    void whoHasEverything_costsNoCounting() {
        node.episode("one");
        reads(Cursor.below(node.actor(), node.fence()));
        assertThat(backlog()).isEqualTo(new Backlog(new NodeId("away"), Kind.EPISODES, 0, null));
        assertThat(counts).isZero();
    }

    @Test
    void whereNothingIsWritten_thoseWhoNeverCome_areCountedOnce() {
        node.episode("one");
        for (int i = 0; i < 5; i++) {
            node.fence();
            assertThat(backlog().records()).isOne();
        }
        assertThat(counts).isOne();
        node.episode("two");
        assertThat(backlog().records()).isEqualTo(2);
    }

    @Test
    void whatHasBeenReadMeanwhile_waitsNoMore() {
        node.episode("one");
        assertThat(backlog().records()).isOne();
        reads(Cursor.below(node.actor(), node.fence()));
        assertThat(backlog().records()).isZero();
        node.episode("two");
        assertThat(backlog().records()).isOne();
    }

    @Test
    void countingThatTakesLong_restsNineteenTimesAsLong() {
        takes = Duration.ofSeconds(2);
        node.episode("one");
        assertThat(backlog().records()).isOne();
        node.episode("two");
        now += Duration.ofSeconds(37).toNanos();
        assertThat(backlog().records()).as("as it was").isOne();
        now += Duration.ofSeconds(2).toNanos();
        assertThat(backlog().records()).isEqualTo(2);
    }

    @Test
    void whoReadsOn_isCountedAtOnce_howeverLongOthersTake() {
        takes = Duration.ofSeconds(2);
        node.episode("one");
        assertThat(backlog().records()).isOne();
        reads(Cursor.below(node.actor(), node.fence()));
        node.episode("two");
        node.episode("three");
        assertThat(backlog().records()).isEqualTo(2);
    }

    @Test
    void deletionThatIsForgotten_isNotCountedForEver() {
        node.jdbc.update("delete from episodes where id = ?", node.episode("gone"));
        node.episode("stays");
        assertThat(backlog().records()).isEqualTo(2);
        node.jdbc.update("delete from tombstones");
        now += Duration.ofMinutes(11).toNanos();
        assertThat(backlog().records()).isOne();
    }

    private Backlog backlog() {
        return backlogs.of(node.actor()).stream().filter(one -> one.kind() == Kind.EPISODES).findFirst().orElseThrow();
    }

    private void reads(Cursor to) {
        node.cursors.move(new Move(new CursorKey(new NodeId("away"), Kind.EPISODES, Flow.PUSH, reader, ""), to));
    }

    /** The feed, which notes how often it counts, and has the clock go on meanwhile. */
    private ChangeFeed slow(ChangeFeed feed) {
        return (ChangeFeed) Proxy.newProxyInstance(ChangeFeed.class.getClassLoader(), new Class<?>[] {ChangeFeed.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("count")) {
                        counts++;
                        now += takes.toNanos();
                    }
                    try {
                        return method.invoke(feed, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
