package io.agentdb.sync.revision;

import static io.agentdb.sync.revision.ConflictStrategy.LATEST_WINS;
import static io.agentdb.sync.revision.ConflictStrategy.LOCAL_WINS;
import static io.agentdb.sync.revision.ConflictStrategy.MANUAL;
import static io.agentdb.sync.revision.ConflictStrategy.MERGE;
import static io.agentdb.sync.revision.ConflictStrategy.REMOTE_WINS;
import static io.agentdb.sync.revision.Versions.resolve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.version.Dot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConflictStrategyTest {

    private final Revision earlier = Versions.of("a", 9, 100, Map.of("code", "earlier", "uses", 3L));
    private final Revision later = Versions.of("b", 1, 101, Map.of("code", "later", "uses", 4L));
    private final Revision earlierDelete = Versions.of("a", 9, 100, null);
    private final Revision laterDelete = Versions.of("b", 1, 101, null);

    @Test
    void latestWins_bothSidesChooseTheSame_andItKeepsItsDot() {
        Resolution here = resolve(LATEST_WINS, earlier, later);
        Resolution there = resolve(LATEST_WINS, later, earlier);
        assertThat(here.winner()).isEqualTo(there.winner());
        assertThat(here.winner().version().dot()).isEqualTo(later.version().dot());
        assertThat(here.winner().version().context().contains(earlier.version().dot())).isTrue();
        assertThat(List.of(here.outcome(), there.outcome()))
                .containsExactly(ConflictOutcome.REMOTE, ConflictOutcome.LOCAL);
    }

    @Test
    void latestWins_sameTime_isDecidedByTheActor() {
        Revision a = Versions.of("a", 9, 100, Map.of("code", "x"));
        Revision b = Versions.of("b", 1, 100, Map.of("code", "y"));
        assertThat(resolve(LATEST_WINS, a, b).outcome()).isEqualTo(ConflictOutcome.REMOTE);
        assertThat(resolve(LATEST_WINS, b, a).outcome()).isEqualTo(ConflictOutcome.LOCAL);
    }

    @Test
    void latestWins_laterDeleteWinsOverAnUpdate_andAnEarlierOneDoesNot() {
        assertThat(resolve(LATEST_WINS, earlier, laterDelete).winner().deleted()).isTrue();
        assertThat(resolve(LATEST_WINS, later, earlierDelete).winner().deleted()).isFalse();
    }

    @Test
    void localWins_keepsItsOwn_underANewDotThatIsAChoice() {
        for (Revision local : List.of(earlier, later)) {
            Resolution resolution = resolve(LOCAL_WINS, local, local == earlier ? later : earlier);
            assertThat(resolution.outcome()).isEqualTo(ConflictOutcome.LOCAL);
            assertMinted(resolution.winner(), true);
            assertThat(resolution.winner().content()).isEqualTo(local.content());
        }
    }

    @Test
    void remoteWins_takesTheOthersOver_underANewDotThatIsAChoice() {
        for (Revision remote : List.of(earlier, later, laterDelete)) {
            Resolution resolution = resolve(REMOTE_WINS, remote == earlier ? later : earlier, remote);
            assertThat(resolution.outcome()).isEqualTo(ConflictOutcome.REMOTE);
            assertMinted(resolution.winner(), true);
            assertThat(resolution.winner().content()).isEqualTo(remote.content());
        }
    }

    @Test
    void choice_keepsTheStatisticsUnderTheirMakersName() {
        Revision winner = resolve(LOCAL_WINS, earlier, later).winner();
        assertThat(SkillTallies.of(winner)).isEqualTo(SkillTallies.of(earlier));
        assertThat(winner.history().fieldTimes()).as("every field counts as chosen now").isNull();
    }

    @ParameterizedTest
    @EnumSource(value = ConflictStrategy.class, names = {"LOCAL_WINS", "REMOTE_WINS", "MANUAL"})
    void twoChoices_fallBackToTheLater_onBothSides(ConflictStrategy strategy) {
        Revision one = Versions.choice(earlier);
        Revision other = Versions.choice(later);
        Resolution here = resolve(strategy, one, other);
        assertThat(here.winner()).isEqualTo(resolve(strategy, other, one).winner());
        assertThat(here.winner().version().dot()).isEqualTo(later.version().dot());
        assertThat(resolve(strategy, one, later).winner()).as("one choice alone is no reason")
                .satisfies(winner -> assertThat(winner == null || winner.version().dot().counter() == 100).isTrue());
    }

    @Test
    void manual_leavesBothWhereTheyAre() {
        assertThat(resolve(MANUAL, earlier, later)).isEqualTo(new Resolution(null, ConflictOutcome.OPEN));
    }

    @Test
    void merge_isTheSameContentOnBothSides_andNobodysChoice() {
        Resolution here = resolve(MERGE, earlier, later);
        Resolution there = resolve(MERGE, later, earlier);
        assertThat(here.outcome()).isEqualTo(ConflictOutcome.MERGED);
        assertThat(here.winner().content()).isEqualTo(there.winner().content());
        assertThat(here.winner().history()).isEqualTo(there.winner().history());
        assertMinted(here.winner(), false);
        assertThat(Versions.field(here.winner(), "uses")).isEqualTo(7L);
        assertThat(Versions.field(here.winner(), "code")).isEqualTo("later");
    }

    @Test
    void merge_keepsAnUpdateOverADelete_underANewDotIfItIsTheOlder() {
        Resolution older = resolve(MERGE, earlier, laterDelete);
        assertThat(older.winner().content()).isEqualTo(earlier.content());
        assertMinted(older.winner(), false);
        Resolution newer = resolve(MERGE, earlierDelete, later);
        assertThat(newer.winner().content()).isEqualTo(later.content());
        assertThat(newer.winner().version().dot()).isEqualTo(later.version().dot());
    }

    @Test
    void merge_thatGivesTheLaterVersion_keepsItsDot() {
        Revision copy = new Revision(later.kind(), later.id(), earlier.version(), later.content(),
                History.carriedOver(later, false));
        Revision full = new Revision(later.kind(), later.id(), later.version(), later.content(),
                History.carriedOver(later, false));
        Revision older = new Revision(copy.kind(), copy.id(), copy.version(), copy.content(),
                History.of("{\"\":100}", copy.history().tallies()));
        Resolution resolution = resolve(MERGE, older, full);
        assertThat(resolution.outcome()).isEqualTo(ConflictOutcome.REMOTE);
        assertThat(resolution.winner().version().dot()).isEqualTo(later.version().dot());
    }

    @Test
    void equalContent_keepsTheGreaterDot_whoeverLooks() {
        Revision same = new Revision(earlier.kind(), earlier.id(), earlier.version(), later.content(),
                History.carriedOver(later, false));
        Revision other = new Revision(later.kind(), later.id(), later.version(), later.content(),
                History.carriedOver(later, false));
        assertThat(Resolver.equal(same, other)).isTrue();
        assertThat(Resolver.either(same, other)).isEqualTo(Resolver.either(other, same));
        assertThat(Resolver.either(same, other).version().dot()).isEqualTo(later.version().dot());
        assertThat(Resolver.either(same, other).version().context().contains(earlier.version().dot())).isTrue();
        assertThat(Resolver.equal(earlierDelete, laterDelete)).isTrue();
        Revision counted = new Revision(later.kind(), later.id(), later.version(), later.content(),
                History.of(null, SkillTallies.of(earlier).updated(
                        "b.aaaaaaaa", 1, later.kind(), earlier.content(), later.content()).json()));
        assertThat(Resolver.equal(same, counted)).as("what different actors counted adds up").isFalse();
    }

    @Test
    void labels_areReadBack_andOthersAreRefusedWithWhatThereIs() {
        for (ConflictStrategy strategy : ConflictStrategy.values()) {
            assertThat(ConflictStrategy.labelled(strategy.label())).isEqualTo(strategy);
        }
        assertThatThrownBy(() -> ConflictStrategy.labelled("coin-toss"))
                .hasMessageContaining("local-wins, remote-wins, latest-wins, merge, manual");
    }

    private void assertMinted(Revision winner, boolean choice) {
        assertThat(winner.version().dot()).isEqualTo(new Dot(Versions.actor("me"), 100, 1));
        assertThat(winner.version().choice()).isEqualTo(choice);
        assertThat(winner.version().hlc()).isGreaterThan(101);
        assertThat(winner.version().context().counters())
                .containsOnlyKeys(Versions.actor("a"), Versions.actor("b"), Versions.actor("me"));
    }
}
