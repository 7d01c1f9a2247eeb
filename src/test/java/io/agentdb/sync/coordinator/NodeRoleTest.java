package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.revision.ConflictStrategy;
import io.agentdb.sync.run.RunOptions;
import io.agentdb.sync.version.Actor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A node whose role does not own the tables: another one has migrated them, and has given it the rights of
 * docs/operations.md.
 */
class NodeRoleTest {

    private static final String ROLE = "node_of_the_page";

    private final DataSource database = TestPostgres.createMigrated();
    private final JdbcTemplate owner = new JdbcTemplate(database);
    private TestNode a;

    @BeforeEach
    void start() throws IOException {
        Matcher script = Pattern.compile("## A node that does not own its tables.*?```sql\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("docs", "operations.md")));
        assertThat(script.find()).isTrue();
        owner.execute(script.group(1).replaceAll("\\bsync_node\\b", ROLE));
        String url = TestPostgres.url(database);
        a = TestNode.start("a", "spring.datasource.url=" + url.substring(0, url.indexOf('?')),
                "spring.datasource.username=" + ROLE, "spring.datasource.password=change me",
                        "spring.flyway.url=" + url);
    }

    @AfterEach
    void stop() {
        a.close();
        owner.execute("drop owned by " + ROLE + "; drop role " + ROLE);
    }

    @Test
    void serverThatWasStartedAgain_stopsNoSync() {
        try (TestNode b = TestNode.start("b")) {
            owner.update("insert into skills (name, uses) values ('counted', 1)");
            synced(b);
            Actor before = actor();
            startedAgain();
            // As the applier asks, before anybody has looked.
            assertThat(a.bean(JdbcTemplate.class).queryForObject("select agentdb_me()", String.class))
                    .isEqualTo(before.name());
            owner.update("update skills set uses = uses + 1");
            b.jdbc().update("update skills set uses = uses + 1");
            synced(b);
            assertThat(owner.queryForObject("select uses from skills", Integer.class)).isEqualTo(3);
            startedAgain();
            a.bean(LocalNode.class).refresh();
            assertThat(actor()).isEqualTo(before);
            assertThat(owner.queryForObject(
                    "select server_started = pg_postmaster_start_time() and not agentdb_moved() from node",
                            Boolean.class)).isTrue();
        }
    }

    @Test
    void databaseThatIsAnotherOne_isANewActors() {
        Actor before = actor();
        owner.execute("create temporary table dump as select * from node; delete from node; insert into node select *"
                + " from dump");
        a.bean(LocalNode.class).refresh();
        assertThat(actor()).isNotEqualTo(before);
        assertThat(owner.queryForObject("select actor from node", String.class)).isEqualTo(actor().name());
    }

    private void synced(TestNode b) {
        RunOptions merging = new RunOptions(null, null, ConflictStrategy.MERGE, null);
        assertThat(b.sync(b.peer(a), merging).errors()).isEmpty();
        assertThat(a.sync(a.peer(b), merging).errors()).isEmpty();
        assertThat(a.digests()).isEqualTo(b.digests());
    }

    private void startedAgain() {
        owner.execute("do $$ declare x xid; begin update node set server_started = server_started - interval '1 hour';"
                + " select xmin into x from node; update node set noted_xid = x; end $$");
    }

    private Actor actor() {
        return a.bean(LocalNode.class).actor();
    }
}
