package io.agentdb.sync.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.node.MeetingStore;
import io.agentdb.sync.node.MeetingStore.Meetings;
import io.agentdb.sync.replica.feed.Reader;
import io.agentdb.sync.version.Actor;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.VersionVector;
import org.junit.jupiter.api.Test;

/** Of {@link MeetingStore}, and of what a node whose database went back in time makes of it. */
public abstract class MeetingsContract extends Contract {

    private final MeetingStore meetings = stores.meetings();

    protected MeetingsContract(Stores stores) {
        super(stores);
    }

    @Test
    void meetingsAreCounted_perPairOfIncarnations() {
        assertThat(meetings.of(me(), PEER)).isEqualTo(new Meetings(0, 0, 0));
        assertThat(meetings.begin(me(), PEER)).isEqualTo(new Meetings(1, 0, 0));
        assertThat(meetings.begin(me(), PEER)).isEqualTo(new Meetings(2, 0, 0));
        meetings.confirm(me(), PEER, 1, 0);
        meetings.hear(me(), PEER, 7);
        assertThat(meetings.of(me(), PEER)).isEqualTo(new Meetings(2, 1, 7));
        assertThat(meetings.of(me(), new Actor("there.bbbbbbbb"))).isEqualTo(new Meetings(0, 0, 0));
        assertThat(meetings.of(new Actor("here.bbbbbbbb"), PEER)).isEqualTo(new Meetings(0, 0, 0));
        meetings.hear(me(), THIRD, 3);
        assertThat(meetings.of(me(), THIRD)).as("who only ever called").isEqualTo(new Meetings(0, 0, 3));
    }

    @Test
    void whatComesLate_takesNothingBack() {
        meetings.begin(me(), PEER);
        meetings.begin(me(), PEER);
        meetings.confirm(me(), PEER, 2, 0);
        meetings.confirm(me(), PEER, 1, 0);
        meetings.hear(me(), PEER, 5);
        meetings.hear(me(), PEER, 4);
        assertThat(meetings.of(me(), PEER)).isEqualTo(new Meetings(2, 2, 5));
    }

    @Test
    void answerInAMeetingThatIsForgotten_confirmsNothing() {
        meetings.begin(me(), PEER);
        meetings.hear(me(), PEER, 5);
        assertThat(meetings.confirm(me(), PEER, 1, 6)).isFalse();
        assertThat(meetings.of(me(), PEER)).isEqualTo(new Meetings(1, 0, 5));
        assertThat(meetings.confirm(me(), PEER, 1, 5)).isTrue();
        assertThat(meetings.of(me(), PEER)).isEqualTo(new Meetings(1, 1, 5));
    }

    @Test
    void renewedNode_givesNewDots_toWhatItWroteSinceItLastMetTheWitness() {
        Actor former = me();
        stores.write("before", "of no doubt");
        stores.write("changed", "before the meeting");
        stores.write("gone", "doomed");
        confirmed(PEER);
        Dot sure = dot(here("before"));
        Dot last = dot(here("gone"));
        stores.write("changed", "after the meeting");
        stores.delete("gone");
        stores.write("after", "in doubt");
        receive(skill("fib", "of the peer", dot(PEER, 1)));
        renew(new Actor("there.bbbbbbbb"));

        assertThat(me()).isNotEqualTo(former);
        assertThat(dot(here("before"))).isEqualTo(sure);
        assertThat(dot(here("fib"))).isEqualTo(dot(PEER, 1));
        for (String doubtful : new String[] {"changed", "gone", "after"}) {
            Dot fresh = dot(here(doubtful));
            assertThat(fresh.actor()).as(doubtful).isEqualTo(me());
            assertThat(here(doubtful).version().context()).as("of the old actor it knows what lies before the meeting")
                    .isEqualTo(VersionVector.of(fresh).with(last));
        }
        assertThat(here("gone").deleted()).isTrue();
    }

    @Test
    void renewedNode_showsEverythingInItsFeedAnew() {
        stores.write("own", "here");
        receive(skill("fib", "of the peer", dot(PEER, 1)), tombstone("gone", dot(PEER, 2)));
        receive(tombstone("forgotten", dot(PEER, 3)));
        stores.delete("own");
        stores.dropTombstones();
        receive(tombstone("gone", dot(PEER, 2)));
        stores.write("own", "made anew");
        long fence = fence();
        renew(PEER);
        assertThat(everything(Reader.ANYONE).cursors()).hasSize(3).allMatch(cursor -> cursor.xid() >= fence);
        assertThat(everything(reader(PEER)).revisions()).as("what came from the peer is still its")
                .containsExactly(here("own"));
        assertThat(stores.knowledge().forgotten(SKILLS)).as("who has read the former feed stands below it")
                .isGreaterThanOrEqualTo(fence);
    }

    @Test
    void witnessThatWasNeverMet_putsEverythingInDoubt() {
        stores.write("fib", "in doubt");
        confirmed(THIRD);
        renew(PEER);
        assertThat(here("fib").version().context()).isEqualTo(VersionVector.of(dot(here("fib"))));
        assertThat(dot(here("fib")).actor()).isEqualTo(me());
    }

    @Test
    void hearsay_mayComeFromWhoWasMetLongestAgo() {
        Actor former = me();
        stores.write("first", "before both");
        confirmed(THIRD);
        stores.write("second", "before one");
        confirmed(PEER);
        renew(null);
        assertThat(dot(here("first")).actor()).isEqualTo(former);
        assertThat(dot(here("second")).actor()).isEqualTo(me());
    }

    @Test
    void hearsay_mayComeFromWhoHasNeverAnswered() {
        meetings.begin(me(), THIRD);
        stores.write("fib", "in doubt");
        confirmed(PEER);
        renew(null);
        assertThat(dot(here("fib")).actor()).isEqualTo(me());
    }

    @Test
    void witnessIsANode_whateverItsIncarnation_andItsLastMeetingCounts() {
        Actor former = me();
        confirmed(PEER);
        stores.write("first", "before the second meeting");
        meetings.hear(me(), new Actor("there.bbbbbbbb"), 1);
        stores.write("second", "in doubt");
        renew(PEER);
        assertThat(dot(here("first")).actor()).isEqualTo(former);
        assertThat(dot(here("second")).actor()).isEqualTo(me());
    }

    @Test
    void whoIsRenewedAlready_isLeftAlone() {
        Actor former = me();
        renew(PEER);
        Actor renewed = me();
        stores.write("fib", "of the new actor");
        stores.self().renew(former, PEER, "the same evidence");
        assertThat(me()).isEqualTo(renewed);
        assertThat(dot(here("fib")).actor()).isEqualTo(renewed);
    }

    private void confirmed(Actor peer) {
        meetings.confirm(me(), peer, meetings.begin(me(), peer).begun(), 0);
    }

    private void renew(Actor witness) {
        stores.self().renew(me(), witness, "a meeting that is forgotten here");
    }
}
