package io.agentdb.sync.replica.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.version.Actor;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a node knows of others takes bounded room, and nobody is forgotten whose deleted records would come back. */
class KnowledgeTest {

    private static final Actor NAMED = new Actor("there.aaaaaaaa");
    private static final Actor BURIED = new Actor("there.bbbbbbbb");
    private static final Actor INVENTED = new Actor("nowhere.aaaaaaaa");

    private final Database database = new Database("here");

    @Test
    void actorsThatNothingNames_areForgotten_butNotThoseOfDroppedTombstones() {
        insert(NAMED);
        UUID gone = insert(BURIED);
        database.jdbc.update("delete from episodes where id = ?", gone);
        long fence = database.jdbc.queryForObject("select agentdb_fence()", Long.class);
        database.jdbc.update("update tombstones set hlc = 1");
        assertThat(new Tombstones(database.jdbc, database.transaction)
                .drop(Kind.EPISODES, database.self.actor(), Instant.now())).isEqualTo(1);
        database.knowledge.raise(Map.of(Kind.EPISODES,
                Knowledge.of(Map.of(NAMED, fence, BURIED, fence, INVENTED, fence))));

        assertThat(database.knowledge.forgetUnnamed(Kind.EPISODES)).isEqualTo(1);
        assertThat(database.knowledge.learnt(Kind.EPISODES).below().keySet()).containsExactlyInAnyOrder(NAMED, BURIED);
    }

    @Test
    void whatIsSent_fitsHoweverManyActorsThereAre_andTellsOfOneselfInAnyCase() {
        Map<Actor, Long> many = new HashMap<>();
        Actor self = new Actor("zz.aaaaaaaa");
        many.put(self, 1L);
        for (int i = 0; i < 3_000; i++) {
            many.put(new Actor("n" + i + ".aaaaaaaa"), 1L);
        }
        Knowledge some = Knowledge.of(many).ofAtMost(NodeKnowledge.ACTORS, self);
        assertThat(some.below()).hasSize(NodeKnowledge.ACTORS).containsKey(self);
    }

    /** A record of that actor, as a peer would have brought it. */
    private UUID insert(Actor actor) {
        UUID id = database.jdbc.queryForObject("insert into episodes (session_id, task) values ('s', 't') returning id",
                UUID.class);
        database.transaction.executeWithoutResult(status -> {
            database.jdbc.execute("set local agentdb.applying = 'on'");
            database.jdbc.update(
                    "update episodes set actor = ?, context = jsonb_build_object(?::text, counter) where id = ?",
                            actor.name(), actor.name(), id);
        });
        return id;
    }
}
