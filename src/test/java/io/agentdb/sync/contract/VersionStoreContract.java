package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.replica.feed.Cursor;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.replica.store.BatchOrigin;
import io.agentdb.sync.replica.store.Change;
import io.agentdb.sync.replica.store.RowsLocked;
import io.agentdb.sync.replica.store.StoredVersion;
import io.agentdb.sync.replica.store.Transactions.Unstorable;
import io.agentdb.sync.revision.History;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.revision.Stamps;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.NodeId;
import io.agentdb.sync.version.Version;
import io.agentdb.sync.version.VersionVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of {@link io.agentdb.sync.replica.store.VersionStore}, in its transactions. */
public abstract class VersionStoreContract extends Contract {

    protected VersionStoreContract(Stores stores) {
        super(stores);
    }

    @Test
    void version_isStoredAsItIs() {
        Version version = skill("fib", "", dot(PEER, 3), dot(THIRD, 2)).version();
        Revision sent = new Revision(SKILLS, id("fib"),
                new Version(version.dot(), version.context(), version.hlc(), true),
                content("fib", "of the peer", "a", "b"), History.of("{\"\": 1}", null));
        receive(sent, tombstone("gone", dot(PEER, 4), dot(THIRD, 1)));
        assertThat(here("fib")).isEqualTo(sent);
        assertThat(here("gone")).isEqualTo(tombstone("gone", dot(PEER, 4), dot(THIRD, 1)));
        assertThat(here("never")).isNull();
    }

    @Test
    void whatIsStoredAgain_isThereOnce() {
        Revision sent = skill("fib", "of the peer", dot(PEER, 1));
        Revision grave = tombstone("gone", dot(PEER, 2));
        receive(sent, grave);
        receive(sent, grave);
        assertThat(everything(Reader.ANYONE).revisions()).containsExactlyInAnyOrder(sent, grave);
    }

    @Test
    void storedVersion_takesThePlaceOfWhatIsThere_andANewOneInTheFeed() {
        Revision live = skill("fib", "first", dot(PEER, 1));
        Revision grave = tombstone("fib", dot(PEER, 2), dot(PEER, 1));
        Revision anew = skill("fib", "made anew", dot(PEER, 3), dot(PEER, 2));
        for (Revision next : List.of(live, grave, anew, skill("fib", "changed", dot(PEER, 4), dot(PEER, 3)),
                tombstone("fib", dot(PEER, 5)))) {
            Cursor before = everything(Reader.ANYONE).end();
            receive(next);
            assertThat(here("fib")).isEqualTo(next);
            assertThat(everything(Reader.ANYONE).revisions()).containsExactly(next);
            assertThat(place("fib")).isGreaterThan(before);
        }
    }

    @Test
    void skillUnderAnIdThatIsNotItsNames_isRefused() {
        Revision misplaced = new Revision(SKILLS, id("other"), skill("fib", "", dot(PEER, 1)).version(),
                content("fib", ""));
        assertThatThrownBy(() -> receive(misplaced)).isInstanceOf(Unstorable.class);
        assertThat(everything(Reader.ANYONE).revisions()).isEmpty();
    }

    @Test
    void outcomeOfThisNode_isNotThePeers_thatItHasToGoTo() {
        receive(skill("fib", "of the peer", dot(PEER, 1)));
        atomically(() -> {
            Stamps stamps = versions.stamps(SKILLS, 1);
            StoredVersion head = versions.lock(SKILLS, List.of(id("fib"))).get(id("fib"));
            Version outcome = stamps.next(head.version().context(), head.version().hlc(), false);
            versions.store(SKILLS, List.of(new Change(new Revision(SKILLS, id("fib"), outcome,
                    content("fib", "merged")), head)), FROM_PEER);
        });
        assertThat(everything(reader(PEER)).revisions()).containsExactly(here("fib"));
    }

