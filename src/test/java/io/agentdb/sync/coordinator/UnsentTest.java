package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.review.quarantine.QuarantineRetry;
import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.verify.Verifier;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record that its own node can send to nobody stays there alone: what is behind it goes out, both ways, and nobody
 * takes it for known.
 */
class UnsentTest {

    private static final String WIDE =
            "context = context || (select jsonb_object_agg('n' || i || '.aaaaaaaa', 1) from generate_series(1, 19998)"
            + " i)";
    private static final String FAT =
            "field_hlc = (select jsonb_object_agg('metadata/' || repeat('k', 10000) || i, 0) from generate_series(1,"
            + " 3600) i)";

    private final TestNode a = TestNode.start("a");
    private final TestNode b = TestNode.start("b");

    @BeforeEach
    void asAnEarlierReleaseLeftIt() {
        a.jdbc().execute("alter table episodes drop constraint episodes_sendable");
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {WIDE, FAT})
    void recordThatFitsIntoNoFrame_isLeftOut_andWhatIsBehindItComes_andSoDoesItOnceItChanges(String how) {
        UUID before = a.episode("before");
        UUID kept = a.episode("kept");
        UUID behind = a.episode("behind");
        spoil(kept, how);
        SyncReport pulled = b.sync(a);
        assertThat(pulled).matches(SyncReport::success).matches(report -> report.itemsPulled() == 2);
        assertThat(b.jdbc().queryForList("select id from episodes order by task", UUID.class))
                .containsExactly(before, behind);
        UUID later = a.episode("later");
        SyncReport pushed = a.sync(b);
        assertThat(pushed).matches(SyncReport::success).matches(report -> report.itemsPushed() == 1);
        assertThat(pushed.errors()).singleElement().asString().contains("GET /unsent");
        assertThat(b.jdbc().queryForList("select id from episodes where task = 'later'", UUID.class))
                .containsExactly(later);
        assertThat(a.jdbc().queryForList("select id from unsent", UUID.class)).containsExactly(kept);
        assertThat(a.jdbc().queryForObject("select reason from unsent", String.class))
                .contains(how.equals(WIDE) ? "19999 actors" : "bytes");
        assertThat(b.jdbc().queryForObject("select count(*) from quarantine", Integer.class)).isZero();

        spoil(kept, how.equals(WIDE) ? "context = jsonb_build_object(actor, counter)" : "field_hlc = null");
        try (TestNode c = TestNode.start("c")) {
            assertThat(c.sync(b)).matches(SyncReport::success);
            assertThat(c.sync(a)).as("b has not said that it knows it").matches(report -> report.itemsPulled() == 1);
        }
        a.jdbc().update("update episodes set task = 'changed' where id = ?", kept);
        assertThat(b.sync(a)).matches(SyncReport::success);
        assertThat(b.digests()).isEqualTo(a.digests());
        a.bean(UnsentRecords.class).count();
        assertThat(a.jdbc().queryForObject("select count(*) from unsent", Integer.class)).isZero();
    }

    @Test
    void peersVersion_inConflictWithOneThatCannotBeSent_waitsThere_andIsResolvedThereByItself()
            throws InterruptedException {
        UUID record = a.episode("of both");
        b.sync(a);
        a.jdbc().update("update episodes set critique = 'by a' where id = ?", record);
        b.jdbc().update("update episodes set task = 'by b' where id = ?", record);
        spoil(record, FAT.replace(", 0)", ", 0) || jsonb_build_object('', 0)"));
        UUID behind = b.episode("behind");
        // Asked by b alone: its pull finds nothing, and its push is answered by a version that cannot be sent.
        assertThat(b.sync(a)).matches(SyncReport::success);
        assertThat(a.jdbc().queryForList("select id from episodes where task = 'behind'", UUID.class))
                .containsExactly(behind);
        assertThat(a.jdbc().queryForList("select code from quarantine", String.class)).containsExactly("unsent-here");
        assertThat(b.bean(Verifier.class).verify(b.peer(a), null, true).orElseThrow().equal()).isFalse();
        a.bean(QuarantineRetry.class).replayAll();
        assertThat(a.bean(QuarantineTable.class).counts().values()).containsOnly(0L);
        assertThat(a.jdbc().queryForList("select task from episodes where id = ?", String.class, record))
                .isEqualTo(List.of("by b"));
        assertThat(b.sync(a)).matches(SyncReport::success);
        assertThat(b.digests()).isEqualTo(a.digests());
    }

    /** Past the triggers. */
    private void spoil(UUID record, String how) {
        a.jdbc().execute("do $$ begin perform set_config('agentdb.applying', 'on', true); update episodes set " + how
                + " where id = '" + record + "'; end $$");
    }
}
