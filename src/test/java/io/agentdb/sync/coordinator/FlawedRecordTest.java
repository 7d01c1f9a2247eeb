package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.review.quarantine.QuarantineTable;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import io.agentdb.sync.verify.Verifier;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A flaw in one record keeps that record from its peers, and nothing else: neither what is before it nor what is behind
 * it.
 */
class FlawedRecordTest {

    private final TestNode a = TestNode.start("a");
    private final TestNode b = TestNode.start("b");

    @BeforeEach
    void asAnEarlierReleaseLetIt() {
        a.jdbc().execute(
                "alter table episodes drop constraint if exists episodes_version, drop constraint if exists"
                + " episodes_history");
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"field_hlc = '{\"task\": \"late\"}'", "hlc = -5"})
    void recordThatThePeerCannotRead_isSetAsideThere_inEitherDirection_andComesInOnceItIsMended(String flaw) {
        UUID before = a.episode("before");
        UUID flawed = a.episode("flawed");
        UUID behind = a.episode("behind");
        spoil(flawed, flaw);
        assertThat(b.sync(a)).matches(SyncReport::success).matches(report -> report.itemsQuarantined() == 1);
        assertThat(b.jdbc().queryForList("select id from episodes order by task", UUID.class))
                .containsExactly(before, behind);
        assertThat(setAside()).containsExactly("unreadable");
        try (TestNode c = TestNode.start("c")) {
            assertThat(c.sync(b)).matches(SyncReport::success);
            assertThat(c.sync(a)).as("b has not told c that it knows it")
                    .matches(report -> report.itemsQuarantined() == 1);
        }
        UUID later = a.episode("later");
        UUID another = a.episode("flawed as well");
        spoil(another, flaw);
        assertThat(a.sync(b)).matches(SyncReport::success).matches(report -> report.itemsQuarantined() == 1);
        assertThat(b.jdbc().queryForList("select id from episodes where task = 'later'", UUID.class))
                .containsExactly(later);
        assertThat(setAside()).containsExactly("unreadable", "unreadable");

        spoil(flawed, "field_hlc = null, hlc = abs(hlc)");
        spoil(another, "field_hlc = null, hlc = abs(hlc)");
        a.jdbc().update("update episodes set critique = 'mended' where task like 'flawed%'");
        a.jdbc().update("update episodes set task = task || ', mended'");
        assertThat(b.sync(a).success()).isTrue();
        b.bean(QuarantineTable.class).sweep();
        assertThat(b.digests()).isEqualTo(a.digests());
        assertThat(setAside()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest-wins", "merge"})
    void flawedVersionThatAnswersAPush_orIsRepaired_isSetAsideAsWell(String strategy) throws InterruptedException {
        UUID record = a.episode("of both");
        b.sync(a);
        b.jdbc().update("update episodes set task = 'by b' where id = ?", record);
        a.jdbc().update("update episodes set critique = 'by a' where id = ?", record);
        spoil(record, "field_hlc = '[]'");
        UUID behind = b.episode("behind");
        assertThat(b.sync(b.peer(a), new RunOptions(null, null, ConflictStrategy.labelled(strategy), null)))
                .matches(SyncReport::success);
        assertThat(a.jdbc().queryForList("select id from episodes where task = 'behind'", UUID.class))
                .containsExactly(behind);
        assertThat(b.bean(Verifier.class).verify(b.peer(a), null, true).orElseThrow().equal()).isFalse();
        assertThat(setAside()).contains("unreadable");
    }

    private List<String> setAside() {
        return b.jdbc().queryForList("select code from quarantine", String.class);
    }

    /** Past the triggers, as a bug or a hand could. */
    private void spoil(UUID record, String how) {
        a.jdbc().execute("do $$ begin perform set_config('agentdb.applying', 'on', true); update episodes set " + how
                + " where id = '" + record + "'; end $$");
    }
}