    @Test
    void joinedContext_movesNeitherTheRow_norItsDot() {
        stores.write("own", "live");
        stores.write("gone", "deleted");
        stores.delete("gone");
        stores.write("last", "behind them");
        Cursor own = place("own");
        Cursor gone = place("gone");
        Revision before = here("own");
        VersionVector wider = VersionVector.of(dot(THIRD, 7));
        atomically(() -> versions.join(SKILLS, Map.of(id("own"), wider, id("gone"), wider)));
        assertThat(here("own")).isEqualTo(before.with(before.version().joined(wider)));
        assertThat(here("gone").version().context().contains(wider)).isTrue();
        assertThat(place("own")).isEqualTo(own);
        assertThat(place("gone")).isEqualTo(gone);
        atomically(() -> versions.join(SKILLS, Map.of(id("own"), VersionVector.of(dot(THIRD, 3)))));
        assertThat(here("own").version().context().contains(wider)).as("a join never narrows").isTrue();
    }

    @Test
    void whatThePeerWasGiven_isNotSentToItAgain_andStaysWhereItIs_untilItChanges() {
        stores.write("own", "given");
        stores.write("gone", "given as well");
        stores.delete("gone");
        receive(skill("fib", "of the peer", dot(PEER, 1)));
        Cursor before = place("own");
        BatchOrigin third = new BatchOrigin(new NodeId("elsewhere"), THIRD);
        stores.write("late", "given");
        Map<UUID, Dot> given = Stream.of("own", "gone", "fib", "late")
                .collect(Collectors.toMap(name -> id(name), name -> here(name).version().dot()));
        given.put(id("never"), dot(THIRD, 5));
        stores.write("late", "and changed before the note");
        atomically(() -> versions.given(SKILLS, given, third));
        assertThat(everything(reader(THIRD)).revisions()).as("what came from a peer stays its own")
                .containsExactly(here("fib"), here("late"));
        assertThat(everything(reader(PEER)).revisions()).containsExactly(here("own"), here("gone"), here("late"));
        assertThat(place("own")).isEqualTo(before);
        stores.write("own", "changed");
        assertThat(everything(reader(THIRD)).revisions()).contains(here("own"));
    }

    @Test
    void lock_givesTheHeadsOfWhatIsHere_tombstonesIncluded() {
        Revision live = skill("fib", "live", dot(PEER, 1));
        Revision grave = tombstone("gone", dot(PEER, 2));
        receive(live, grave, skill("other", "not asked for", dot(PEER, 3)));
        List<UUID> asked = List.of(id("fib"), id("gone"), id("never"));
        atomically(() -> assertThat(versions.lock(SKILLS, asked)).isEqualTo(
                Map.of(id("fib"), new StoredVersion(live.version(), false),
                        id("gone"), new StoredVersion(grave.version(), true))));
        assertThat(versions.load(SKILLS, asked)).isEqualTo(Map.of(id("fib"), live, id("gone"), grave));
    }

    @Test
    void whatAnotherHasLocked_isNamed_ifItIsHere() {
        List.of("changed", "deleted", "free").forEach(name -> stores.write(name, "here"));
        stores.write("anew", "deleted before");
        stores.delete("anew");
        List<UUID> asked = List.of(id("changed"), id("deleted"), id("free"), id("anew"), id("made"), id("never"));
        try (Stores.Writer writer = stores.begin()) {
            writer.write("changed", "for a long time");
            writer.delete("deleted");
            writer.write("anew", "over its tombstone");
            writer.write("made", "not here yet");
            assertThat(locked(asked)).containsExactlyInAnyOrder(id("changed"), id("deleted"), id("anew"));
        }
        assertThat(locked(asked)).isEmpty();
    }

    @Test
    void recordThatAnotherHasLocked_isToldAsThat_andLocksNoOther() {
        stores.write("held", "here");
        stores.write("free", "here");
        try (Stores.Writer writer = stores.begin()) {
            writer.write("held", "for a long time");
            assertThatThrownBy(() -> hastily(() -> versions.lock(SKILLS, List.of(id("held"), id("free")))))
                    .isInstanceOf(RowsLocked.class);
            hastily(() -> assertThat(versions.lock(SKILLS, List.of(id("free")))).containsOnlyKeys(id("free")));
        }
        hastily(() -> assertThat(versions.lock(SKILLS, List.of(id("held")))).containsOnlyKeys(id("held")));
    }

