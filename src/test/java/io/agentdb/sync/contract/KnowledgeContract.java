package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.CursorStore.CursorKey;
import io.agentdb.sync.replica.feed.CursorStore.Flow;
import io.agentdb.sync.replica.feed.CursorStore.Move;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.replica.knowledge.KnowledgeStore;
import io.agentdb.sync.revision.Conflict;
import io.agentdb.sync.revision.ConflictOutcome;
import io.agentdb.sync.revision.Resolution;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of {@link KnowledgeStore}. */
public abstract class KnowledgeContract extends Contract {

    private static final Actor INVENTED = new Actor("nowhere.aaaaaaaa");

    private final KnowledgeStore knowledge = stores.knowledge();

    protected KnowledgeContract(Stores stores) {
        super(stores);
    }

    @Test
    void knowledgeJoins_andNeverShrinks() {
        assertThat(knowledge.learnt(SKILLS)).isEqualTo(Knowledge.NONE);
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 10L))));
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 7L, THIRD, 5L))));
        assertThat(knowledge.learnt(SKILLS)).isEqualTo(Knowledge.of(Map.of(PEER, 10L, THIRD, 5L)));
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 11L))));
        knowledge.raise(Map.of(SKILLS, Knowledge.NONE));
        assertThat(knowledge.learnt(SKILLS)).isEqualTo(Knowledge.of(Map.of(PEER, 11L, THIRD, 5L)));
    }

    @Test
    void kindsAreKnownApart() {
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 10L))));
        assertThat(knowledge.learnt(Kind.EDGES)).isEqualTo(Knowledge.NONE);
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 7L)),
                Kind.EDGES, Knowledge.of(Map.of(PEER, 3L, THIRD, 4L))));
        assertThat(knowledge.learnt(Kind.ALL)).isEqualTo(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 10L)),
                Kind.EDGES, Knowledge.of(Map.of(PEER, 3L, THIRD, 4L)), Kind.EPISODES, Knowledge.NONE));
    }

    @Test
    void actorsThatNothingNames_areForgotten() {
        List<Actor> named = Stream.of("a", "b", "c", "d", "e", "f").map(node -> new Actor(node + ".aaaaaaaa")).toList();
        receive(skill("fib", "live", dot(PEER, 1), dot(named.get(0), 1)),
                tombstone("gone", dot(PEER, 2), dot(named.get(1), 1)));
        stores.quarantine().setAside(skill("poison", "", dot(named.get(2), 1)), FROM_PEER, Quarantine.UNREADABLE,
                "for some reason");
        keep(named.get(3), ConflictOutcome.OPEN);
        stores.cursors().move(new Move(new CursorKey(new NodeId("e"), Kind.EDGES, Flow.PULL, me(), ""),
                Cursor.start(named.get(4))));
        stores.cursors().move(new Move(new CursorKey(new NodeId("f"), Kind.EDGES, Flow.PUSH, named.get(5), ""),
                Cursor.start(me())));
        Map<Actor, Long> learnt = new HashMap<>(Map.of(PEER, 10L));
        named.forEach(actor -> learnt.put(actor, 5L));
        knowledge.raise(Map.of(SKILLS, Knowledge.of(learnt)));
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(INVENTED, 1L << 60, THIRD, 3L))));
        assertThat(knowledge.forgetUnnamed(SKILLS)).isEqualTo(2);
        assertThat(knowledge.learnt(SKILLS)).isEqualTo(Knowledge.of(learnt));
        assertThat(knowledge.forgetUnnamed(SKILLS)).isZero();
    }

    @Test
    void recordsOfOtherKinds_nameNobody() {
        receive(skill("fib", "live", dot(PEER, 1)));
        stores.quarantine().setAside(skill("poison", "", dot(THIRD, 1)), FROM_PEER, Quarantine.UNREADABLE,
                "for some reason");
        keep(INVENTED, ConflictOutcome.OPEN);
        knowledge.raise(Map.of(Kind.EDGES, Knowledge.of(Map.of(PEER, 1L, THIRD, 1L, INVENTED, 1L))));
        assertThat(knowledge.forgetUnnamed(Kind.EDGES)).isEqualTo(3);
        assertThat(knowledge.learnt(Kind.EDGES)).isEqualTo(Knowledge.NONE);
    }

    @Test
    void conflictThatIsOver_namesNobody() {
        keep(THIRD, ConflictOutcome.LOCAL);
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(THIRD, 1L))));
        assertThat(knowledge.forgetUnnamed(SKILLS)).isEqualTo(1);
    }

    @Test
    void actorOfADroppedTombstone_isNeverForgotten() {
        receive(tombstone("gone", dot(PEER, 1), dot(THIRD, 1)));
        stores.dropTombstones();
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(PEER, 5L, THIRD, 5L, INVENTED, 5L))));
        assertThat(knowledge.forgetUnnamed(SKILLS)).isEqualTo(1);
        assertThat(knowledge.learnt(SKILLS)).isEqualTo(Knowledge.of(Map.of(PEER, 5L, THIRD, 5L)));
    }

    @Test
    void actorThatThisNodeWas_whenItsTombstoneWasDropped_isNeverForgotten() {
        Actor former = me();
        stores.write("fib", "doomed");
        stores.delete("fib");
        stores.dropTombstones();
        assertThat(knowledge.learnt(SKILLS).below()).doesNotContainKey(former);
        stores.self().renew(former, PEER, "a meeting that is forgotten here");
        knowledge.raise(Map.of(SKILLS, Knowledge.of(Map.of(former, 5L, INVENTED, 5L))));
        assertThat(knowledge.forgetUnnamed(SKILLS)).isEqualTo(1);
        assertThat(knowledge.learnt(SKILLS).below()).containsOnlyKeys(former);
    }

    @Test
    void forgotten_isWhereTheLastOfTheDroppedTombstonesLay() {
        assertThat(knowledge.forgotten(SKILLS)).isZero();
        stores.write("live", "stays");
        stores.dropTombstones();
        assertThat(knowledge.forgotten(SKILLS)).isZero();
        List.of("first", "second").forEach(name -> stores.write(name, "doomed"));
        List.of("first", "second").forEach(stores::delete);
        long last = place("second").xid();
        fence();
        stores.dropTombstones();
        assertThat(here("first")).isNull();
        assertThat(here("live")).isNotNull();
        assertThat(knowledge.forgotten(SKILLS)).isEqualTo(last);
        assertThat(knowledge.forgotten(Kind.EDGES)).isZero();
        stores.dropTombstones();
        assertThat(knowledge.forgotten(SKILLS)).isEqualTo(last);
    }

    @Test
    void tombstoneThatAPeerHasNotPassed_isNotDropped() {
        stores.write("fib", "doomed");
        stores.delete("fib");
        Cursor grave = place("fib");
        CursorKey behind = new CursorKey(new NodeId("there"), SKILLS, Flow.PUSH, PEER, "");
        for (Cursor cursor : List.of(Cursor.start(me()), new Cursor(me(), grave.xid(), Cursor.LOWEST),
                Cursor.below(PEER, 1L << 40))) {
            stores.cursors().move(new Move(behind, cursor));
            stores.dropTombstones();
            assertThat(knowledge.forgotten(SKILLS)).as("%s", cursor).isZero();
        }
        stores.cursors().move(new Move(behind, Cursor.below(me(), grave.xid() + 2)));
        fence();
        stores.dropTombstones();
        assertThat(knowledge.forgotten(SKILLS)).isEqualTo(grave.xid());
    }

    @Test
    void tombstoneOfWhatWaits_isNotDropped() {
        receive(tombstone("parked", dot(PEER, 1)), tombstone("poison", dot(PEER, 2)));
        stores.conflicts().keep(new NodeId("there"), "manual",
                List.of(open(here("parked"), skill("parked", "", dot(THIRD, 3)))));
        stores.quarantine().setAside(skill("poison", "", dot(THIRD, 4)), FROM_PEER, Quarantine.UNREADABLE,
                "for some reason");
        fence();
        stores.dropTombstones();
        assertThat(here("parked")).isNotNull();
        assertThat(here("poison")).isNotNull();
    }

    private void keep(Actor remote, ConflictOutcome outcome) {
        Revision ours = skill("fib", "ours", dot(PEER, 1));
        Resolution resolution = new Resolution(outcome == ConflictOutcome.OPEN ? null : ours, outcome);
        stores.conflicts().keep(new NodeId("there"), "manual",
                List.of(new Conflict(ours, skill("fib", "theirs", dot(remote, 2)), resolution)));
    }
}
