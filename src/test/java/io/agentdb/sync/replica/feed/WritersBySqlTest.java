package io.agentdb.sync.replica.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.postgres.embedded.TestPostgres;
import io.agentdb.sync.replica.apply.Database;
import io.agentdb.sync.revision.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** An agent's role, made by the script of docs/operations.md, and whatever else its session has. */
class WritersBySqlTest {

    private static final String ROLE = "agent_of_the_page";

    private final Database a = new Database("a");
    private final Database b = new Database("b");
    private Connection connection;
    private JdbcTemplate agent;

    @BeforeEach
    void connect() throws SQLException, IOException {
        String page = Files.readString(Path.of("docs", "operations.md"));
        Matcher script = Pattern.compile("## Writers by SQL.*?```sql\n(.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).isTrue();
        a.jdbc.execute(script.group(1).replaceAll("\\bagent\\b", ROLE));
        String url = TestPostgres.url(a.dataSource);
        connection = DriverManager.getConnection(url.substring(0, url.indexOf('?')), ROLE, "change me");
        agent = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
        a.jdbc.execute("drop owned by " + ROLE + "; drop role " + ROLE);
    }

    @Test
    void roleWithRightsOnTheKindsAlone_writesUpdatesRenamesAndDeletes() {
        agent.update("insert into skills (name, uses) values ('old', 1), ('gone', 1)");
        agent.update("update skills set uses = uses + 1 where name = 'old'");
        agent.update("update skills set name = 'new' where name = 'old'");
        agent.update("delete from skills where name = 'gone'");
        agent.update("insert into skills (name) values ('old')");
        agent.update("insert into episodes (session_id, task) values ('s', 't')");
        agent.update("insert into edges (from_id, relationship, to_id) values (agentdb_uuid7(), 'uses',"
                + " agentdb_uuid7())");
        Kind.ALL.forEach(kind -> b.pull(kind, a));
        Kind.ALL.forEach(kind -> assertThat(b.memory(kind)).isEqualTo(a.memory(kind)));
        assertThat(b.memory(Kind.SKILLS)).hasSize(2);
        assertThat(a.everything(Kind.SKILLS)).hasSize(3).filteredOn(Revision::deleted).hasSize(1);
    }

    @Test
    void roleThatSaysThatItApplies_isStampedAllTheSame() {
        agent.execute("set agentdb.applying = 'on'");
        agent.update("""
                insert into episodes (session_id, task, actor, counter, xid, context, hlc, feed_xid)
                values ('s', 'forged', 'zz.zzzzzzzz', 7, 7, '{"nonsense": 1}', 7, 7),
                    ('s', 'deleted', 'zz.zzzzzzzz', 8, 8, '{}', 8, 8)
                """);
        agent.update("update episodes set counter = 99, context = '{\"zz.zzzzzzzz\": 99}', critique = 'c' where task"
                + " = 'forged'");
        agent.update("delete from episodes where task = 'deleted'");
        assertThat(a.everything(Kind.EPISODES)).hasSize(2).allSatisfy(revision -> {
            assertThat(revision.version().dot().actor()).isEqualTo(a.actor());
            assertThat(revision.version().context().counters()).containsOnlyKeys(a.actor());
        }).filteredOn(Revision::deleted).hasSize(1);
    }

    @Test
    void triggerOfOnesOwnTable_buriesNothing() {
        agent.execute("create temporary table mine (id uuid, context jsonb, hlc bigint)");
        for (String function : List.of("agentdb_stamp", "agentdb_stamp_delete", "agentdb_succeed")) {
            assertThatThrownBy(
                    () -> agent.execute("create trigger t before delete on mine for each row execute function "
                            + function
                    + "('episodes')")).as(function).rootCause().hasMessageContaining("permission denied");
        }
    }

    @Test
    void temporaryTablesNamedLikeOurs_changeNothing() {
        agent.execute("create temporary table node (actor text); insert into node values ('zz.zzzzzzzz')");
        agent.execute("create temporary table tombstones (kind text, id uuid)");
        assertStamped("");
    }

    @Test
    void otherSearchPaths_changeNothing() {
        agent.execute("set search_path = ''");
        assertStamped("public.");
        agent.execute("set search_path = pg_temp, pg_catalog");
        assertStamped("public.");
    }

    private void assertStamped(String schema) {
        agent.update("insert into " + schema + "skills (name, uses) values ('kept', 1), ('gone', 1)");
        agent.update("update " + schema + "skills set uses = 2, metadata = '{\"a\": 1}'");
        agent.update("delete from " + schema + "skills where name = 'gone'");
        assertThat(a.everything(Kind.SKILLS)).hasSize(2).extracting(revision -> revision.version().dot().actor())
                .containsOnly(a.actor());
        assertThat(a.jdbc.queryForObject("select count(*) from tombstones where kind = 'skills'", Integer.class))
                .isEqualTo(1);
        agent.update("delete from " + schema + "skills");
    }

    @Test
    void rowThatNobodyCouldRead_isRefusedToTheNodesOwnRoleToo() {
        byHand("a.aaaaaaaa", 1, "{\"a.aaaaaaaa\": 1}");
        for (String context : List.of("{\"nonsense\": 1}", "{\"a.aaaaaaaa\": \"x\"}", "[]", "1",
                "{\"a.aaaaaaaa\": 0}")) {
            assertThatThrownBy(() -> byHand("a.aaaaaaaa", 1, context)).as(context)
                    .isInstanceOf(DataAccessException.class);
        }
        assertThatThrownBy(() -> byHand("nonsense", 1, "{\"nonsense\": 1}")).isInstanceOf(DataAccessException.class);
        assertThatThrownBy(() -> byHand("a.aaaaaaaa", -1, "{\"a.aaaaaaaa\": 1}"))
                .isInstanceOf(DataAccessException.class);
    }

    @Test
    void everyFunction_isBoundToItsSchema_andOfThoseThatActWithOurRights_onlyWhatLooksWhoThisNodeIsIsPublic() {
        assertThat(a.jdbc.queryForList("""
                select oid::regprocedure::text from pg_proc where proname like 'agentdb\\_%' and prokind = 'f'
                    and prosqlbody is null
                    and not coalesce(proconfig::text like '%search_path=public, pg_temp%', false)
                """, String.class)).isEmpty();
        assertThat(a.jdbc.queryForList("""
                select proname from pg_proc where proname like 'agentdb\\_%' and prosecdef
                    and has_function_privilege('public', oid, 'execute')
                    order by 1
                """, String.class)).containsExactly("agentdb_fingerprint", "agentdb_moved", "agentdb_recognize");
    }

    @Test
    void roleWithRightsOnTheKindsAlone_asksWhoThisNodeIs_andCannotMakeAnotherDatabasePassForThisOne() {
        assertThat(agent.queryForObject("select agentdb_recognize()", String.class)).isEqualTo(a.actor().name());
        a.jdbc.execute("create temporary table dump as select * from node; delete from node; insert into node select"
                + " * from dump");
        assertThatThrownBy(() -> agent.queryForList("select agentdb_note()")).rootCause()
                .hasMessageContaining("permission denied for table node");
        agent.update("insert into skills (name) values ('first')");
        assertThat(a.jdbc.queryForObject("select actor from skills", String.class)).isNotEqualTo(a.actor().name())
                .isEqualTo(a.jdbc.queryForObject("select actor from node", String.class));
    }

    /** As somebody with the node's role might. */
    private void byHand(String actor, long counter, String context) {
        a.transaction.executeWithoutResult(status -> {
            a.jdbc.execute("set local agentdb.applying = 'on'");
            a.jdbc.update("insert into episodes (session_id, task, actor, counter, xid, context, hlc, feed_xid)"
                    + " values ('s', 't', ?, ?, 1, ?::jsonb, 1, 1)", actor, counter, context);
        });
    }
}
