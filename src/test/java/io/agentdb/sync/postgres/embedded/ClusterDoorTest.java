package io.agentdb.sync.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Nobody but whoever can read the node's directory gets into its embedded database, and the node itself is no superuser
 * there.
 */
class ClusterDoorTest {

    @TempDir
    private Path directory;

    @Test
    void strangerWithoutAPassword_isRefused_andTheNodesRoleRunsNoProgram() throws Exception {
        try (EmbeddedServer server = start()) {
            assertShut(server);
            assertServesTheNode(server);
            for (String file : List.of("database-password", "database-superuser-password", "pgpass")) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                        .as(file).isEqualTo("rw-------");
            }
            assertThat(Files.readString(directory.resolve("postgres.log")))
                    .doesNotContain(server.node().password(), server.superuser().password());
            assertThat(DriverManager.getConnection(server.jdbcUrl() + "?user=agentdb&password=" + passwordOf("pgpass"))
                    .isValid(1)).isTrue();
        }
    }

    @Test
    void clusterThatLetEverybodyIn_isShutAtTheNextStart_andItsObjectsBecomeTheNodes() throws Exception {
        try (ClusterOfBefore before = ClusterOfBefore.make(directory)) {
            write(before);
        }
        try (EmbeddedServer server = start()) {
            assertShut(server);
            assertServesTheNode(server);
            JdbcTemplate node = node(server);
            assertThat(node.queryForObject("select task from episodes", String.class)).isEqualTo("before");
            assertThat(node.queryForList(
                    "select c.relname from pg_class c where c.relnamespace in ('public'::regnamespace,"
                    + " 'theirs'::regnamespace)" + " and pg_get_userbyid(c.relowner) <> 'agentdb'", String.class))
                    .isEmpty();
            // As later migrations do.
            node.execute("alter table episodes add column later text");
            node.execute("alter function agentdb_me() set search_path = public, pg_temp");
            node.execute("alter table theirs.notes add column later text");
            node.execute("alter type theirs.mood add value 'worried'");
        }
    }

    /** Each crash on the way, and each file that somebody removes, leaves one of these. */
    @Test
    void passwordsThatAreLost_orWereNeverSet_areSetAtTheNextStart() throws Exception {
        start().close();
        Files.delete(directory.resolve("database-password"));
        try (EmbeddedServer server = start()) {
            assertServesTheNode(server);
        }
        Files.delete(directory.resolve("database-superuser-password"));
        Files.delete(directory.resolve("pgpass"));
        Files.delete(directory.resolve(ClusterDoor.RULES));
        try (EmbeddedServer server = start()) {
            assertShut(server);
            assertServesTheNode(server);
        }
    }

    @Test
    void releaseBefore_startsOnItsOwnDirectoryAgain_andThisOneAfterIt() throws Exception {
        try (ClusterOfBefore before = ClusterOfBefore.make(directory)) {
            write(before);
        }
        start().close();
        try (ClusterOfBefore before = ClusterOfBefore.start(directory)) {
            new JdbcTemplate(before.connect("agentdb")).execute("create table made_by_the_release_before (id int)");
        }
        try (EmbeddedServer server = start()) {
            assertShut(server);
            node(server).execute("drop table made_by_the_release_before");
        }
    }

    private static void write(ClusterOfBefore before) {
        new JdbcTemplate(before.connect("postgres")).execute("create database agentdb");
        DataSource database = before.connect("agentdb");
        Flyway.configure().dataSource(database).load().migrate();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.execute("insert into node (node_id, actor, system_identifier, timeline, database_oid) values ('n',"
                + " 'n.abcdefgh', '1', 1, 1)");
        jdbc.execute("insert into episodes (session_id, task) values ('s', 'before')");
        jdbc.execute("create schema theirs create table notes (id int generated always as identity, text text)");
        jdbc.execute("create type theirs.mood as enum ('glad')");
        jdbc.execute("create view theirs.tasks as select task from episodes");
    }

    private static void assertShut(EmbeddedServer server) {
        for (String user : List.of("postgres", "agentdb")) {
            for (String password : new String[] {null, "", "postgres"}) {
                String url = server.jdbcUrl() + "?user=" + user + (password == null ? "" : "&password=" + password);
                assertThatThrownBy(() -> DriverManager.getConnection(url).close()).as(user)
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    private static void assertServesTheNode(EmbeddedServer server) {
        JdbcTemplate node = node(server);
        assertThat(node.queryForObject(
                "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls from pg_roles"
                        + " where rolname = current_user", Boolean.class)).isFalse();
        for (String forbidden : List.of("copy (select 1) to program 'true'", "copy (select 1) to '/tmp/agentdb-door'",
                "set role postgres", "select pg_read_file('/etc/passwd')", "alter system set log_statement = 'all'",
                        "create function f() returns int language c as 'x'")) {
            assertThatThrownBy(() -> node.execute(forbidden)).as(forbidden).rootCause()
                    .isInstanceOfSatisfying(SQLException.class,
                    refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
        }
        Flyway.configure().dataSource(node.getDataSource()).load().migrate();
        // Since when other roles' transactions are open, and who this database is.
        assertThat(node.queryForObject("select pg_has_role('pg_read_all_stats', 'usage')", Boolean.class)).isTrue();
        assertThat(node.queryForObject(
                "select system_identifier::text || pg_walfile_name(pg_current_wal_lsn()) from pg_control_system()",
                        String.class)).isNotBlank();
    }

    private String passwordOf(String passfile) throws IOException {
        return Files.readString(directory.resolve(passfile)).strip().replaceAll(".*:", "");
    }

    private static JdbcTemplate node(EmbeddedServer server) {
        return new JdbcTemplate(new DriverManagerDataSource(
                server.jdbcUrl(), server.node().user(), server.node().password()));
    }

    private EmbeddedServer start() {
        return EmbeddedServer.start(new EmbeddedServerSettings(directory, 0, TestPostgres.BINARIES, true));
    }
}
