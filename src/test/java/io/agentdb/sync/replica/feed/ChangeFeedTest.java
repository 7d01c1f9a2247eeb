package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Actor;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {

    private final Database node = new Database("a");

    @Test
    void lateCommit_isNotSkipped() throws Exception {
        UUID late;
        Cursor reached;
        try (Connection writer = node.begin(); Statement statement = writer.createStatement()) {
            var row = statement.executeQuery(
                    "insert into episodes (session_id, task) values ('s', 'late') returning id");
            row.next();
            late = row.getObject(1, UUID.class);
            UUID early = node.episode("committed while the other is open");

            FeedPage page = node.read(Kind.EPISODES, Cursor.start(node.actor()), node.feed.fence(), 100);
            assertThat(page.revisions()).extracting(Revision::id).doesNotContain(early, late);
            reached = page.end();
            writer.commit();
            assertThat(node.read(Kind.EPISODES, reached, node.fence(), 100).revisions()).extracting(Revision::id)
                    .containsExactlyInAnyOrder(early, late);
        }
    }

    @Test
    void openTransaction_holdsTheFenceBack_andOnlyThat() throws Exception {
        UUID before = node.episode("before");
        node.fence();
        try (Connection writer = node.begin(); Statement statement = writer.createStatement()) {
            statement.execute("insert into skills (name) values ('open')");
            node.episode("after");
            FeedPage page = node.read(Kind.EPISODES, Cursor.start(node.actor()), node.feed.fence(), 100);
            assertThat(page.revisions()).extracting(Revision::id).containsExactly(before);
        }
    }

    @Test
    void readerThatHoldsASnapshotOpen_doesNotHoldTheFenceBack() throws Exception {
        try (Connection reader = node.begin(); Statement statement = reader.createStatement()) {
            statement.executeQuery("select count(*) from episodes");
            UUID written = node.episode("written meanwhile");
            assertThat(node.everything(Kind.EPISODES)).extracting(Revision::id).contains(written);
        }
    }

    @Test
    void pagesOfAnySize_giveEveryRecordOnce() {
        node.jdbc.update(
                "insert into episodes (session_id, task) select 's', 'one transaction ' || i from generate_series(1,"
                + " 25) i");
        for (int i = 0; i < 10; i++) {
            node.jdbc.update("delete from episodes where id = ?", node.episode("short-lived"));
        }
        long fence = node.fence();
        for (int size : new int[] {1, 2, 7, 35, 36}) {
            List<UUID> read = new ArrayList<>();
            Cursor from = Cursor.start(node.actor());
            FeedPage page;
            do {
                page = node.read(Kind.EPISODES, from, fence, size);
                page.revisions().forEach(revision -> read.add(revision.id()));
                from = page.end();
            } while (!page.last());
            assertThat(read).hasSize(35).doesNotHaveDuplicates();
        }
    }

    @Test
    void pageIsBoundedByBytes_butHoldsAtLeastOneRecord() {
        node.episode("x".repeat(3_000));
        node.episode("y".repeat(3_000));
        FeedPage page = node.feed.read(Kind.EPISODES, Cursor.start(node.actor()), node.fence(), Selection.ALL,
                Reader.ANYONE, 10, 100);
        assertThat(page.revisions()).hasSize(1);
        assertThat(page.last()).isFalse();
    }

    @Test
    void onlyTheNewestVersion_isInTheFeed() {
        UUID id = node.episode("first");
        for (int i = 0; i < 20; i++) {
            node.jdbc.update("update episodes set task = ? where id = ?", "update " + i, id);
        }
        assertThat(node.everything(Kind.EPISODES)).hasSize(1);
    }

    @Test
    void selection_keepsTombstonesAndMatchingRecordsOnly() {
        node.jdbc.update(
                "insert into episodes (session_id, task, success, reward, tags) values ('s1', 'a', true, 0.9, '{x,y}'),"
                        + " ('s1', 'b', false, 0.9, '{x}'), ('s2', 'c', true, 0.1, '{x,y}')");
        node.jdbc.update("delete from episodes where id = ?", node.episode("gone"));
        assertThat(tasks(new Selection(null, "s1", null, null, null, null))).containsExactlyInAnyOrder("a", "b", null);
        assertThat(tasks(new Selection(null, null, true, 0.5, null, null))).containsExactlyInAnyOrder("a", null);
        assertThat(tasks(new Selection(null, null, null, null, List.of("y", "x"), null)))
                .containsExactlyInAnyOrder("a", "c", null);
        assertThat(tasks(new Selection(Instant.now().plusSeconds(60), null, null, null, null, null))).isEmpty();
    }

    /** Whoever reads up to the fence has none of these, so nobody is told that their actors are known. */
    @Test
    void actorsAboveTheFence_areThoseOfAllButNewRecordsOfOnesOwn() {
        Database peer = new Database("b");
        UUID own = node.episode("below the fence");
        UUID theirs = peer.episode("theirs");
        assertThat(seenAbove(() -> node.episode("new"))).isEmpty();
        assertThat(seenAbove(() -> node.pull(Kind.EPISODES, peer))).as("from a peer").containsExactly(peer.actor());
        assertThat(seenAbove("update episodes set task = 'u' where id = ?", own)).containsExactly(node.actor());
        assertThat(seenAbove("delete from episodes where id = ?", own)).containsExactly(node.actor());
        peer.jdbc.update("delete from episodes where id = ?", theirs);
        assertThat(seenAbove(() -> node.pull(Kind.EPISODES, peer))).as("deleted there").containsExactly(peer.actor());
        assertThat(seenAbove("insert into episodes (id, session_id, task) values (?, 's', 'anew')", theirs))
                .as("new over a peer's deletion").containsExactlyInAnyOrder(node.actor(), peer.actor());
    }

    private Set<Actor> seenAbove(String sql, UUID id) {
        return seenAbove(() -> node.jdbc.update(sql, id));
    }

    private Set<Actor> seenAbove(Runnable write) {
        long fence = node.fence();
        write.run();
        return node.feed.seenAbove(Kind.EPISODES, fence);
    }

    private List<String> tasks(Selection selection) {
        return node.feed.read(Kind.EPISODES, Cursor.start(node.actor()), node.fence(), selection, Reader.ANYONE,
                100, 1 << 20)
                .revisions().stream().map(revision -> revision.deleted() ? null
                        : (String) revision.content().get(Kind.EPISODES.indexOf("task"))).toList();
    }
}
