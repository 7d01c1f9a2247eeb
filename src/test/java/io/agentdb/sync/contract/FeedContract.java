package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.feed.Claim;
import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.FeedPage;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.feed.Selection;
import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of {@link io.agentdb.sync.replica.feed.ChangeFeed}. */
public abstract class FeedContract extends Contract {

    /** Enough for ids in both halves of their range. */
    private static final List<String> MANY = IntStream.range(0, 40).mapToObj(i -> "skill " + i).toList();

    protected FeedContract(Stores stores) {
        super(stores);
    }

    @Test
    void lateCommit_isNotSkipped() {
        try (Stores.Writer late = stores.begin()) {
            late.write("late", "begun first");
            stores.write("early", "committed first");
            FeedPage page = read(Cursor.start(me()), feed.fence(), Reader.ANYONE);
            assertThat(page.revisions()).isEmpty();
            late.commit();
            assertThat(ids(read(page.end(), fence(), Reader.ANYONE)))
                    .containsExactlyInAnyOrder(id("early"), id("late"));
        }
    }

    @Test
    void newest_isBeyondACursor_onlyOnceThereIsSomethingToReadBehindIt() {
        stores.write("fib", "first");
        Cursor read = Cursor.below(me(), fence());
        assertThat(feed.newest().isBeyond(Cursor.start(me()), SKILLS)).isTrue();
        assertThat(feed.newest().isBeyond(Cursor.start(me()), Kind.EDGES)).as("of another kind").isFalse();
        assertThat(feed.newest().isBeyond(read, SKILLS)).isFalse();
        assertThat(feed.newest().isBeyond(place("fib"), SKILLS)).as("another of its transaction may follow").isTrue();
        try (Stores.Writer late = stores.begin()) {
            late.write("late", "not committed yet");
            stores.write("early", "above the fence");
            assertThat(feed.newest().isBeyond(read, SKILLS)).isFalse();
            late.commit();
        }
        fence();
        assertThat(feed.newest().isBeyond(read, SKILLS)).isTrue();
        read = Cursor.below(me(), fence());
        stores.delete("fib");
        fence();
        assertThat(feed.newest().isBeyond(read, SKILLS)).as("a tombstone").isTrue();
    }

    @Test
    void whatWasRolledBack_isNotInTheFeed_andHoldsNothingBack() {
        try (Stores.Writer writer = stores.begin()) {
            writer.write("never", "was");
        }
        stores.write("fib", "after it");
        assertThat(ids(everything(Reader.ANYONE))).containsExactly(id("fib"));
    }

    @Test
    void fence_isNotBeyondTheHorizon_whichLiesBehindEverythingCommitted() {
        stores.write("fib", "committed");
        try (Stores.Writer writer = stores.begin()) {
            writer.write("open", "holds the fence back");
            stores.write("fib", "changed");
            assertThat(feed.fence()).isLessThan(feed.horizon());
        }
        assertThat(place("fib").xid()).isLessThan(feed.horizon());
    }

