package io.agentdb.sync.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A statement that is prepared once is planned for what it is asked each time. PostgreSQL would otherwise settle on one
 * plan for all arguments after five, and that of a few small syncs walks a whole index in a large one.
 */
class PreparedPlansTest {

    @Test
    void statementsOfManySmallSyncs_haveNoPlanForAllArguments() throws Exception {
        try (TestNode a = TestNode.start("a"); TestNode b = TestNode.start("b")) {
            for (int sync = 0; sync < 12; sync++) {
                for (int i = 0; i < 3; i++) {
                    a.episode("a" + sync + i);
                    b.episode("b" + sync + i);
                }
                a.jdbc().update("update episodes set task = task || '!'");
                assertThat(a.sync(b).success()).isTrue();
            }
            assertThat(a.digests()).isEqualTo(b.digests());
            for (TestNode node : List.of(a, b)) {
                List<String> prepared = prepared(node, "true");
                assertThat(prepared).as("statements that are prepared").anyMatch(sql -> sql.contains("for update"));
                assertThat(prepared(node, "generic_plans > 0 and position('$1' in statement) > 0")).isEmpty();
            }
        }
    }

    /** Of all sessions of the node's pool: each has its own. */
    private static List<String> prepared(TestNode node, String which) throws Exception {
        HikariDataSource pool = node.bean(HikariDataSource.class);
        List<Connection> sessions = new ArrayList<>();
        List<String> found = new ArrayList<>();
        try {
            for (int idle = pool.getHikariPoolMXBean().getIdleConnections(); idle > 0; idle--) {
                Connection session = pool.getConnection();
                sessions.add(session);
                try (Statement statement = session.createStatement(); ResultSet rows = statement.executeQuery(
                        "select statement from pg_prepared_statements where " + which)) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
            }
        } finally {
            for (Connection session : sessions) {
                session.close();
            }
        }
        return found;
    }
}
