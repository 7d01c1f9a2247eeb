package io.agentdb.sync.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.Resolution;
import io.agentdb.sync.replica.Revision;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LatestWinsTest {

    private static final UUID ID = new UUID(1, 2);
    private final LatestWins latestWins = new LatestWins();

    @Test
    void bothSides_chooseTheSameWinner_andKeepItsDot() {
        Revision earlier = revision("a", 9, 100, "earlier");
        Revision later = revision("b", 1, 101, "later");
        Resolution here = latestWins.resolve(earlier, later);
        Resolution there = latestWins.resolve(later, earlier);
        assertThat(here.winner()).isEqualTo(there.winner());
        assertThat(here.winner().version().dot()).isEqualTo(later.version().dot());
        assertThat(here.winner().version().context().contains(earlier.version().dot())).isTrue();
        assertThat(here.outcome()).isEqualTo("remote");
        assertThat(there.outcome()).isEqualTo("local");
    }

    @Test
    void sameTime_isDecidedByTheActor() {
        assertThat(latestWins.resolve(revision("a", 9, 100, "x"), revision("b", 1, 100, "y")).outcome()).isEqualTo("remote");
        assertThat(latestWins.resolve(revision("b", 1, 100, "y"), revision("a", 9, 100, "x")).outcome()).isEqualTo("local");
    }

    @Test
    void laterDelete_winsOverAnUpdate_andAnEarlierOneDoesNot() {
        assertThat(latestWins.resolve(revision("a", 1, 100, "update"), revision("b", 1, 101, null)).winner().deleted()).isTrue();
        assertThat(latestWins.resolve(revision("a", 1, 102, "update"), revision("b", 1, 101, null)).winner().deleted()).isFalse();
    }

    @Test
    void equalContent_joinsTheContexts_andIsNoLoss() {
        Resolution resolution = latestWins.resolve(revision("a", 1, 100, "same"), revision("b", 1, 101, "same"));
        assertThat(resolution.outcome()).isEqualTo("equal");
        assertThat(resolution.winner().version().context().counters()).hasSize(2);
    }

    private static Revision revision(String node, long counter, long hlc, String task) {
        Dot dot = new Dot(new Actor(node + ".aaaaaaaa"), counter, 1);
        return new Revision(Kind.EPISODES, ID, new Version(dot, VersionVector.of(dot), hlc),
                task == null ? null : Content.of(null, "s", task));
    }
}