    @Test
    void recordThatAnotherIsJustMaking_isNotHere_andCannotBeStored() {
        Revision sent = skill("fib", "of the peer", dot(PEER, 1));
        Revision grave = tombstone("fib", dot(PEER, 2), dot(PEER, 1));
        try (Stores.Writer writer = stores.begin()) {
            writer.write("fib", "for a long time");
            hastily(() -> assertThat(versions.lock(SKILLS, List.of(id("fib")))).isEmpty());
            for (Revision one : List.of(sent, grave)) {
                assertThatThrownBy(() -> hastily(
                        () -> versions.store(SKILLS, List.of(new Change(one, null)), FROM_PEER)))
                        .isInstanceOf(RowsLocked.class);
            }
        }
        receive(sent);
        assertThat(here("fib")).isEqualTo(sent);
    }

    @Test
    void stamps_areNewWritesOfThisNode_thatSortAfterWhatTheyReplace() {
        stores.write("own", "written by somebody");
        Dot last = dot(here("own"));
        long ahead = here("own").version().hlc() + (1L << 40);
        VersionVector seen = VersionVector.of(dot(PEER, 5));
        List<Version> taken = new ArrayList<>();
        atomically(() -> {
            taken.clear();
            Stamps stamps = versions.stamps(SKILLS, 3);
            taken.addAll(List.of(stamps.next(seen, ahead, true), stamps.next(seen, 1, false),
                    stamps.again(skill("gone", "", dot(THIRD, 9)).version(), seen)));
        });
        assertThat(taken).extracting(version -> version.dot().actor()).containsOnly(me());
        assertThat(taken).extracting(version -> version.dot().counter()).doesNotHaveDuplicates()
                .allMatch(counter -> counter > last.counter());
        assertThat(taken).allMatch(version -> version.context().equals(seen.with(version.dot())));
        assertThat(taken).extracting(Version::choice).containsExactly(true, false, false);
        assertThat(taken.get(0).hlc()).as("however far ahead that was").isEqualTo(ahead + 1);
        assertThat(taken.get(1).hlc()).as("now").isGreaterThan(1L << 40);
        assertThat(taken.get(2).hlc()).as("nobody wrote")
                .isEqualTo(skill("gone", "", dot(THIRD, 9)).version().hlc() + 1);
        assertThat(versions.lastCounter()).isGreaterThanOrEqualTo(taken.get(2).dot().counter());
    }

    @Test
    void stampedVersion_liesInTheFeedWhereItsDotSays() {
        Version[] stamped = new Version[1];
        atomically(() -> {
            stamped[0] = versions.stamps(SKILLS, 1).next(VersionVector.EMPTY, 0, false);
            versions.store(SKILLS, List.of(new Change(new Revision(SKILLS, id("fib"), stamped[0],
                    content("fib", "resolved")), null)), FROM_PEER);
        });
        assertThat(place("fib").xid()).isEqualTo(stamped[0].dot().xid()).isLessThan(versions.horizon());
        stores.write("own", "written by somebody");
        assertThat(place("own").xid()).isEqualTo(dot(here("own")).xid()).isGreaterThan(stamped[0].dot().xid())
                .isLessThan(versions.horizon());
        assertThat(dot(here("own")).counter()).isGreaterThan(stamped[0].dot().counter())
                .isEqualTo(versions.lastCounter());
    }

    private Set<UUID> locked(List<UUID> ids) {
        return stores.transactions().run(() -> versions.locked(SKILLS, ids));
    }

    private void hastily(Runnable work) {
        stores.transactions().hastily(() -> {
            work.run();
            return null;
        });
    }
}
