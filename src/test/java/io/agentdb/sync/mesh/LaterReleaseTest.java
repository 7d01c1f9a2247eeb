package io.agentdb.sync.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.coordinator.TestNode;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.protocol.codec.UnknownFields;
import io.agentdb.sync.replica.digest.NodeCounts;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.run.SyncReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataAccessException;

/** Nodes among which one knows fields that the others do not know. Field 100, {@code "new"}, stands for such. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LaterReleaseTest {

    private static final String LATER = "ogYDbmV3";

    private TestNode a;
    private TestNode b;
    private TestNode c;

    @BeforeAll
    void start() {
        a = TestNode.start("a");
        b = TestNode.start("b");
        c = TestNode.start("c");
    }

    @AfterAll
    void stop() {
        a.close();
        b.close();
        c.close();
    }

    @Test
    void unknownFields_passThroughANodeThatDoesNotKnowThem() {
        write(a, "relay");
        a.sync(b);
        b.sync(c);
        assertThat(unknown(c, "relay")).isEqualTo(LATER);
        assertThat(a.bean(NodeCounts.class).digest(Kind.SKILLS).digest())
                .isEqualTo(c.bean(NodeCounts.class).digest(Kind.SKILLS).digest());
    }

    @Test
    void aWriterThatDoesNotKnowThem_doesNotDropThem() {
        write(a, "edited");
        a.sync(b);
        b.jdbc().update("update skills set code = 'edited on b' where name = 'edited'");
        b.sync(a);
        assertThat(a.jdbc().queryForObject("select code from skills where name = 'edited'", String.class))
                .isEqualTo("edited on b");
        assertThat(unknown(a, "edited")).isEqualTo(LATER);
    }

    @Test
    void aMergeOnANodeThatDoesNotKnowThem_keepsThem() {
        write(a, "merged");
        a.sync(b);
        a.jdbc().update("update skills set code = 'of a' where name = 'merged'");
        b.jdbc().update("update skills set description = 'of b' where name = 'merged'");
        SyncReport report = b.sync(b.peer(a), new RunOptions(null, null, ConflictStrategy.MERGE, null));
        assertThat(report.success()).as("%s", report).isTrue();
        for (TestNode node : new TestNode[] {a, b}) {
            assertThat(unknown(node, "merged")).isEqualTo(LATER);
            assertThat(node.jdbc()
                    .queryForObject("select code || ', ' || description from skills where name = 'merged'",
                            String.class))
                    .isEqualTo("of a, of b");
        }
    }

    @Test
    void aNodeThatHasStarted_hasLookedForFieldsThatItKnows() {
        assertThat(a.jdbc().queryForObject("select fields from known_fields", Integer.class))
                .isEqualTo(UnknownFields.known());
    }

    @Test
    void nobodyWritesThemByHand() {
        assertThatThrownBy(() -> a.jdbc().update("insert into skills (name, unknown_fields) values ('hand', 'x')"))
                .isInstanceOf(DataAccessException.class).hasMessageContaining("unknown_fields is not written by hand");
    }

    /** As if a peer of a later release had sent it. */
    private static void write(TestNode node, String name) {
        node.jdbc().update("insert into skills (name) values (?)", name);
        node.jdbc().execute("begin; set local agentdb.applying = 'on'; update skills set unknown_fields = '" + LATER
                + "' where name = '" + name + "'; commit");
    }

    private static String unknown(TestNode node, String name) {
        return node.jdbc().queryForObject("select unknown_fields from skills where name = ?", String.class, name);
    }
}