    @Test
    void transactionsComeInTheirOrder_andRecordsOfOneInTheOrderOfTheirIds_tombstonesAmongThem() {
        stores.write("zero", "deleted in between");
        try (Stores.Writer writer = stores.begin()) {
            MANY.forEach(name -> writer.write(name, "together"));
            writer.delete("zero");
            writer.commit();
        }
        stores.write("last", "alone");
        FeedPage page = everything(Reader.ANYONE);
        assertThat(page.revisions()).hasSize(MANY.size() + 2);
        assertThat(ids(page).subList(0, MANY.size() + 1)).isSortedAccordingTo(ORDER).contains(id("zero"));
        assertThat(ids(page)).last().isEqualTo(id("last"));
        assertThat(page.cursors()).isSortedAccordingTo(Cursor::compareTo);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 41, 42})
    void pagesOfAnySize_giveEveryRecordOnce_andEndAtTheFence(int size) {
        try (Stores.Writer writer = stores.begin()) {
            MANY.forEach(name -> writer.write(name, "together"));
            writer.commit();
        }
        stores.write("last", "alone");
        long fence = fence();
        List<UUID> read = new ArrayList<>();
        FeedPage page = feed.read(SKILLS, Cursor.start(me()), fence, Selection.ALL, Reader.ANYONE, size, 1 << 20);
        for (; !page.last(); page = feed.read(SKILLS, page.end(), fence, Selection.ALL, Reader.ANYONE, size, 1 << 20)) {
            read.addAll(ids(page));
            assertThat(page.revisions()).hasSize(size);
            assertThat(page.end()).isEqualTo(page.cursors().get(size - 1));
        }
        read.addAll(ids(page));
        assertThat(read).hasSize(MANY.size() + 1).doesNotHaveDuplicates();
        assertThat(page.end()).isEqualTo(Cursor.below(me(), fence));
    }

    @Test
    void page_isBoundedByBytes_butHoldsAtLeastOneRecord() {
        stores.write("one", "x".repeat(3_000));
        stores.write("other", "y".repeat(3_000));
        FeedPage page = feed.read(SKILLS, Cursor.start(me()), fence(), Selection.ALL, Reader.ANYONE, 10, 100);
        assertThat(ids(page)).containsExactly(id("one"));
        assertThat(page.last()).isFalse();
        assertThat(page.end()).isEqualTo(page.cursors().get(0));
    }

    @Test
    void readerThatGoesOnAtAnyCursor_getsWhatLiesBehindIt() {
        try (Stores.Writer writer = stores.begin()) {
            MANY.forEach(name -> writer.write(name, "together"));
            writer.commit();
        }
        FeedPage all = everything(Reader.ANYONE);
        for (int i = 0; i < all.cursors().size(); i++) {
            assertThat(ids(read(all.cursors().get(i), fence(), Reader.ANYONE)))
                    .isEqualTo(ids(all).subList(i + 1, all.cursors().size()));
        }
    }

    @Test
    void onlyTheNewestVersion_isInTheFeed_whereItWasWritten() {
        stores.write("fib", "first");
        stores.write("other", "in between");
        Cursor seen = everything(Reader.ANYONE).end();
        stores.write("fib", "second");
        assertThat(ids(everything(Reader.ANYONE))).containsExactly(id("other"), id("fib"));
        assertThat(ids(read(seen, fence(), Reader.ANYONE))).containsExactly(id("fib"));
    }

    @Test
    void deletedRecord_leavesATombstone_thatKnowsIt() {
        stores.write("fib", "doomed");
        Version before = here("fib").version();
        stores.delete("fib");
        Revision after = everything(Reader.ANYONE).revisions().get(0);
        assertThat(after.deleted()).isTrue();
        assertThat(after.version().context().contains(before.dot())).isTrue();
        assertThat(after.version().hlc()).isGreaterThan(before.hlc());
    }

    @Test
    void whatCameFromTheReader_isNotSentBack() {
        receive(skill("fib", "of the peer", dot(PEER, 1)), skill("sort", "of a third, by the peer", dot(THIRD, 1)),
                tombstone("gone", dot(PEER, 2)));
        stores.write("own", "of this node");
        assertThat(ids(everything(reader(PEER)))).containsExactly(id("own"));
        assertThat(ids(everything(reader(THIRD))))
                .containsExactlyInAnyOrder(id("fib"), id("sort"), id("gone"), id("own"));
        stores.write("fib", "changed here");
        assertThat(ids(everything(reader(PEER)))).containsExactlyInAnyOrder(id("own"), id("fib"));
    }

    @Test
    void whatTheReaderKnows_isLeftOut_upToItsFenceAndNotBeyond() {
        receive(skill("fib", "known", dot(THIRD, 4)), skill("sort", "not known", dot(THIRD, 5)),
                tombstone("gone", dot(THIRD, 3)));
        Reader knowing = new Reader(PEER, Knowledge.of(Map.of(THIRD, 5L)));
        assertThat(ids(everything(new Reader(null, knowing.known())))).containsExactly(id("sort"));
        assertThat(ids(everything(knowing))).isEmpty();
    }

    @Test
    void count_isHowManyAreRead() {
        stores.write("own", "live");
        stores.write("gone", "deleted");
        stores.delete("gone");
        receive(skill("fib", "of the peer", dot(PEER, 1)), skill("sort", "known", dot(THIRD, 1)));
        Reader knowing = new Reader(PEER, Knowledge.of(Map.of(THIRD, 2L)));
        long fence = fence();
        Cursor start = Cursor.start(me());
        assertThat(feed.count(SKILLS, start, fence, Selection.ALL, Reader.ANYONE)).isEqualTo(4);
        assertThat(feed.count(SKILLS, start, fence, Selection.ALL, knowing)).isEqualTo(2);
        assertThat(feed.count(SKILLS, place("own"), fence, Selection.ALL, knowing)).isEqualTo(1);
        assertThat(feed.count(SKILLS, start, place("gone").xid(), Selection.ALL, knowing)).isEqualTo(1);
    }

    @Test
    void selection_keepsWhatMatches_andTombstones() {
        receive(tagged("ab", 10, "a", "b"), tagged("a", 20, "a"), tombstone("gone", dot(PEER, 30)));
        assertThat(selected(new Selection(null, null, null, null, List.of("b", "a"), null)))
                .containsExactlyInAnyOrder("ab", "gone");
        assertThat(selected(new Selection(null, null, null, null, null, "a"))).containsExactlyInAnyOrder("a", "gone");
        assertThat(selected(new Selection(null, "s", true, 0.5, null, null))).as("filters of episodes")
                .containsExactlyInAnyOrder("ab", "a", "gone");
        assertThat(selected(new Selection(Instant.parse("2026-01-01T00:00:20Z"), null, null, null, null, null)))
                .containsExactlyInAnyOrder("a", "gone");
        assertThat(selected(new Selection(Instant.parse("2026-01-01T00:00:31Z"), null, null, null, null, null)))
                .isEmpty();
    }

    @Test
    void newRecordOfThisNode_hasSeenNobodyAboveTheFence() {
        long fence = fence();
        stores.write("fib", "new");
        assertThat(feed.seenAbove(SKILLS, fence)).isEmpty();
        stores.write("fib", "changed");
        assertThat(feed.seenAbove(SKILLS, fence)).containsExactly(me());
        long second = fence();
        assertThat(feed.seenAbove(SKILLS, second)).isEmpty();
        stores.delete("fib");
        assertThat(feed.seenAbove(SKILLS, second)).as("what is deleted has been replaced").containsExactly(me());
    }

    @Test
    void whatPeersWrote_orDeletesOrGotHere_hasSeenThemAboveTheFence() {
        long fence = fence();
        receive(skill("fib", "of a third", dot(THIRD, 1)));
        assertThat(feed.seenAbove(SKILLS, fence)).containsExactly(THIRD);
        stores.write("fib", "changed here");
        assertThat(feed.seenAbove(SKILLS, fence)).containsExactlyInAnyOrder(me(), THIRD);

        long second = fence();
        receive(tombstone("gone", dot(PEER, 1)));
        assertThat(feed.seenAbove(SKILLS, second)).containsExactly(PEER);

        long third = fence();
        stores.write("own", "new, and given");
        atomically(() -> versions.given(SKILLS, Map.of(id("own"), here("own").version().dot()), FROM_PEER));
        assertThat(feed.seenAbove(SKILLS, third)).containsExactly(me());
    }

    @Test
    void known_isWhatReadLeavesOut_liveAndBelowTheFence_inTheOrderOfIds() {
        Revision[] sent = IntStream.range(0, MANY.size()).mapToObj(i -> skill(MANY.get(i), "known", dot(THIRD, i + 1)))
                .toArray(Revision[]::new);
        receive(sent);
        receive(tombstone("gone", dot(THIRD, 41)), skill("unknown", "beyond", dot(THIRD, 90)),
                skill("other", "of another", dot(PEER, 1)));
        long fence = fence();
        receive(skill("late", "above the fence", dot(THIRD, 42)));
        Reader reader = new Reader(PEER, Knowledge.of(Map.of(THIRD, 50L)));
        List<Claim> all = feed.known(SKILLS, null, fence, reader, 1_000);
        assertThat(all).extracting(Claim::id)
                .containsExactlyElementsOf(MANY.stream().map(Contract::id).sorted(ORDER).toList());
        assertThat(all).contains(new Claim(id(MANY.get(6)), dot(THIRD, 7)));

        List<Claim> paged = new ArrayList<>();
        List<Claim> page = feed.known(SKILLS, null, fence, reader, 7);
        while (!page.isEmpty()) {
            paged.addAll(page);
            page = feed.known(SKILLS, page.get(page.size() - 1).id(), fence, reader, 7);
        }
        assertThat(paged).isEqualTo(all);
    }

    private static Revision tagged(String name, long second, String... tags) {
        return new Revision(SKILLS, id(name), skill(name, "", dot(PEER, second)).version(), content(name, "", tags));
    }

    private List<String> selected(Selection selection) {
        List<UUID> ids = ids(feed.read(SKILLS, Cursor.start(me()), fence(), selection, Reader.ANYONE, 10, 1 << 20));
        assertThat(feed.count(SKILLS, Cursor.start(me()), fence(), selection, Reader.ANYONE)).isEqualTo(ids.size());
        return Stream.of("ab", "a", "gone").filter(name -> ids.contains(id(name))).toList();
    }

    private static List<UUID> ids(FeedPage page) {
        return page.revisions().stream().map(Revision::id).toList();
    }
}
