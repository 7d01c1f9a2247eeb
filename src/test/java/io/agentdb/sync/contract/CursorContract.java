package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore;
import io.agentdb.sync.replica.feed.CursorStore.Acknowledged;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of {@link CursorStore}. */
public abstract class CursorContract extends Contract {

    private final CursorStore cursors = stores.cursors();
    private final CursorKey key = new CursorKey(new NodeId("there"), SKILLS, Flow.PULL, me(), "");
    private final Cursor reached = new Cursor(PEER, 10, id("fib"));

    protected CursorContract(Stores stores) {
        super(stores);
    }

    @Test
    void cursorStandsWhereItWasMovedTo_forthAndBack() {
        assertThat(cursors.find(key, PEER)).isEmpty();
        cursors.move(new Move(key, reached));
        assertThat(cursors.find(key, PEER)).contains(reached);
        cursors.move(new Move(key, Cursor.below(PEER, 20)));
        assertThat(cursors.find(key, PEER)).contains(Cursor.below(PEER, 20));
        cursors.move(new Move(key, Cursor.start(PEER)));
        assertThat(cursors.find(key, PEER)).as("who reads from the start has read nothing")
                .contains(Cursor.start(PEER));
    }

    @Test
    void cursorOnAnotherIncarnationsFeed_isNone() {
        cursors.move(new Move(key, reached));
        assertThat(cursors.find(key, new Actor("there.bbbbbbbb"))).isEmpty();
        Cursor anew = Cursor.start(new Actor("there.bbbbbbbb"));
        cursors.move(new Move(key, anew));
        assertThat(cursors.find(key, anew.feed())).contains(anew);
        assertThat(cursors.find(key, PEER)).as("one place has one cursor").isEmpty();
    }

    @Test
    void cursorOfAnotherIncarnationOfTheReader_isNone() {
        cursors.move(new Move(key, reached));
        assertThat(cursors.find(new CursorKey(
                new NodeId("there"), SKILLS, Flow.PULL, new Actor("here.bbbbbbbb"), ""), PEER)).isEmpty();
    }

    @Test
    void cursorsOfOthers_areOthers() {
        cursors.move(new Move(key, reached));
        for (CursorKey other : List.of(new CursorKey(new NodeId("elsewhere"), SKILLS, Flow.PULL, me(), ""),
                new CursorKey(new NodeId("there"), Kind.EDGES, Flow.PULL, me(), ""),
                new CursorKey(new NodeId("there"), SKILLS, Flow.PUSH, me(), ""),
                new CursorKey(new NodeId("there"), SKILLS, Flow.PULL, me(), "some"))) {
            assertThat(cursors.find(other, PEER)).as("%s", other).isEmpty();
            cursors.move(new Move(other, Cursor.below(PEER, 3)));
        }
        assertThat(cursors.find(key, PEER)).contains(reached);
    }

    @Test
    void severalCursors_areFoundAndMovedAtOnce_eachAsItsOwn() {
        CursorKey other = new CursorKey(new NodeId("there"), Kind.EDGES, Flow.PULL, me(), "");
        CursorKey none = new CursorKey(new NodeId("there"), Kind.EPISODES, Flow.PULL, me(), "");
        assertThat(cursors.find(List.of(key, other, none), PEER)).isEmpty();
        cursors.move(List.of(new Move(other, Cursor.below(PEER, 3)), new Move(key, reached)));
        assertThat(cursors.find(List.of(none, key, other), PEER))
                .isEqualTo(Map.of(key, reached, other, Cursor.below(PEER, 3)));
        cursors.move(List.of(new Move(key, Cursor.below(PEER, 30))));
        assertThat(cursors.find(List.of(key, other), PEER))
                .isEqualTo(Map.of(key, Cursor.below(PEER, 30), other, Cursor.below(PEER, 3)));
        assertThat(cursors.find(List.of(), PEER)).isEmpty();
    }

    @Test
    void acknowledged_isHowFarPeersHaveReadEverythingOnThatFeedOfOurs() {
        Cursor there = new Cursor(me(), 10, id("fib"));
        Cursor elsewhere = new Cursor(me(), 20, id("fib"));
        assertThat(cursors.acknowledged(me())).isEmpty();
        cursors.move(new Move(new CursorKey(new NodeId("there"), SKILLS, Flow.PUSH, PEER, ""), there));
        cursors.move(new Move(new CursorKey(new NodeId("there"), Kind.EDGES, Flow.PUSH, PEER, ""), elsewhere));
        cursors.move(new Move(new CursorKey(new NodeId("elsewhere"), SKILLS, Flow.PUSH, THIRD, ""), elsewhere));
        cursors.move(new Move(new CursorKey(new NodeId("selective"), SKILLS, Flow.PUSH, THIRD, "some"), there));
        cursors.move(new Move(new CursorKey(new NodeId("puller"), SKILLS, Flow.PULL, me(), ""), Cursor.start(me())));
        cursors.move(new Move(new CursorKey(new NodeId("before"), SKILLS, Flow.PUSH, PEER, ""),
                Cursor.start(new Actor("here.bbbbbbbb"))));
        assertThat(cursors.acknowledged(me())).containsExactlyInAnyOrder(
                new Acknowledged(new NodeId("there"), SKILLS, PEER, there),
                new Acknowledged(new NodeId("there"), Kind.EDGES, PEER, elsewhere),
                new Acknowledged(new NodeId("elsewhere"), SKILLS, THIRD, elsewhere));
    }
}
