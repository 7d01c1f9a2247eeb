package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Quarantine;
import io.agentdb.sync.replica.knowledge.Unapplied.Waiting;
import io.agentdb.sync.replica.store.Transactions.Unstorable;
import io.agentdb.sync.revision.Revision;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of {@link Quarantine}. */
public abstract class QuarantineContract extends Contract {

    private final Quarantine quarantine = stores.quarantine();

    protected QuarantineContract(Stores stores) {
        super(stores);
    }

    @Test
    void whatWasSetAside_waits_andIsNotHere() {
        assertThat(quarantine.floors(SKILLS)).isEmpty();
        setAside(skill("fib", "poison", dot(PEER, 3)));
        setAside(tombstone("gone", dot(PEER, 4)));
        assertThat(quarantine.waiting(SKILLS, List.of(id("fib"), id("gone"), id("never"))))
                .containsExactlyInAnyOrder(waiting("fib", PEER, 3), waiting("gone", PEER, 4));
        assertThat(quarantine.waiting(SKILLS, List.of(id("never")))).isEmpty();
        assertThat(quarantine.waiting(SKILLS, List.of())).isEmpty();
        assertThat(here("fib")).isNull();
    }

    @Test
    void floors_areTheLowestTransactionOfEachActor() {
        setAside(skill("fib", "poison", dot(PEER, 9)));
        setAside(skill("sort", "poison", dot(PEER, 4)));
        setAside(skill("other", "poison", dot(THIRD, 6)));
        setAside(skill("another", "poison", dot(PEER, 7)));
        assertThat(quarantine.floors(SKILLS)).isEqualTo(Map.of(PEER, 4L, THIRD, 6L));
    }

    @Test
    void sameVersionAgain_isAnotherTry_andAnotherVersionIsAnother() {
        setAside(skill("fib", "poison", dot(PEER, 3)));
        setAside(skill("fib", "poison", dot(PEER, 3), dot(THIRD, 1)));
        setAside(skill("fib", "worse poison", dot(PEER, 5), dot(PEER, 3)));
        assertThat(quarantine.waiting(SKILLS, List.of(id("fib"))))
                .containsExactlyInAnyOrder(waiting("fib", PEER, 3), waiting("fib", PEER, 5));
        receive(skill("fib", "healthy", dot(PEER, 3)));
        stores.sweepQuarantine();
        assertThat(quarantine.floors(SKILLS)).as("it was there once").isEqualTo(Map.of(PEER, 5L));
    }

    @Test
    void kindsWaitApart() {
        setAside(skill("fib", "poison", dot(PEER, 3)));
        assertThat(quarantine.floors(Kind.EDGES)).isEmpty();
        assertThat(quarantine.floors(List.of(Kind.EDGES, SKILLS)))
                .isEqualTo(Map.of(Kind.EDGES, Map.of(), SKILLS, Map.of(PEER, 3L)));
        assertThat(quarantine.waiting(Kind.EDGES, List.of(id("fib")))).isEmpty();
    }

    @Test
    void whatIsSetAside_isNoConflict() {
        setAside(skill("fib", "poison", dot(PEER, 3)));
        assertThat(stores.conflicts().undecided(SKILLS, List.of(id("fib")))).isEmpty();
    }

    @Test
    void whatCameAnotherWay_isForgotten_andNothingElse() {
        for (String name : List.of("came", "overwritten", "deleted", "concurrent", "missing")) {
            setAside(skill(name, "poison", dot(PEER, 3)));
        }
        receive(skill("came", "healthy", dot(PEER, 3)), skill("overwritten", "healthy", dot(THIRD, 8), dot(PEER, 3)),
                tombstone("deleted", dot(THIRD, 9), dot(PEER, 4)),
                skill("concurrent", "healthy", dot(THIRD, 8), dot(PEER, 2)));
        stores.sweepQuarantine();
        assertThat(quarantine.waiting(SKILLS, List.of(id("came"), id("overwritten"), id("deleted"), id("concurrent"),
                id("missing"))))
                .extracting(Waiting::id).containsExactlyInAnyOrder(id("concurrent"), id("missing"));
    }

    private void setAside(Revision revision) {
        quarantine.setAside(revision, FROM_PEER, Unstorable.REFUSED_BY_DATABASE, "for some reason");
    }
}
