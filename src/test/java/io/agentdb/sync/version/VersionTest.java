package io.agentdb.sync.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VersionTest {

    private static final Actor A = new Actor("a.aaaaaaaa");
    private static final Actor B = new Actor("b.bbbbbbbb");

    @Test
    void versionThatHasSeenTheOther_isNewer() {
        Version first = version(A, 1, VersionVector.EMPTY, 10);
        Version second = version(B, 5, first.context(), 11);
        assertThat(second.relationTo(first)).isEqualTo(Causality.NEWER);
        assertThat(first.relationTo(second)).isEqualTo(Causality.KNOWN);
    }

    @Test
    void versionsThatHaveNotSeenEachOther_areConcurrent() {
        Version base = version(A, 1, VersionVector.EMPTY, 10);
        Version mine = version(A, 2, base.context(), 11);
        Version theirs = version(B, 1, base.context(), 12);
        assertThat(mine.relationTo(theirs)).isEqualTo(Causality.CONCURRENT);
        assertThat(theirs.relationTo(mine)).isEqualTo(Causality.CONCURRENT);
    }

    @Test
    void sameWriteUnderAWiderContext_isTheSame() {
        Version narrow = version(A, 3, VersionVector.EMPTY, 10);
        Version wide = narrow.joined(VersionVector.of(Map.of(B, 9L)));
        assertThat(wide.relationTo(narrow)).isEqualTo(Causality.SAME);
        assertThat(narrow.relationTo(wide)).isEqualTo(Causality.SAME);
        assertThat(wide.context().counters()).containsEntry(B, 9L).containsEntry(A, 3L);
    }

    @Test
    void join_isCommutativeAndIdempotent() {
        VersionVector one = VersionVector.of(Map.of(A, 3L, B, 1L));
        VersionVector other = VersionVector.of(Map.of(A, 2L, B, 7L));
        assertThat(one.join(other)).isEqualTo(other.join(one)).isEqualTo(VersionVector.of(Map.of(A, 3L, B, 7L)));
        assertThat(one.join(one)).isSameAs(one);
    }

    @Test
    void contextWithoutItsOwnDot_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(
                () -> new Version(new Dot(A, 4, 1), VersionVector.of(Map.of(A, 3L)), 0))
                .withMessageContaining("lacks its own dot");
    }

    /** Ids are checked by hand, and told to others as a regular expression. */
    @Test
    void idsAndActors_areOfTheirShapes_andOnlyThose() {
        Pattern id = Pattern.compile(NodeId.SHAPE);
        Pattern actor = Pattern.compile(NodeId.SHAPE + "\\.[a-z2-7]{8}");
        Random random = new Random(1);
        String letters = "az09-.27A_\n";
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextInt(50) == 0 ? "a".repeat(30) : "");
            for (int length = random.nextInt(13); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            String some = text.toString();
            assertThat(NodeId.parse(some).isPresent()).as(some).isEqualTo(id.matcher(some).matches());
            String name = random.nextBoolean() ? some : some + ".a27zbcde";
            assertThat(isActor(name)).as(name).isEqualTo(actor.matcher(name).matches());
        }
    }

    private static boolean isActor(String name) {
        try {
            return new Actor(name).name().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void actorsOfAnotherShape_areRefused() {
        for (String name : new String[] {"", "a", "a.short", "A.aaaaaaaa", "a.aaaaaaa1", "a\".aaaaaaaa",
                "-a.aaaaaaaa"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new Actor(name))
                    .withMessageContaining("not an actor");
        }
    }

    @Test
    void nodesId_isWhatStandsBeforeTheDot_andOfOneShape() {
        assertThat(new Actor("alpha-1.aaaaaaaa").nodeId()).isEqualTo(new NodeId("alpha-1")).hasToString("alpha-1");
        for (String name : new String[] {"", "A", "-a", "a.aaaaaaaa", "a b", "a\n", "a".repeat(32)}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new NodeId(name))
                    .withMessageContaining("not a node id");
            assertThat(NodeId.parse(name)).isEmpty();
        }
        assertThat(NodeId.parse("a".repeat(31))).contains(new NodeId("a".repeat(31)));
    }

    @Test
    void update_sortsAfterWhatItOverwrote_howeverWrongTheClock() {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        long future = Hlc.at(now.plus(Duration.ofDays(1)));
        assertThat(Hlc.next(now, future)).isEqualTo(future + 1);
        assertThat(Hlc.next(now, 0)).isEqualTo(Hlc.at(now));
        assertThat(Hlc.instant(Hlc.at(now) + 5)).isEqualTo(now);
    }

    @Test
    void timeBeyondTheScale_isTheGreatest_andNeverAnEarlierOne() {
        assertThat(Hlc.at(Instant.parse("9000-01-01T00:00:00Z"))).isEqualTo(Long.MAX_VALUE);
        assertThat(Hlc.at(Instant.parse("0001-01-01T00:00:00Z"))).isNegative();
    }

    private static Version version(Actor actor, long counter, VersionVector past, long hlc) {
        Dot dot = new Dot(actor, counter, 1);
        return new Version(dot, past.with(dot), hlc);
    }
}
